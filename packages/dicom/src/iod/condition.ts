// The conditions of types 1C and 2C, conditional modules and functional groups, as data. PS3.3 and PS3.5 7.4.
import type { DataSet } from '../data-set.ts';

/**
 * Where an attribute that a condition names is looked for: the item itself (`'00280008'`), an item further out (`'^'` for each
 * level), the top of the data set (`'/'`), or the functional groups of the same frame (`'~'`).
 */
export type Reference = string;

/** A condition that can be told from the data set alone. What cannot be told is no condition at all: such an attribute may be there. */
export type Condition =
  | readonly ['present', Reference]
  | readonly ['is', Reference, number, readonly string[]]
  | readonly ['greater', Reference, number]
  | readonly ['module', string]
  | readonly ['not', Condition]
  | readonly ['all', readonly Condition[]]
  | readonly ['any', readonly Condition[]];

/** The data sets from the top down to the item a condition belongs to, and the functional groups of its frame. */
export interface Place {
  /** Never empty: the whole data set first, the item last. */
  readonly levels: readonly DataSet[];
  /** Shared and Per-frame items of the frame. PS3.3 C.7.6.16. */
  readonly groups: readonly DataSet[];
  /** Whether the data set holds a module. */
  readonly hasModule: (id: string) => boolean;
}

/** The data set an attribute is to be looked for in, and its tag. */
function find(reference: Reference, { levels, groups }: Place): { dataSet: DataSet | undefined; tag: number } {
  const tag = Number.parseInt(reference.slice(-8), 16);
  if (reference.startsWith('/')) return { dataSet: levels[0], tag };
  if (reference.startsWith('~')) {
    const items = groups.flatMap((group) => [...group.elements()].flatMap((element) => [...group.items(element.tag)]));
    return { dataSet: items.find((item) => item.has(tag)), tag };
  }
  return { dataSet: levels[levels.length - 1 - (reference.length - 8)], tag };
}

/** Values as the tables write them: numbers in decimal, tags in hexadecimal. */
const sameValue = (given: string, listed: string): boolean =>
  given === listed || (given !== '' && listed !== '' && Number(given) === Number(listed));

/** Whether a condition holds where it stands. */
export function holds(condition: Condition, place: Place): boolean {
  switch (condition[0]) {
    case 'module':
      return place.hasModule(condition[1]);
    case 'not':
      return !holds(condition[1], place);
    case 'all':
      return condition[1].every((part) => holds(part, place));
    case 'any':
      return condition[1].some((part) => holds(part, place));
  }
  const { dataSet, tag } = find(condition[1], place);
  if (!dataSet?.has(tag)) return false;
  if (condition[0] === 'present') return true;
  if (condition[0] === 'greater') return (dataSet.number(tag) ?? 0) > condition[2];
  const [, , number, wanted] = condition;
  const given = dataSet.strings(tag);
  const asked = number === 0 ? given : given.slice(number - 1, number);
  return asked.some((one) => wanted.some((value) => sameValue(one, value)));
}
