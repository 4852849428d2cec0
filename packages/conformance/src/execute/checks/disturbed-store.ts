// A C-STORE that ends in the middle of its data set, by A-ABORT or by a cut: written byte by byte. PS3.7 9.3.1, PS3.8 9.3.5
import { implicitVrLittleEndian } from '@concord/dicom';
import { abortPdu, associateRequest, join, pdu, RawConnection } from '../raw-connection.ts';
import type { RunContext } from '../run-context.ts';
import { defaultCallingAeTitle } from '../target.ts';
import { testInstance } from '../test-data.ts';

const u16 = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >> 8);
const u32 = (value: number): Uint8Array =>
  Uint8Array.of(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24);

/** An element of a command set: implicit VR little endian, values of even length. PS3.7 6.3.1 */
function element(number: number, value: Uint8Array): Uint8Array {
  const padded = value.length % 2 === 0 ? value : join(value, Uint8Array.of(0));
  return join(u16(0), u16(number), u32(padded.length), padded);
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** C-STORE-RQ. PS3.7 Table 9.3-1 */
function storeRequest(sopClass: string, sopInstance: string): Uint8Array {
  const body = join(
    element(0x0002, text(sopClass)),
    element(0x0100, u16(0x0001)),
    element(0x0110, u16(1)),
    element(0x0700, u16(0)),
    element(0x0800, u16(0x0001)),
    element(0x1000, text(sopInstance)),
  );
  return join(element(0x0000, u32(body.length)), body);
}

/** One presentation data value in a P-DATA-TF. PS3.8 9.3.5.1 */
const fragment = (control: number, bytes: Uint8Array): Uint8Array =>
  pdu(0x04, u32(bytes.length + 2).reverse(), Uint8Array.of(1, control), bytes);

/**
 * Begins to store a test instance and ends in the middle. Throws where the system does not accept the context.
 * @returns the SOP Instance UID, of which nothing may remain
 */
export async function interruptedStore(
  run: RunContext,
  fault: 'abort in a data set' | 'cut in a data set',
  sopClass: string,
): Promise<string> {
  const { calledAeTitle, callingAeTitle = defaultCallingAeTitle } = run.target;
  const instance = testInstance(run.patient, sopClass, { transferSyntaxUid: implicitVrLittleEndian });
  const connection = await RawConnection.open(run.target, run.care.connect, run.signal);
  try {
    connection.send(associateRequest({ calledAeTitle, callingAeTitle, abstractSyntax: sopClass }));
    const answer = await connection.answer(run.care.associate, run.signal);
    if (answer.kind !== 'pdu' || answer.type !== 2) throw new Error('the association for the object is not accepted');
    connection.forget();
    connection.send(fragment(0x03, storeRequest(sopClass, instance.sopInstanceUid)));
    connection.send(fragment(0x00, instance.bytes.subarray(0, instance.bytes.length >> 1)));
    if (fault === 'abort in a data set') connection.send(abortPdu());
    // What was sent must have left before the connection goes.
    const reaction = await connection.answer(Math.min(1, run.care.patience), run.signal);
    run.evidence.note(`half of ${instance.sopInstanceUid} was sent, then ${fault}: ${reaction.kind}`);
    return instance.sopInstanceUid;
  } finally {
    connection.close();
  }
}
