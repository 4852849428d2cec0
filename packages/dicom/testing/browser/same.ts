// Deep equality as node:assert/strict has it, for the values our tests compare.

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Own enumerable properties, by name; what deepEqual compares besides the prototype. */
const propertiesOf = (value: object): Readonly<Record<string, unknown>> => Object.fromEntries(Object.entries(value));

function sameMap(one: ReadonlyMap<unknown, unknown>, other: ReadonlyMap<unknown, unknown>): boolean {
  return one.size === other.size && [...one].every(([key, value]) => other.has(key) && same(value, other.get(key)));
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

function sameProperties(one: object, other: object): boolean {
  const [ours, theirs] = [propertiesOf(one), propertiesOf(other)];
  const names = Object.keys(ours);
  return (
    names.length === Object.keys(theirs).length &&
    names.every((name) => Object.hasOwn(theirs, name) && same(ours[name], theirs[name]))
  );
}

/** Whether two values are equal all the way down: types, prototypes and own properties; NaN equals NaN, 0 not -0. */
export function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isObject(one) || !isObject(other)) return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  if (one instanceof Uint8Array && other instanceof Uint8Array) return sameBytes(one, other);
  if (one instanceof Map && other instanceof Map) return sameMap(one, other);
  if (one instanceof Set && other instanceof Set) return one.size === other.size && [...one].every((x) => other.has(x));
  if (one instanceof Date && other instanceof Date) return one.getTime() === other.getTime();
  if (one instanceof Error && other instanceof Error && one.message !== other.message) return false;
  if (Array.isArray(one) && Array.isArray(other) && one.length !== other.length) return false;
  return sameProperties(one, other);
}
