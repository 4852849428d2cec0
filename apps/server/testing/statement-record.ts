// Every statement that an index is asked, kept with the values of the first time: what plans are looked at for.
import type { Database, Query } from '../src/database/database.ts';

export interface Asked {
  readonly query: Query;
  /** False: a test or what helps it was the first to ask, perhaps with a statement of its own. */
  readonly byProgram: boolean;
}

/** Each text once, with places for values. */
export type StatementRecord = Map<string, Asked>;

const own = import.meta.filename;

/** Whether the program asks, and not a test to see what became of its rows. */
function isOfProgram(): boolean {
  const callers = (new Error().stack ?? '').split('\n').slice(1);
  const first = callers.find((line) => line.includes('/') && !line.includes(own)) ?? '';
  return !/\.test\.ts|\/testing\//u.test(first);
}

/** The same database; what it is asked is noted. */
export function recording(real: Database, record: StatementRecord): Database {
  const note = (query: Query) => {
    const text = query.text.join('?');
    if (!record.has(text)) record.set(text, { query, byProgram: isOfProgram() });
  };
  const all = <R>(database: Pick<Database, 'all'>, query: Query) => {
    note(query);
    return database.all<R>(query);
  };
  return {
    ...real,
    all: (query) => all(real, query),
    lookUp: (query) => {
      note(query);
      return real.lookUp(query);
    },
    page: (query) => {
      note(query.page);
      note(query.whenFull);
      return real.page(query);
    },
    iterate: (query, options) => {
      note(query);
      return real.iterate(query, options);
    },
    batch: (queries, options) => {
      queries.forEach(note);
      return real.batch(queries, options);
    },
    transaction: (work) => real.transaction((within) => work({ all: (query) => all(within, query) })),
  };
}
