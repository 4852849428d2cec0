// Person names as people write them. PS3.5 6.2.1.
import type { NameGroups } from '../dicom-json.ts';

const components = (group: string): readonly string[] => group.split('^').map((part) => part.trim());

/** `Family^Given^Middle^Prefix^Suffix` as `Family, Prefix Given Middle Suffix`; parts that are empty leave no trace. */
export const alphabeticName = (group: string): string => {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = components(group);
  const rest = [prefix, given, middle, suffix].filter((part) => part !== '').join(' ');
  return [family, rest].filter((part) => part !== '').join(', ');
};

/** Ideographic and phonetic groups carry their components in the order of the language: `山田^太郎` as `山田 太郎`. */
const plainName = (group: string): string =>
  components(group)
    .filter((part) => part !== '')
    .join(' ');

export interface ShownName {
  /** The name to call the person by; undefined where no group has one. */
  readonly main: string | undefined;
  /** The other groups, for the line below. */
  readonly others: readonly string[];
}

/** The alphabetic group first, because lists are sorted by it; the others beside it. */
export const shownName = ({ alphabetic, ideographic, phonetic }: NameGroups): ShownName => {
  const [main, ...others] = [alphabeticName(alphabetic), plainName(ideographic), plainName(phonetic)].filter(
    (name) => name !== '',
  );
  return { main, others };
};

/** A value of VR PN as the server hands it on, `Wang^XiaoDong=王^小东=`, in one line; '' where nothing is said. */
export const nameInLine = (value: string): string => {
  const [alphabetic = '', ideographic = '', phonetic = ''] = value.split('=');
  const { main = '', others } = shownName({ alphabetic, ideographic, phonetic });
  return others.length === 0 ? main : `${main} (${others.join(', ')})`;
};
