// Defined terms of Specific Character Set (0008,0005) and what they declare: PS3.3 C.12.1.1.2.

import { type GraphicSet, graphicSetOf, iso646Irv } from './graphic-set.ts';

/** Character sets that are no graphic sets of ISO/IEC 2022: one encoding for the whole data set. */
export type WholeEncoding = 'utf-8' | 'gb18030' | 'gbk';

/** What the values of Specific Character Set amount to. */
export type Repertoire =
  | { readonly kind: 'whole'; readonly encoding: WholeEncoding }
  | {
      readonly kind: 'sets';
      /** Active at the start of each value and after each reset. */
      readonly g0: GraphicSet;
      readonly g1: GraphicSet | undefined;
      /** True where escape sequences may switch sets. */
      readonly extended: boolean;
      /** Every set the terms declare, in their order. */
      readonly declared: readonly GraphicSet[];
    };

const wholeEncodings: Readonly<Record<string, WholeEncoding>> = {
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

/** Registrations that have a form without code extensions, ISO_IR n, and the sets of that term. */
const singleByte: Readonly<Record<string, readonly number[]>> = {
  '6': [6],
  '13': [14, 13],
  ...Object.fromEntries(
    [100, 101, 109, 110, 144, 127, 126, 138, 148, 203, 166].map((number) => [String(number), [6, number]]),
  ),
};
const multiByte: Readonly<Record<string, readonly number[]>> = { '87': [87], '159': [159], '149': [149], '58': [58] };

/** Spellings met in files whose meaning nobody doubts. */
const misspelt: Readonly<Record<string, string>> = {
  'UTF-8': 'ISO_IR 192',
  UTF8: 'ISO_IR 192',
  'ISO 2022 IR 192': 'ISO_IR 192',
  'ISO 2022 GB18030': 'GB18030',
  'ISO 2022 GBK': 'GBK',
  'ISO-8859-1': 'ISO_IR 100',
  'ISO 8859-1': 'ISO_IR 100',
};

/** A term as the standard spells it: padding gone, `iso-ir 100`, `ISO_IR_100` and `ISO 2022-IR 100` put right. */
export function normalizeTerm(term: string): string {
  const text = term.trim().toUpperCase();
  const parts = text.split(/[ _-]+/);
  const number = parts.at(-1) ?? '';
  const head = parts.slice(0, -1).join(' ');
  let spelt = text;
  if (/^[0-9]{1,3}$/.test(number)) {
    if (head === 'ISO IR') spelt = number in multiByte ? `ISO 2022 IR ${number}` : `ISO_IR ${number}`;
    if (head === 'ISO 2022 IR' || head === 'ISO2022 IR') spelt = `ISO 2022 IR ${number}`;
  }
  return misspelt[spelt] ?? spelt;
}

/** The sets a term declares, G0 first; undefined for a term the standard does not define. */
function setsOf(term: string): readonly GraphicSet[] | undefined {
  const extended = term.startsWith('ISO 2022 IR ');
  const number = term.slice(extended ? 'ISO 2022 IR '.length : 'ISO_IR '.length);
  if (!extended && !term.startsWith('ISO_IR ')) return undefined;
  const numbers = singleByte[number] ?? (extended ? multiByte[number] : undefined);
  return numbers?.flatMap((registration) => graphicSetOf(registration) ?? []);
}

/** True for a term the standard defines (an empty one stands for ISO 2022 IR 6 in the first place). */
export const isDefinedTerm = (term: string): boolean =>
  term === '' || Object.hasOwn(wholeEncodings, term) || setsOf(term) !== undefined;

/**
 * What normalized terms declare. Terms nobody knows count as the default repertoire; what UTF-8, GB18030 or GBK is
 * listed with is ignored, since these allow no code extensions.
 */
export function repertoire(terms: readonly string[]): Repertoire {
  const first = terms[0] ?? '';
  const encoding = Object.hasOwn(wholeEncodings, first) ? wholeEncodings[first] : undefined;
  if (encoding) return { kind: 'whole', encoding };
  const declared = terms.flatMap((term) => (term === '' ? [iso646Irv] : (setsOf(term) ?? [])));
  const initial = setsOf(first) ?? [];
  return {
    kind: 'sets',
    g0: initial.find((set) => set.plane === 'G0' && set.width === 1) ?? iso646Irv,
    g1: initial.find((set) => set.plane === 'G1'),
    extended: terms.length > 1 || terms.some((term) => term.startsWith('ISO 2022 ')),
    declared: [...new Set(declared)],
  };
}
