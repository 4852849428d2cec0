// P-DATA-TF, the hot path, written by hand. PS3.8 9.3.5 and Annex E.

/** PDU header (6) and the header of one presentation data value (6). */
export const pDataHeaderLength = 12;

/** The message control header: what the fragment is part of, and whether it ends it. PS3.8 E.2. */
export const controlBits = { command: 1, last: 2 } as const;

/** The headers of a P-DATA-TF that holds one fragment of `length` bytes; the fragment itself follows. */
export function pDataHeader(contextId: number, command: boolean, last: boolean, length: number): Buffer {
  const header = Buffer.allocUnsafe(pDataHeaderLength);
  writePDataHeader(header, 0, { contextId, command, last, length });
  return header;
}

interface Fragment {
  readonly contextId: number;
  readonly command: boolean;
  readonly last: boolean;
  readonly length: number;
}

function writePDataHeader(to: Buffer, at: number, { contextId, command, last, length }: Fragment): void {
  to.writeUInt16BE(0x0400, at);
  to.writeUInt32BE(length + 6, at + 2);
  to.writeUInt32BE(length + 2, at + 6);
  to[at + 10] = contextId;
  to[at + 11] = (command ? controlBits.command : 0) | (last ? controlBits.last : 0);
}

/** The longest fragment for a peer that announced `maximumLength` (0 = any; then PDUs of 1 MiB). PS3.8 D.1. */
export const fragmentLength = (maximumLength: number): number =>
  maximumLength === 0 ? 0x100000 : Math.max(1, Math.min(maximumLength, 0x100000) - 6);

/** A part of a message: command set or data set, whole. */
interface Part {
  readonly command: boolean;
  readonly bytes: Uint8Array;
}

const pduCount = (length: number, longest: number): number => Math.max(1, Math.ceil(length / longest));

/** A whole part of a message (command set or data set) in one buffer of as many PDUs as it needs. */
export function pDataPdus(contextId: number, command: boolean, bytes: Uint8Array, longest: number): Buffer {
  const pdus = Buffer.allocUnsafe(bytes.length + pduCount(bytes.length, longest) * pDataHeaderLength);
  writePart(pdus, 0, contextId, { command, bytes }, longest);
  return pdus;
}

/** A data set behind the PDUs of its command set, in one buffer. */
export function messagePdus(contextId: number, command: Uint8Array, dataSet: Uint8Array, longest: number): Buffer {
  const length = command.length + dataSet.length + pduCount(dataSet.length, longest) * pDataHeaderLength;
  const pdus = Buffer.allocUnsafe(length);
  pdus.set(command, 0);
  writePart(pdus, command.length, contextId, { command: false, bytes: dataSet }, longest);
  return pdus;
}

function writePart(to: Buffer, start: number, contextId: number, { command, bytes }: Part, longest: number): void {
  let at = start;
  for (let from = 0; from === 0 || from < bytes.length; from += longest) {
    const end = Math.min(from + longest, bytes.length);
    writePDataHeader(to, at, { contextId, command, last: end === bytes.length, length: end - from });
    to.set(from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end), at + pDataHeaderLength);
    at += pDataHeaderLength + end - from;
  }
}
