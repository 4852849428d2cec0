// The data dictionary, unpacked at first use. PS3.6 chapters 6 to 8, PS3.7 Annex E.
import type { Vr } from '../vr.ts';
import { repeating, single, traits } from './dictionary.generated.ts';
import type { Keyword } from './keyword.generated.ts';

/** What PS3.6 says of one element. */
export interface DictionaryEntry {
  /** The tag asked for; for a repeating group the actual group, not the `xx` of the table. */
  readonly tag: number;
  /** '' for the few retired elements that have none. */
  readonly keyword: Keyword | '';
  readonly name: string;
  /** More than one where the context decides; none for item delimiters. */
  readonly vr: readonly Vr[];
  /** As the standard writes it: `1`, `1-n`, `2-2n`. */
  readonly vm: string;
  readonly retired: boolean;
}

interface Traits {
  readonly vr: readonly Vr[];
  readonly vm: string;
  readonly retired: boolean;
}
interface Range {
  readonly mask: number;
  readonly base: number;
  readonly traits: Traits;
  readonly words: string;
}
interface Dictionary {
  readonly tags: Uint32Array;
  readonly codes: Uint8Array;
  readonly traits: readonly Traits[];
  /** `keyword` or `keyword|name` of each tag. */
  readonly words: readonly string[];
  readonly ranges: readonly Range[];
  readonly keywords: ReadonlyMap<string, number>;
}

let unpacked: Dictionary | undefined;
const dictionary = (): Dictionary => {
  unpacked ??= unpack();
  return unpacked;
};

/** (0010,0010) and all others: name, keyword, VR, VM. Undefined for private tags and unknown ones. */
export function describeTag(tag: number): DictionaryEntry | undefined {
  const { tags, codes, traits: book, words } = dictionary();
  const at = search(tags, tag);
  if (at >= 0) return entry(tag, book[codes[at] ?? 0], words[at] ?? '');
  const range = rangeOf(tag);
  if (range) return entry(tag, range.traits, range.words);
  return tag % 0x10000 === 0 && (tag & 0x10000) === 0
    ? { tag, keyword: '', name: 'Group Length', vr: ['UL'], vm: '1', retired: true }
    : undefined;
}

/** The VR of the dictionary without building an entry: the first where there are several. Group lengths are UL. */
export function dictionaryVr(tag: number): Vr | undefined {
  const { tags, codes, traits: book } = dictionary();
  const at = search(tags, tag);
  if (at >= 0) return book[codes[at] ?? 0]?.vr[0];
  if ((tag & 0xffff) === 0) return 'UL';
  if (tag & 0x10000) return privateVr(tag);
  return rangeOf(tag)?.traits.vr[0];
}

/** The tag of a keyword; undefined for any other text. */
export const tagOfKeyword = (text: string): number | undefined => dictionary().keywords.get(text);

/** The keyword of a tag, also in a repeating group; undefined where it has none. */
export function keywordOf(tag: number): Keyword | undefined {
  return describeTag(tag)?.keyword || undefined;
}

/** The bits of a tag that a repeating group fixes; undefined for others. */
export const repeatingMask = (tag: number): number | undefined =>
  search(dictionary().tags, tag) >= 0 ? undefined : rangeOf(tag)?.mask;

/** Private creators are LO (PS3.5 7.8.1); nothing is known of other private elements. */
const privateVr = (tag: number): Vr | undefined =>
  (tag & 0xffff) >= 0x10 && (tag & 0xffff) <= 0xff ? 'LO' : undefined;

function rangeOf(tag: number): Range | undefined {
  if (tag & 0x10000) return undefined;
  return dictionary().ranges.find((range) => (tag & range.mask) >>> 0 === range.base);
}

function search(tags: Uint32Array, tag: number): number {
  let low = 0;
  let high = tags.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = tags[middle] ?? 0;
    if (found === tag) return middle;
    if (found < tag) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

function entry(tag: number, found: Traits | undefined, words: string): DictionaryEntry {
  const [keyword = '', name] = words.split('|');
  return { tag, keyword: keyword as Keyword | '', name: name ?? spelledOut(keyword), ...(found ?? unknown) };
}
const unknown: Traits = { vr: [], vm: '1', retired: false };

/** `TimeOfBirth` to `Time Of Birth`. */
export const wordsOf = (keyword: string): string =>
  keyword.replace(/([a-z0-9])(?=[A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$2 ');

/** `TimeOfBirth` to `Time of Birth`; the generator stores a name only where this does not give it. */
export function spelledOut(keyword: string): string {
  return wordsOf(keyword).replace(/ (Of|In|The|To|And|For|From|By|Per|On|Or)(?= )/g, (word) => word.toLowerCase());
}

function unpack(): Dictionary {
  const book = traits.split('\n').map((line): Traits => {
    const [vr = '', vm = '1', retired] = line.split(';');
    return { vr: vr ? (vr.split('/') as Vr[]) : [], vm, retired: retired === 'R' };
  });
  const lines = single.split('\n');
  const tags = new Uint32Array(lines.length);
  const codes = new Uint8Array(lines.length);
  const keywords = new Map<string, number>();
  let tag = 0;
  const words = lines.map((line, at) => {
    const first = line.indexOf('|');
    const second = line.indexOf('|', first + 1);
    tag += Number.parseInt(line.slice(0, first), 36);
    tags[at] = tag;
    codes[at] = Number.parseInt(line.slice(first + 1, second), 36);
    const rest = line.slice(second + 1);
    const bar = rest.indexOf('|');
    keywords.set(bar < 0 ? rest : rest.slice(0, bar), tag);
    return rest;
  });
  const ranges = repeating.split('\n').map((line) => range(line, book, keywords));
  keywords.delete('');
  return { tags, codes, traits: book, words, ranges, keywords };
}

function range(line: string, book: readonly Traits[], keywords: Map<string, number>): Range {
  const [pattern = '', code = '', ...rest] = line.split('|');
  const base = Number.parseInt(pattern.replaceAll('x', '0'), 16);
  const mask = Number.parseInt(pattern.replace(/[^x]/g, 'F').replaceAll('x', '0'), 16);
  // 50xx and 60xx stand for even groups only; private groups never get here.
  keywords.set(rest[0] ?? '', base);
  return { base, mask, traits: book[Number.parseInt(code, 36)] ?? unknown, words: rest.join('|') };
}
