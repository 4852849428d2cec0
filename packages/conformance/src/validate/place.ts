// Values in a document that may have any form: each with the pointer to it, and nothing is taken for granted. RFC 6901

/** A value and where it stands. A missing one is undefined at the place where it would be. */
export interface Place {
  readonly path: string;
  readonly value: unknown;
}

/** Entries of a list that are looked at; a longer one is no table of a statement. */
const longest = 20_000;

const step = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;

/** The member that the names lead to. */
export const at = (place: Place, ...names: readonly string[]): Place =>
  names.reduce<Place>(
    ({ path, value }, name) => ({ path: `${path}/${step(name)}`, value: memberOf(value, name) }),
    place,
  );

/** The entries of the list that the names lead to; none where there is no list. */
export function list(place: Place, ...names: readonly string[]): readonly Place[] {
  const { path, value } = at(place, ...names);
  if (!Array.isArray(value)) return [];
  return value.slice(0, longest).map((entry: unknown, index) => ({ path: `${path}/${index}`, value: entry }));
}

/** The text that the names lead to, without space around it; '' for anything else. */
export function text(place: Place, ...names: readonly string[]): string {
  const { value } = at(place, ...names);
  return typeof value === 'string' ? value.slice(0, 20_000).trim() : '';
}

export function number(place: Place, ...names: readonly string[]): number | undefined {
  const { value } = at(place, ...names);
  return typeof value === 'number' ? value : undefined;
}

/** Texts of a list. */
export const texts = (place: Place, ...names: readonly string[]): readonly string[] =>
  list(place, ...names).flatMap(({ value }) => (typeof value === 'string' ? [value] : []));

/** Whether anything stands there: not undefined, not null, not an empty text. */
export function has(place: Place, ...names: readonly string[]): boolean {
  const { value } = at(place, ...names);
  return value !== undefined && value !== null && (typeof value !== 'string' || value.trim() !== '');
}

export const isTrue = (place: Place, ...names: readonly string[]): boolean => at(place, ...names).value === true;

/** Whether a part is described, and not said to be absent. */
export const described = (place: Place, ...names: readonly string[]): boolean =>
  text(at(place, ...names), 'state') === 'described';
