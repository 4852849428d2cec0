// What a PDU or item consists of, as a list of fields: reader, writer and log line follow from it. PS3.8 9.3.1.
import { NetworkError } from '../network-error.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

export interface Field<T> {
  read(from: ByteReader): T;
  write(to: ByteWriter, value: T): void;
  /** For the log; undefined where there is nothing to say. */
  describe(value: T): string | undefined;
}
export type Fields = Readonly<Record<string, Field<never>>>;
type Value<F> = F extends { read(from: ByteReader): infer T } ? T : never;
/** The value of a list of fields: reserved ones do not appear. */
export type ValueOf<F> = { readonly [K in keyof F as Value<F[K]> extends null ? never : K]: Value<F[K]> };
/** The value that a layout reads and writes. */
export type Pdu<L> = L extends { decode(body: Uint8Array): infer T } ? T : never;

export interface Layout<T> {
  readonly name: string;
  readonly type: number;
  /** The value of what follows the header. Throws NetworkError 'invalid-pdu'. */
  decode(body: Uint8Array): T;
  /** Type, length and value. */
  encode(value: T): Buffer;
  describe(value: T): string;
}

/** A PDU: type, reserved byte, length of four bytes. PS3.8 9.3.1. */
export const pdu = <const F extends object>(name: string, type: number, fields: F): Layout<ValueOf<F>> =>
  layout(name, type, 4, fields);

/** An item or sub-item: type, reserved byte, length of two bytes. */
export const item = <const F extends object>(name: string, type: number, fields: F): Layout<ValueOf<F>> =>
  layout(name, type, 2, fields);

/** An item of one field, whose value stands for the item. */
export function itemOf<T>(name: string, type: number, field: Field<T>): Layout<T> {
  const whole = item(name, type, { value: field });
  return {
    name,
    type,
    decode: (body) => field.read(new ByteReader(body)),
    encode: (value) => whole.encode({ value } as Parameters<typeof whole.encode>[0]),
    describe: (value) => `${name}: ${field.describe(value) ?? ''}`,
  };
}

function layout<F extends object>(name: string, type: number, lengthSize: 2 | 4, fields: F): Layout<ValueOf<F>> {
  // Each entry is checked by its own Field type; a list of entries can only be typed as holding anything.
  const entries = Object.entries(fields) as readonly [string, Field<unknown>][];
  const parts = (value: ValueOf<F>): Readonly<Record<string, unknown>> => value;
  return {
    name,
    type,
    decode: (body) => {
      const from = new ByteReader(body);
      const value: Record<string, unknown> = {};
      for (const [key, field] of entries) value[key] = field.read(from);
      return value as ValueOf<F>;
    },
    encode: (value) => {
      const to = new ByteWriter();
      to.u8(type);
      to.u8(0);
      to.measured(lengthSize, () => {
        for (const [key, field] of entries) field.write(to, parts(value)[key]);
      });
      return to.finish();
    },
    describe: (value) => {
      const said = entries.map(([key, field]) => [key, field.describe(parts(value)[key])]);
      return `${name} ${said.flatMap(([key, text]) => (text === undefined ? [] : [`${key}: ${text}`])).join(', ')}`.trimEnd();
    },
  };
}

const integer = (size: 'u8' | 'u16' | 'u32', meanings: Readonly<Record<number, string>> = {}): Field<number> => ({
  read: (from) => from[size](),
  write: (to, value) => to[size](value),
  describe: (value) => (meanings[value] === undefined ? `${value}` : `${value} (${meanings[value]})`),
});
export const u8 = (meanings?: Readonly<Record<number, string>>): Field<number> => integer('u8', meanings);
export const u16 = (): Field<number> => integer('u16');
export const u32 = (): Field<number> => integer('u32');

/** Sent as zeros, not looked at when received. */
export const reserved = (length: number): Field<null> => ({
  read: (from) => {
    from.take(length);
    return null;
  },
  write: (to) => to.bytes(new Uint8Array(length)),
  describe: () => undefined,
});

/** Bytes kept as they are, to be sent back. */
export const opaque = (length: number): Field<Uint8Array> => ({
  read: (from) => from.take(length),
  write: (to, value) => to.bytes(value),
  describe: () => undefined,
});

/** Some senders pad names to an even length, with NUL as in UIDs or with a space. */
function withoutPadding(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === '\0' || text[end - 1] === ' ')) end -= 1;
  return text.slice(0, end);
}
const encodeText = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Sixteen characters; leading and trailing spaces do not count (some peers pad with NUL). PS3.8 9.3.2. */
export const aeTitle = (): Field<string> => ({
  read: (from) => from.latin1(16).replaceAll('\0', ' ').trim(),
  write: (to, value) => {
    if (value.length > 16)
      throw new NetworkError('limit-exceeded', `AE title ${JSON.stringify(value)}; 16 characters are the most`);
    to.bytes(encodeText(value.padEnd(16, ' ')));
  },
  describe: (value) => JSON.stringify(value),
});

/** All bytes that are left, as text: a UID or a name. Padding at the end is dropped. */
export const textToEnd = (): Field<string> => ({
  read: (from) => withoutPadding(from.latin1(from.left)),
  write: (to, value) => to.bytes(encodeText(value)),
  describe: (value) => value,
});

/** All bytes that are left. */
export const bytesToEnd = (): Field<Uint8Array> => ({
  read: (from) => from.take(from.left),
  write: (to, value) => to.bytes(value),
  describe: (value) => Buffer.from(value).toString('hex'),
});

/** A length of two bytes, then text. */
export const measuredText = (): Field<string> => ({
  read: (from) => withoutPadding(from.latin1(from.u16())),
  write: (to, value) => to.measured(2, () => to.bytes(encodeText(value))),
  describe: (value) => value,
});

/** A length of two bytes, then bytes. Never logged: it may be a password. */
export const measuredSecret = (): Field<Uint8Array> => ({
  read: (from) => from.take(from.u16()),
  write: (to, value) => to.measured(2, () => to.bytes(value)),
  describe: (value) => `${value.length} bytes`,
});

/** A length of two bytes, then as many measured texts as fill it. */
export const measuredTexts = (): Field<readonly string[]> => ({
  read: (from) => {
    const within = new ByteReader(from.take(from.u16()));
    const texts: string[] = [];
    while (within.left > 0) texts.push(measuredText().read(within));
    return texts;
  },
  write: (to, texts) =>
    to.measured(2, () => {
      for (const text of texts) measuredText().write(to, text);
    }),
  describe: (texts) => texts.join(' '),
});
