// Runs statements on one SQLite connection, on whatever thread: prepared once, their rows as arrays.
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Rows, Statement } from './sqlite-messages.ts';

/** A statement and what its rows are called. */
interface Prepared {
  readonly statement: StatementSync;
  /** Known from its first row on: asking costs as much as a short query. */
  columns: readonly string[] | undefined;
}

export interface Cursor {
  readonly text: string;
  readonly prepared: Prepared;
  readonly rows: Iterator<unknown>;
}

export const isRow = (row: unknown): row is Rows['values'][number] => Array.isArray(row);

/** Runs statements on one connection, the prepared ones kept up to a limit, the longest unused dropped first. */
export function createRunner(connection: DatabaseSync, limit: number) {
  const texts = new Map<number, string>();
  const textOf = ([text, id]: Statement): string => text ?? texts.get(id) ?? '';
  const kept = new Map<string, Prepared>();
  const prepare = (text: string): Prepared => {
    const statement = connection.prepare(text);
    statement.setReturnArrays(true);
    return { statement, columns: undefined };
  };
  const keep = (text: string, prepared: Prepared) => {
    kept.set(text, prepared);
    const oldest = kept.keys().next();
    if (kept.size > limit && !oldest.done) kept.delete(oldest.value);
  };
  const take = (text: string): Prepared => {
    const prepared = kept.get(text) ?? prepare(text);
    kept.delete(text);
    return prepared;
  };
  /** The order of use counts only where there is no room for another one. */
  const borrow = (text: string): Prepared => {
    const known = kept.size < limit ? kept.get(text) : undefined;
    if (known) return known;
    const prepared = take(text);
    keep(text, prepared);
    return prepared;
  };
  const columnsOf = (prepared: Prepared) => {
    prepared.columns ??= prepared.statement.columns().map((column) => column.name);
    return prepared.columns;
  };
  return {
    columnsOf,
    /** Texts are remembered as they come in, whatever becomes of the work they are part of. */
    learn([text, id]: Statement): void {
      if (text !== undefined) texts.set(id, text);
    },
    run(asked: Statement): Rows {
      const prepared = borrow(textOf(asked));
      const rows: unknown[] = prepared.statement.all(...(asked[2] as SQLInputValue[]));
      return { columns: rows.length > 0 ? columnsOf(prepared) : [], values: rows.filter(isRow) };
    },
    /** While a query is open its statement is its own: the same text may be open twice. */
    open(asked: Statement): Cursor {
      const text = textOf(asked);
      const prepared = take(text);
      return { text, prepared, rows: prepared.statement.iterate(...(asked[2] as SQLInputValue[])) };
    },
    close({ text, prepared, rows }: Cursor): void {
      rows.return?.();
      keep(text, prepared);
    },
  };
}
