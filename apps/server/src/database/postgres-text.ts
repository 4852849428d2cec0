// Our SQL as PostgreSQL takes it: the same words, with wider whole numbers, texts compared byte by byte, and numbered values.
import type { Query, Value } from './database.ts';

export interface PostgresQuery {
  /** The same for the same text: the server parses it once per connection. */
  readonly name?: string;
  readonly text: string;
  readonly values: readonly (string | number | Buffer | null)[];
}

/** Texts that are numbered at most; what comes after them is parsed each time. */
const numberedTexts = 500;
/** Longer ones have lists of values, and seldom come twice. */
const longestNumbered = 8000;

const word = (name: string) => new RegExp(`\\b${name}\\b`, 'giu');
const integers = word('integer');
const texts = word('text');
const blobs = word('blob');
const reals = word('real');

/** Whole numbers have 64 bits, as those of SQLite; texts sort and compare by their bytes, whatever the database's language. */
const translate = (text: string): string => {
  const wide = text.replace(integers, 'bigint');
  if (!/^\s*(create|alter)\s/iu.test(wide)) return wide;
  return wide.replace(texts, 'text collate "C"').replace(blobs, 'bytea').replace(reals, 'double precision');
};

/** PostgreSQL has no place for a NUL in a text; names and descriptions that hold one mean nothing by it. */
const encode = (value: Value): string | number | Buffer | null => {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return typeof value === 'string' && value.includes('\u0000') ? value.replaceAll('\u0000', '') : value;
};

/** One for each pool: the numbers of texts are names of prepared statements. */
export function createTranslator(): (query: Query) => PostgresQuery {
  const known = new Map<string, { readonly name: string; readonly text: string }>();
  return ({ text: pieces, values }) => {
    const given = values.map(encode);
    const key = pieces.join('?');
    const found = known.get(key);
    if (found) return { ...found, values: given };
    const numbered = pieces.map((piece, index) => (index === 0 ? piece : `$${index}${piece}`)).join('');
    const text = translate(numbered);
    if (known.size === numberedTexts || key.length > longestNumbered) return { text, values: given };
    const statement = { name: `s${known.size + 1}`, text };
    known.set(key, statement);
    return { ...statement, values: given };
  };
}

/** As the client takes it. Without a value nothing is prepared: the planner sees the statement as it is. */
export const ready = ({ name, text, values }: PostgresQuery) => ({
  text,
  values: [...values],
  ...(name !== undefined && { name }),
});
