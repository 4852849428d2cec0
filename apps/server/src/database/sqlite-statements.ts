// How statements and rows cross from the Database door to a SQLite connection and back.
import type { Query, Row, Value } from './database.ts';
import type { Rows, Statement } from './sqlite-messages.ts';

/** Texts numbered for one connection, up to a limit: long texts that come again and again cross once. */
const numberedTexts = 2000;

export function createNumbering(): (query: Query) => Statement {
  const numbers = new Map<string, number>();
  /** Texts that never change are known without being put together: those of templates, and fixed ones. */
  const fixed = new WeakMap<readonly string[], number>();
  return ({ text: pieces, values }) => {
    const seen = fixed.get(pieces);
    if (seen !== undefined) return [undefined, seen, values];
    const text = pieces.join('?');
    const known = numbers.get(text);
    if (known === undefined && numbers.size === numberedTexts) return [text, 0, values];
    const number = known ?? numbers.size + 1;
    if (Object.isFrozen(pieces)) fixed.set(pieces, number);
    if (known !== undefined) return [undefined, known, values];
    numbers.set(text, number);
    return [text, number, values];
  };
}

/** Rows take the shape the caller names: what a statement selects is known only where it is written. */
export const toObjects = <R = Row>({ columns, values }: Rows): R[] => {
  const rows: unknown[] = values.map((row) => {
    const object: Record<string, Value> = {};
    for (const [index, column] of columns.entries()) object[column] = row[index] ?? null;
    return object;
  });
  return rows as R[];
};
