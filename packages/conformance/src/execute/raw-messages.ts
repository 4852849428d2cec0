// Command sets and P-DATA-TF written byte by byte, for messages that are sent in part or where they must not be. PS3.7 6.3.1, PS3.8 9.3.5
import { verificationSopClass } from '@concord/network';
import { decodeCommandSet } from '@concord/network/wire';
import { join, pdu } from './raw-connection.ts';

const u16 = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >> 8);
const u32 = (value: number): Uint8Array =>
  Uint8Array.of(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** An element of a command set: implicit VR little endian, values of even length. */
function element(number: number, value: Uint8Array): Uint8Array {
  const padded = value.length % 2 === 0 ? value : join(value, Uint8Array.of(0));
  return join(u16(0), u16(number), u32(padded.length), padded);
}

function commandSet(...elements: readonly Uint8Array[]): Uint8Array {
  const body = join(...elements);
  return join(element(0x0000, u32(body.length)), body);
}

/** C-STORE-RQ. PS3.7 Table 9.3-1 */
export const storeRequest = (sopClass: string, sopInstance: string): Uint8Array =>
  commandSet(
    element(0x0002, text(sopClass)),
    element(0x0100, u16(0x0001)),
    element(0x0110, u16(1)),
    element(0x0700, u16(0)),
    element(0x0800, u16(0x0001)),
    element(0x1000, text(sopInstance)),
  );

/** C-ECHO-RQ. PS3.7 Table 9.3-12 */
export const echoRequest = (): Uint8Array =>
  commandSet(
    element(0x0002, text(verificationSopClass)),
    element(0x0100, u16(0x0030)),
    element(0x0110, u16(1)),
    element(0x0800, u16(0x0101)),
  );

/** What a Message Control Header says of a fragment. PS3.8 E.2 */
export const wholeCommand = 0x03;
const [moreData, lastData] = [0x00, 0x02];

/** One presentation data value in a P-DATA-TF. PS3.8 9.3.5.1 */
export const fragment = (control: number, bytes: Uint8Array, contextId = 1): Uint8Array =>
  pdu(0x04, u32(bytes.length + 2).reverse(), Uint8Array.of(contextId, control), bytes);

/** A data set, or the part of it that is not the last, in P-DATA-TF of `size` bytes. */
export function* dataFragments(bytes: Uint8Array, size: number, last: boolean): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size)
    yield fragment(last && at + size >= bytes.length ? lastData : moreData, bytes.subarray(at, at + size));
}

/** The status of a response in a P-DATA-TF that holds it whole; undefined for anything else. */
export function responseStatus(body: Uint8Array): number | undefined {
  try {
    return decodeCommandSet(body.subarray(6)).status;
  } catch {
    return undefined;
  }
}
