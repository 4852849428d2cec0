// The message of the Simple Network Time Protocol: what is asked, what an answer must be, how far off the clock is. RFC 4330
/** Of a message without authentication, in bytes. */
export const messageLength = 48;

/** Seconds between 1900, where the protocol counts from, and 1970. RFC 4330, 3 */
const epoch = 2_208_988_800;
/** Timestamps without the first bit are of the next era, which begins in 2036. RFC 4330, 3 */
const era = 2 ** 32;

const at = { stratum: 1, reference: 12, originate: 24, receive: 32, transmit: 40 } as const;

/** Why an answer is none. `kiss`: the server asks not to be asked, by a code of four letters. RFC 4330, 8 */
export class SntpError extends Error {
  readonly fault: 'malformed' | 'not ours' | 'not synchronized' | 'kiss';
  constructor(fault: SntpError['fault'], message: string) {
    super(message);
    this.name = 'SntpError';
    this.fault = fault;
  }
}

/** A request of a client in version 4. `nonce` (8 bytes, not all zero) takes the place of the time, which the server only repeats. */
export function sntpRequest(nonce: Uint8Array): Uint8Array {
  const message = new Uint8Array(messageLength);
  message[0] = (4 << 3) | 3;
  message.set(nonce.subarray(0, 8), at.transmit);
  return message;
}

/** Milliseconds since 1970. */
function timeAt(view: DataView, offset: number): number {
  const seconds = view.getUint32(offset);
  const count = seconds >= 0x80000000 ? seconds : seconds + era;
  return (count - epoch) * 1000 + (view.getUint32(offset + 4) * 1000) / era;
}

/** Writes a time of milliseconds since 1970; for servers. */
export function setTimeAt(view: DataView, field: 'receive' | 'transmit' | 'reference', time: number): void {
  const seconds = Math.floor(time / 1000);
  view.setUint32(at[field], (seconds + epoch) % era);
  view.setUint32(at[field] + 4, Math.min(era - 1, Math.round(((time - seconds * 1000) / 1000) * era)));
}

/** How far the clock of the server is before ours, and how long the way there and back took; in milliseconds. */
export interface Sample {
  readonly offset: number;
  readonly delay: number;
  /** Distance of the server from a reference clock: 1 to 15. */
  readonly stratum: number;
}

interface Asked {
  readonly nonce: Uint8Array;
  /** When the request went and when the answer came, by our clock, in milliseconds since 1970. */
  readonly sent: number;
  readonly received: number;
}

/** Throws SntpError for what is no answer to this request, or one of a server that does not know the time. RFC 4330, 5 */
export function sntpSample(message: Uint8Array, { nonce, sent, received }: Asked): Sample {
  if (message.length < messageLength) throw new SntpError('malformed', `${message.length} bytes are no answer`);
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const [first, stratum] = [view.getUint8(0), view.getUint8(at.stratum)];
  const [leap, version, mode] = [first >> 6, (first >> 3) & 7, first & 7];
  if (mode !== 4 || version < 1 || version > 4)
    throw new SntpError('malformed', `mode ${mode} of version ${version} is no answer of a server`);
  if (nonce.some((byte, index) => message[at.originate + index] !== byte))
    throw new SntpError('not ours', 'an answer to another request');
  if (stratum === 0) {
    const code = String.fromCharCode(...message.subarray(at.reference, at.reference + 4)).replaceAll(/[^A-Z]/g, '');
    throw new SntpError('kiss', `the server asks not to be asked (${code || 'no code'})`);
  }
  if (leap === 3 || stratum > 15 || view.getUint32(at.transmit) === 0)
    throw new SntpError('not synchronized', 'the server does not know the time');
  const [there, back] = [timeAt(view, at.receive), timeAt(view, at.transmit)];
  const delay = received - sent - (back - there);
  if (delay < 0) throw new SntpError('malformed', 'the answer is from before the request');
  return { offset: (there - sent + (back - received)) / 2, delay, stratum };
}
