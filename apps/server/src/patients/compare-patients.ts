// Whether two descriptions can be of one person: spelling may differ, words may be missing, nothing may contradict.
import { foldPersonName } from '@concord/dicom';

/** What people are told apart by, as it came; '' where it is not known. */
export interface Described {
  /** PN. */
  readonly name: string;
  /** DA, also in the form with dots. */
  readonly birthDate: string;
}

/** Attributes that contradict. [] where one person may be meant. */
export function tolerantly(one: Described, other: Described): readonly ('PatientName' | 'PatientBirthDate')[] {
  return [
    ...(namesAgree(one.name, other.name) ? [] : (['PatientName'] as const)),
    ...(datesAgree(one.birthDate, other.birthDate) ? [] : (['PatientBirthDate'] as const)),
  ];
}

/** A name of five components of 64 characters in three groups; what is longer is compared by its beginning. PS3.5 6.2.1. */
const longestName = 1000;

/** Groups (alphabetic, ideographic, phonetic) that both have must agree; with none in common they say nothing. */
function namesAgree(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => foldPersonName(name.slice(0, longestName)).split('=').map(wordsOf));
  return (a ?? []).every((words, group) => {
    const others = b?.[group] ?? [];
    return words.length === 0 || others.length === 0 || within(words, others) || within(others, words);
  });
}

/** `Smith-Jones^Ann`, `SMITH JONES, ANN`, `Ann Smith Jones`: the same words. */
const wordsOf = (group: string): readonly string[] =>
  group
    .replace(/['’.]/g, '')
    .split(/[\^\s,-]+/)
    .filter(Boolean);

/** Every word stands in the other name, an initial for the word it begins; each word of the other counts once. */
function within(few: readonly string[], many: readonly string[]): boolean {
  const left = [...many];
  const claim = (fits: (candidate: string) => boolean): boolean => {
    const at = left.findIndex(fits);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  };
  // Whole words first, so that an initial does not take the place of one.
  const rest = few.filter((word) => !claim((candidate) => candidate === word));
  return rest.every((word) => claim((candidate) => isInitial(word, candidate) || isInitial(candidate, word)));
}

const isInitial = (short: string, long: string): boolean => [...short].length === 1 && long.startsWith(short);

function datesAgree(one: string, other: string): boolean {
  const [a, b] = [one, other].map((date) => date.replace(/\D/g, ''));
  return a === b || a === '' || b === '';
}
