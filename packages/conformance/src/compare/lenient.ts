// Reading JSON that may lack anything: what is not there, or has another form than the model's, is undefined.

/** A member of an object; of anything else none. */
export const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;

/** Text that says something, of bounded length. */
export const textIn = (value: unknown, name: string): string | undefined => {
  const found = member(value, name);
  return typeof found === 'string' && found.trim() !== '' ? found.slice(0, 20_000) : undefined;
};

/** A whole number from 0 up. */
export const countIn = (value: unknown, name: string): number | undefined => {
  const found = member(value, name);
  return typeof found === 'number' && Number.isSafeInteger(found) && found >= 0 ? found : undefined;
};

export const flagIn = (value: unknown, name: string): boolean | undefined => {
  const found = member(value, name);
  return typeof found === 'boolean' ? found : undefined;
};

/** One of a few words. */
export const wordIn = <const Word extends string>(
  value: unknown,
  name: string,
  words: readonly Word[],
): Word | undefined => {
  const found = member(value, name);
  return words.find((word) => word === found);
};

/** Entries of a list with their pointers, as many as `most`; none where there is no list. */
export function entriesIn(
  value: unknown,
  name: string,
  path: string,
  most = 1000,
): readonly { readonly entry: unknown; readonly path: string }[] {
  const found = member(value, name);
  if (!Array.isArray(found)) return [];
  return found.slice(0, most).map((entry: unknown, index) => ({ entry, path: `${path}/${name}/${index}` }));
}

/** The texts of a list. */
export const textsIn = (value: unknown, name: string): readonly string[] =>
  entriesIn(value, name, '').flatMap(({ entry }) => (typeof entry === 'string' ? [entry] : []));
