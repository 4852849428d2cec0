// Unique identifiers: their form, new ones, and what the standard's own are called. PS3.5 chapter 9, PS3.6 Annex A.
import { spelledOut, wordsOf } from '../dictionary/dictionary.ts';
import { types, uids } from './uid.generated.ts';

/** One of the UIDs that PS3.6 registers. */
export interface UidEntry {
  readonly uid: string;
  readonly name: string;
  readonly keyword: string;
  /** `SOP Class`, `Transfer Syntax`, `Context Group`, ... as PS3.6 Annex A says. */
  readonly type: string;
  readonly retired: boolean;
}

const wellFormed = /^(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))*$/;

/** Whether the text is a UID: digits and dots, no leading zeros, 1 to 64 characters. PS3.5 9.1. */
export const isUid = (text: string): boolean => text.length > 0 && text.length <= 64 && wellFormed.test(text);

/**
 * `2.25.` and a version 4 UUID as a decimal number. PS3.5 B.2.
 * @param randomBytes 16 bytes from a cryptographic random source; six of their bits are replaced.
 */
export function newUid(randomBytes: Uint8Array): string {
  if (randomBytes.length !== 16) throw new TypeError('newUid needs 16 random bytes');
  let value = 0n;
  randomBytes.forEach((byte, at) => {
    const bits = at === 6 ? (byte & 0x0f) | 0x40 : at === 8 ? (byte & 0x3f) | 0x80 : byte;
    value = (value << 8n) | BigInt(bits);
  });
  return `2.25.${value}`;
}

let registry: ReadonlyMap<string, UidEntry> | undefined;

/** What PS3.6 Annex A says of a UID; undefined for any other. */
export function describeUid(uid: string): UidEntry | undefined {
  registry ??= unpack();
  return registry.get(uid);
}

/** The name PS3.6 Annex A gives a UID; undefined for any other. */
export const uidName = (uid: string): string | undefined => describeUid(uid)?.name;

function unpack(): ReadonlyMap<string, UidEntry> {
  const book = types.split('\n');
  let last = '';
  return new Map(
    uids.split('\n').map((line) => {
      const [step = '', code = '', keyword = '', given = spelledOut(keyword)] = line.split('|');
      const name = given || wordsOf(keyword);
      const uid = following(last, step);
      last = uid;
      const type = book[Number.parseInt(code, 36)] ?? '';
      const retired = type.endsWith(' R');
      return [uid, { uid, name, keyword, type: retired ? type.slice(0, -2) : type, retired }];
    }),
  );
}

/** The UID a step away from the last one: its last number counted up, or one that is written out. */
function following(last: string, step: string): string {
  if (step.startsWith('=')) return step.slice(1);
  if (step !== '' && !step.startsWith('+')) return `1.2.840.10008.${step}`;
  const dot = last.lastIndexOf('.') + 1;
  return `${last.slice(0, dot)}${Number(last.slice(dot)) + Number(step || 1)}`;
}
