// Text as it is compared when case and accents do not count. PS3.4 C.2.2.2.1, note on person names.
import { formatPersonName, parsePersonName } from '../person-name.ts';

/** Letters of European alphabets that Unicode does not take apart into a base and a mark. */
const undivided: Readonly<Record<string, string>> = {
  æ: 'ae',
  ð: 'd',
  đ: 'd',
  ħ: 'h',
  ı: 'i',
  ł: 'l',
  ø: 'o',
  œ: 'oe',
  ß: 'ss',
  þ: 'th',
};

// In kana and hangul a mark makes another sound, so only marks behind these scripts are dropped.
const accented = /([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{Mark}+/gu;
const ascii = /^[\x20-\x7e]*$/;

/** Lower case, without accents, full-width forms made narrow. The same text for everything that counts as equal. */
export function foldText(text: string): string {
  const lower = text.toLowerCase();
  if (ascii.test(lower)) return lower;
  const plain = lower.normalize('NFKD').replace(accented, '$1').normalize('NFKC');
  return plain.replace(/[æðđħıłøœßþ]/g, (letter) => undivided[letter] ?? letter);
}

/** A value of PN, folded: components trimmed, no trailing delimiters, groups apart by `=`. Wildcards stay what they are. */
export const foldPersonName = (value: string): string => foldText(formatPersonName(parsePersonName(value)));
