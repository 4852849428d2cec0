// The header of one data element: tag, VR, length. PS3.5 7.1.2 (explicit) and 7.1.3 (implicit).
import { dictionaryVr } from './dictionary/dictionary.ts';
import type { Fault } from './error.ts';
import { type Encoding, encodingOf } from './source.ts';
import { type Vr, type VrTraits, vrOfCode, vrTraits } from './vr.ts';

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

/** Where a header is read. */
export interface HeaderPlace {
  readonly bytes: Uint8Array;
  readonly at: number;
  /** Bytes from `at` on that are here; at least 8. */
  readonly here: number;
  /** Bytes from `at` to the end of the item; Infinity where that is not known. What decides must not depend on how bytes arrive. */
  readonly room: number;
}

/** A header at this place; undefined where it has 12 bytes and they are not here. */
export function readHeader(place: HeaderPlace, encoding: Encoding): Header | undefined {
  const { bytes, at, here } = place;
  const { littleEndian } = encoding;
  const tag = readTag(bytes, at, littleEndian);
  if (!encoding.explicitVr) return implicitHeader(bytes, at, tag, encoding);
  if (tag >>> 16 === 0xfffe) {
    return { tag, vr: 'UN', length: readUint32(bytes, at + 4, littleEndian), size: 8, encoding, text: '' };
  }
  const traits = vrAt(bytes, at);
  if (traits === undefined) return strangeVr(place, tag, encoding);
  const { vr } = traits;
  if (!traits.long) return { tag, vr, length: readUint16(bytes, at + 6, littleEndian), size: 8, encoding, text: '' };
  if (here < 12) return undefined;
  const length = readUint32(bytes, at + 8, littleEndian);
  const short = readUint16(bytes, at + 6, littleEndian);
  // GDCM 1.2 gave UN a length of 16 bits, where zeros belong; what follows is then the value, and no length.
  if (short !== 0 && length !== 0xffffffff && length > Math.min(credible, place.room - 12))
    return { tag, vr, length: short, size: 8, encoding, fault: 'bad-length', text: `${vr} with a length of 16 bits` };
  return { tag, vr, length, size: 12, encoding, text: '' };
}

const vrAt = (bytes: Uint8Array, at: number): VrTraits | undefined =>
  vrOfCode[((bytes[at + 4] ?? 0) << 8) | (bytes[at + 5] ?? 0)];

function implicitHeader(bytes: Uint8Array, at: number, tag: number, encoding: Encoding): Header {
  const length = readUint32(bytes, at + 4, encoding.littleEndian);
  const known = dictionaryVr(tag);
  const isSequence = length === 0xffffffff && known !== 'OB' && known !== 'OW';
  return { tag, vr: isSequence ? 'SQ' : (known ?? 'UN'), length, size: 8, encoding, text: '' };
}

/** The longest value that odd bytes are believed to promise: four characters read as a length are more. */
const credible = 0x10000000;

const areCapitals = (a: number, b: number): boolean => a >= 65 && a <= 90 && b >= 65 && b <= 90;

/** Whether four bytes can be an implicit length: of a VR that Explicit VR gives 16 bits for the length, no more than those say. */
function canBe(length: number, vr: Vr | undefined, room: number): boolean {
  const most = vr === undefined || vrTraits(vr).long ? credible : 0xffff;
  return length <= Math.min(most, room - 8);
}

/**
 * Two bytes that are no VR. Two capitals may be a VR of a later edition, and all new ones have the long form (PS3.5 7.1.2);
 * anything else is an element of Implicit VR among the others, if its length can be, or a short header with a spoilt VR.
 */
function strangeVr({ bytes, at, here, room }: HeaderPlace, tag: number, encoding: Encoding): Header | undefined {
  const { littleEndian } = encoding;
  const a = bytes[at + 4] ?? 0;
  const b = bytes[at + 5] ?? 0;
  const text = `VR bytes ${a.toString(16).padStart(2, '0')} ${b.toString(16).padStart(2, '0')}`;
  const short = readUint16(bytes, at + 6, littleEndian);
  if (areCapitals(a, b) && short === 0) {
    if (here < 12) return undefined;
    const length = readUint32(bytes, at + 8, littleEndian);
    return { tag, vr: 'UN', length, size: 12, encoding, fault: 'bad-vr', text };
  }
  // Zeros for a VR and a length behind them would be an implicit length of whole 64 KiB.
  const erased = a === 0 && b === 0 && short !== 0;
  const length = readUint32(bytes, at + 4, littleEndian);
  if (!areCapitals(a, b) && !erased && canBe(length, dictionaryVr(tag), room)) {
    const implicit = implicitHeader(bytes, at, tag, encodingOf(false, littleEndian));
    return { ...implicit, fault: 'bad-vr', text };
  }
  return { tag, vr: dictionaryVr(tag) ?? 'UN', length: short, size: 8, encoding, fault: 'bad-vr', text };
}

/** Whether the bytes read as Implicit VR: no VR where one would be, a length that can be, and a tag that is known or private. */
export function looksImplicit({ bytes, at, room }: HeaderPlace, { littleEndian }: Encoding): boolean {
  if (vrAt(bytes, at) !== undefined || areCapitals(bytes[at + 4] ?? 0, bytes[at + 5] ?? 0)) return false;
  const length = readUint32(bytes, at + 4, littleEndian);
  const tag = readTag(bytes, at, littleEndian);
  const vr = dictionaryVr(tag);
  if (length !== 0xffffffff && !canBe(length, vr, room)) return false;
  if (vr === undefined) return (tag & 0x10000) !== 0 && tag >>> 16 > 8;
  return length !== 0xffffffff || vrTraits(vr).kind === 'sequence' || vrTraits(vr).kind === 'bytes';
}
