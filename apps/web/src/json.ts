// Reading JSON that came over the wire: nothing is believed before it was looked at.

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object, or an empty one in the place of anything else. */
export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** A list, or an empty one in the place of anything else. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The text of a member; numbers and booleans are written out, anything else is no text. */
export const textOf = (object: JsonObject, ...names: readonly string[]): string => {
  for (const name of names) {
    const value = object[name];
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  }
  return '';
};

/** The number of a member, also where it was sent as text; undefined where it is none. */
export const numberOf = (object: JsonObject, ...names: readonly string[]): number | undefined => {
  for (const name of names) {
    const value = object[name];
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
  }
  return undefined;
};
