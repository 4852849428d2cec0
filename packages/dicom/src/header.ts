// The header of one data element: tag, VR, length. PS3.5 7.1.2 (explicit) and 7.1.3 (implicit).
import { dictionaryVr } from './dictionary/dictionary.ts';
import type { Fault } from './error.ts';
import { type Encoding, encodingOf } from './source.ts';
import { type Vr, vrOfCode, vrTraits } from './vr.ts';

/** What the 8 or 12 bytes say. */
export interface Header {
  readonly tag: number;
  readonly vr: Vr;
  /** 0xffffffff where it is undefined. */
  readonly length: number;
  /** Bytes of the header. */
  readonly size: 8 | 12;
  readonly encoding: Encoding;
  readonly fault?: Fault;
  readonly text: string;
}

/** A tag, two 16-bit numbers. */
export function readTag(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  return littleEndian
    ? (((bytes[at + 1] ?? 0) << 24) | ((bytes[at] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 8) | (bytes[at + 2] ?? 0)) >>>
        0
    : readUint32(bytes, at, false);
}

/** An unsigned 32-bit number. */
export function readUint32(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  const a = bytes[at] ?? 0;
  const b = bytes[at + 1] ?? 0;
  const c = bytes[at + 2] ?? 0;
  const d = bytes[at + 3] ?? 0;
  return (littleEndian ? (d << 24) | (c << 16) | (b << 8) | a : (a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

const readUint16 = (bytes: Uint8Array, at: number, littleEndian: boolean): number => {
  const a = bytes[at] ?? 0;
  const b = bytes[at + 1] ?? 0;
  return littleEndian ? (b << 8) | a : (a << 8) | b;
};

/**
 * Reads the header at `at`, where at least 8 bytes are.
 * @param room bytes from `at` to the end of what is there, or of the item.
 * @returns undefined where it has 12 bytes and they are not there.
 */
export function readHeader(bytes: Uint8Array, at: number, room: number, encoding: Encoding): Header | undefined {
  const { littleEndian } = encoding;
  const tag = readTag(bytes, at, littleEndian);
  if (!encoding.explicitVr) return implicitHeader(bytes, at, tag, encoding);
  if (tag >= 0xfffe0000 && tag <= 0xfffeffff) {
    return { tag, vr: 'UN', length: readUint32(bytes, at + 4, littleEndian), size: 8, encoding, text: '' };
  }
  const traits = vrOfCode[((bytes[at + 4] ?? 0) << 8) | (bytes[at + 5] ?? 0)];
  if (traits === undefined) return strangeVr(bytes, at, room, tag, encoding);
  const { vr } = traits;
  if (!traits.long) return { tag, vr, length: readUint16(bytes, at + 6, littleEndian), size: 8, encoding, text: '' };
  if (room < 12) return undefined;
  return { tag, vr, length: readUint32(bytes, at + 8, littleEndian), size: 12, encoding, text: '' };
}

function implicitHeader(bytes: Uint8Array, at: number, tag: number, encoding: Encoding): Header {
  const length = readUint32(bytes, at + 4, encoding.littleEndian);
  const known = dictionaryVr(tag);
  const isSequence = length === 0xffffffff && known !== 'OB' && known !== 'OW';
  return { tag, vr: isSequence ? 'SQ' : (known ?? 'UN'), length, size: 8, encoding, text: '' };
}

/**
 * Two bytes that are no VR. Two capitals may be a VR of a later edition, and all new ones have the long form (PS3.5 7.1.2);
 * anything else is an element of Implicit VR among the others, if its length fits, or a short header with a spoilt VR.
 */
function strangeVr(bytes: Uint8Array, at: number, room: number, tag: number, encoding: Encoding): Header | undefined {
  const { littleEndian } = encoding;
  const a = bytes[at + 4] ?? 0;
  const b = bytes[at + 5] ?? 0;
  const text = `VR bytes ${a.toString(16).padStart(2, '0')} ${b.toString(16).padStart(2, '0')}`;
  const capitals = a >= 65 && a <= 90 && b >= 65 && b <= 90;
  const reserved = readUint16(bytes, at + 6, littleEndian);
  if (capitals && reserved === 0) {
    if (room < 12) return undefined;
    const length = readUint32(bytes, at + 8, littleEndian);
    return { tag, vr: 'UN', length, size: 12, encoding, fault: 'bad-vr', text };
  }
  if (!capitals && readUint32(bytes, at + 4, littleEndian) <= room - 8) {
    const implicit = implicitHeader(bytes, at, tag, encodingOf(false, littleEndian));
    return { ...implicit, fault: 'bad-vr', text };
  }
  return { tag, vr: dictionaryVr(tag) ?? 'UN', length: reserved, size: 8, encoding, fault: 'bad-vr', text };
}

/** Whether the bytes read as Implicit VR: a length that fits, and either a tag of the dictionary or a next tag that fits on. */
export function looksImplicit(bytes: Uint8Array, at: number, room: number, { littleEndian }: Encoding): boolean {
  if (vrOfCode[((bytes[at + 4] ?? 0) << 8) | (bytes[at + 5] ?? 0)] !== undefined) return false;
  const length = readUint32(bytes, at + 4, littleEndian);
  if (length !== 0xffffffff && length > room - 8) return false;
  const tag = readTag(bytes, at, littleEndian);
  const vr = dictionaryVr(tag);
  if (vr === undefined) return (tag & 0x10000) !== 0 && tag >>> 16 > 8;
  return length !== 0xffffffff || vrTraits(vr).kind === 'sequence' || vrTraits(vr).kind === 'bytes';
}
