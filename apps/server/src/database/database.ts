// The one door to SQL: tagged templates in, rows out; a back end only differs behind it.

import type { BlockWriter } from './blocks.ts';

export type Value = string | number | Uint8Array | null;

/** SQL text in pieces; between each two pieces stands a value, which never becomes text. */
export interface Query {
  readonly text: readonly string[];
  readonly values: readonly Value[];
}

const isQuery = (value: Value | Query): value is Query =>
  typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
const isValue = (value: Value | Query): value is Value => !isQuery(value);

/** A statement or a piece of one; a piece given as a value is spliced in with its own values. */
export const sql = (text: TemplateStringsArray, ...parts: readonly (Value | Query)[]): Query =>
  parts.every(isValue) ? { text, values: parts } : spliced(text, parts);

function spliced(text: readonly string[], parts: readonly (Value | Query)[]): Query {
  const texts = [text[0] ?? ''];
  const values: Value[] = [];
  const append = (more: string) => {
    texts[texts.length - 1] += more;
  };
  parts.forEach((part, index) => {
    if (isQuery(part)) {
      append(part.text[0] ?? '');
      part.values.forEach((value, at) => {
        values.push(value);
        texts.push(part.text[at + 1] ?? '');
      });
      append(text[index + 1] ?? '');
    } else {
      values.push(part);
      texts.push(text[index + 1] ?? '');
    }
  });
  return { text: texts, values };
}

/** The text of a statement that comes again and again, to be used with other values each time: put together once, known by itself. */
export const fixedText = ({ text }: Query): readonly string[] => Object.freeze([...text]);

/** Text of our own source as it is, for names of columns and tables; nothing from outside may come here. */
export const literal = (text: string): Query => ({ text: [text], values: [] });

/** Pieces with the same text between them, such as ` and `. */
export const join = (pieces: readonly Query[], separator: string): Query => {
  const text = [''];
  const values: Value[] = [];
  for (const [index, piece] of pieces.entries()) {
    text[text.length - 1] += (index === 0 ? '' : separator) + (piece.text[0] ?? '');
    for (const more of piece.text.slice(1)) text.push(more);
    for (const value of piece.values) values.push(value);
  }
  return { text, values };
};

export type Row = Readonly<Record<string, Value>>;

export interface IterateOptions {
  readonly signal?: AbortSignal;
}

export interface BatchOptions {
  /** False: a power failure may take the batch back until `flush`; a crash of this program may not. Default true. */
  readonly durable?: boolean;
  /** Ticket of blocks: the batch is done only when they are durable, and fails with `blocks` where they could not be written. */
  readonly after?: number | undefined;
  /** True: nobody stands waiting for it, and it may take longer than what senders wait for. Default false. */
  readonly unhurried?: boolean;
}

/** A table and its columns, in the order they were made. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
}

/** A read, and one more for where it gives as many rows as that. */
export interface PageQuery {
  readonly page: Query;
  readonly full: number;
  readonly whenFull: Query;
}

export interface Page<R, F> {
  readonly rows: readonly R[];
  /** Undefined where the page is not full. */
  readonly whenFull: readonly F[] | undefined;
}

/** What every store speaks to. */
export interface Database {
  /** Rows of one read. */
  all<R = Row>(query: Query): Promise<readonly R[]>;
  /** Rows of a page and, where it is full, those of the other read: both in one turn where that is possible. */
  page<R = Row, F = Row>(query: PageQuery): Promise<Page<R, F>>;
  /** Rows of a read that finds a few of them by a key: done where it costs least. */
  lookUp<R = Row>(query: Query): Promise<readonly R[]>;
  /** Rows page by page, each page fetched when the one before is used up; leaving the loop ends the query. */
  iterate<R = Row>(query: Query, options?: IterateOptions): AsyncIterable<readonly R[]>;
  /**
   * All or nothing, visible and, unless told otherwise, durable when the promise resolves; the rows each statement returned.
   * Callers share commits.
   */
  batch(queries: readonly Query[], options?: BatchOptions): Promise<readonly (readonly Row[])[]>;
  /** Where the thread that commits can write blocks of files too: bytes and the rows about them cost one turn, not two. */
  readonly blocks?: BlockWriter;
  /** Resolves when every batch that resolved before is durable. */
  flush(): Promise<void>;
  /** For work that decides between statements. Nothing else writes meanwhile: keep it short. */
  transaction<T>(work: (database: Pick<Database, 'all'>) => Promise<T>): Promise<T>;
  /** Every table, those that others refer to first. */
  tables(): Promise<readonly Table[]>;
  /** Of a database that nodes share: milliseconds since 1970 as its machine has them. */
  time?(): Promise<number>;
  close(): Promise<void>;
}

/** The half that changes nothing. */
export type ReadDatabase = Pick<Database, 'all' | 'page' | 'iterate' | 'tables' | 'close'>;

export const databaseFaults = {
  unique: 'a row with this key is there already',
  reference: 'a row that is referred to is not there',
  busy: 'the database is locked by another process',
  full: 'no space left for the database',
  blocks: 'the bytes that the rows are about could not be written',
  closed: 'the database is closed',
  unreachable: 'the database cannot be reached; nothing was changed',
  failed: 'the database failed',
} as const;

/** The one error of this room. */
export class DatabaseError extends Error {
  readonly fault: keyof typeof databaseFaults;
  constructor(fault: keyof typeof databaseFaults, detail = '', cause?: unknown) {
    super(`${databaseFaults[fault]}${detail && `: ${detail}`}`, { cause });
    this.name = 'DatabaseError';
    this.fault = fault;
  }
}
