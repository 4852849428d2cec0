// The field that holds items in any order: known types go to their names, unknown ones are skipped. PS3.8 9.3.1.
import { NetworkError } from '../network-error.ts';
import type { ByteReader } from './bytes.ts';
import type { Field, Layout } from './layout.ts';

/** Where the items of one type go. */
interface Place<T> {
  readonly type: number;
  decode(bodies: readonly Uint8Array[]): T;
  encode(value: T): readonly Buffer[];
  describe(value: T): readonly string[];
}
type PlaceValue<P> = P extends { decode(bodies: readonly Uint8Array[]): infer T } ? T : never;
type Places<P> = { readonly [K in keyof P]: PlaceValue<P[K]> };

/** An item that appears once at most; a second one is a fault. */
export const one = <T>(layout: Layout<T>): Place<T | undefined> => ({
  type: layout.type,
  decode: ([body, second]) => {
    if (second) throw new NetworkError('invalid-pdu', `a second ${layout.name} item`);
    return body && layout.decode(body);
  },
  encode: (value) => (value === undefined ? [] : [layout.encode(value)]),
  describe: (value) => (value === undefined ? [] : [layout.describe(value)]),
});

/** An item that may appear many times. */
export const many = <T>(layout: Layout<T>): Place<readonly T[]> => ({
  type: layout.type,
  decode: (bodies) => bodies.map(layout.decode),
  encode: (values) => values.map(layout.encode),
  describe: (values) => values.map(layout.describe),
});

/** All bytes that are left, as items. */
export function items<const P extends object>(places: P): Field<Places<P>> {
  const entries = Object.entries(places) as readonly [string, Place<unknown>][];
  const parts = (value: Places<P>): Readonly<Record<string, unknown>> => value;
  return {
    read: (from) => {
      const bodies = bodiesByType(from);
      const value: Record<string, unknown> = {};
      for (const [key, place] of entries) value[key] = place.decode(bodies.get(place.type) ?? none);
      return value as Places<P>;
    },
    write: (to, value) => {
      for (const [key, place] of entries) for (const bytes of place.encode(parts(value)[key])) to.bytes(bytes);
    },
    describe: (value) => entries.flatMap(([key, place]) => place.describe(parts(value)[key])).join('\n    '),
  };
}

const none: readonly Uint8Array[] = [];

function bodiesByType(from: ByteReader): ReadonlyMap<number, readonly Uint8Array[]> {
  const bodies = new Map<number, Uint8Array[]>();
  while (from.left > 0) {
    const type = from.u8();
    from.u8();
    const body = from.take(from.u16());
    const others = bodies.get(type);
    if (others) others.push(body);
    else bodies.set(type, [body]);
  }
  return bodies;
}
