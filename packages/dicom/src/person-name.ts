// Person names: three component groups of five components. PS3.5 6.2.1, VR PN.

/** The parts of a name in one writing. '' where there is none. */
export interface NameGroup {
  readonly familyName: string;
  readonly givenName: string;
  readonly middleName: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** A name in up to three writings; each group is undefined where the value does not have it. */
export interface PersonName {
  /** Latin letters, or those of the first character set. */
  readonly alphabetic: NameGroup | undefined;
  /** Hanzi, kanji, hanja. */
  readonly ideographic: NameGroup | undefined;
  /** Kana, hangul, and the like. */
  readonly phonetic: NameGroup | undefined;
}

const groupNames = ['alphabetic', 'ideographic', 'phonetic'] as const;
const components = ['familyName', 'givenName', 'middleName', 'prefix', 'suffix'] as const;

/** Splits at a delimiter into at most `most` parts; what is too many stays, delimiters included, in the last. */
function split(text: string, delimiter: string, most: number): string[] {
  const parts = text.split(delimiter);
  return parts.length <= most ? parts : [...parts.slice(0, most - 1), parts.slice(most - 1).join(delimiter)];
}

function parseGroup(text: string | undefined): NameGroup | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const [familyName = '', givenName = '', middleName = '', prefix = '', suffix = ''] = split(text, '^', 5).map((part) =>
    part.trim(),
  );
  return { familyName, givenName, middleName, prefix, suffix };
}

/**
 * Takes one value of VR PN apart. Never throws: a sixth component stays in the suffix and a fourth group in the
 * phonetic one, delimiters included, so that formatting gives them back.
 */
export function parsePersonName(text: string): PersonName {
  const [alphabetic, ideographic, phonetic] = split(text, '=', 3);
  return {
    alphabetic: parseGroup(alphabetic),
    ideographic: parseGroup(ideographic),
    phonetic: parseGroup(phonetic),
  };
}

const withoutTrailing = (parts: readonly string[], delimiter: string): string => {
  let end = parts.length;
  while (end > 0 && parts[end - 1] === '') end -= 1;
  return parts.slice(0, end).join(delimiter);
};

const formatGroup = (group: Partial<NameGroup> | undefined): string =>
  withoutTrailing(
    components.map((component) => group?.[component] ?? ''),
    '^',
  );

/** The value of a name, without delimiters that nothing follows. Components left out are empty. */
export const formatPersonName = (name: { readonly [G in keyof PersonName]?: Partial<NameGroup> | undefined }): string =>
  withoutTrailing(
    groupNames.map((group) => formatGroup(name[group])),
    '=',
  );

/** A name as people write it: `Dr. Ada King Lovelace, PhD`; the alphabetic group, or the first there is. */
export function displayPersonName(text: string): string {
  const name = parsePersonName(text);
  const group = name.alphabetic ?? name.ideographic ?? name.phonetic;
  if (!group) return '';
  const { familyName, givenName, middleName, prefix, suffix } = group;
  // Chinese, Japanese and Korean names begin with the family name.
  const order =
    group === name.alphabetic ? [prefix, givenName, middleName, familyName] : [familyName, middleName, givenName];
  return [order.filter(Boolean).join(' '), suffix].filter(Boolean).join(', ');
}
