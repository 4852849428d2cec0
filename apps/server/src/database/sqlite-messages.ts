// What passes between the main thread and a SQLite worker thread.
import type { databaseFaults, Value } from './database.ts';

/** Text with `?` for each value; where the text was sent before, only its number. */
export type Statement = readonly [text: string | undefined, id: number, values: readonly Value[]];

/** Values by row; the names of the columns once. */
export interface Rows {
  readonly columns: readonly string[];
  readonly values: readonly (readonly Value[])[];
}

/** A piece of shared memory; where the memory was sent before, only its number. */
export type Piece = readonly [memory: SharedArrayBuffer | undefined, id: number, offset: number, length: number];

export type Request =
  /** All statements in one transaction, which other batches waiting at that moment may share. */
  | {
      readonly kind: 'batch';
      readonly id: number;
      readonly durable: boolean;
      readonly statements: readonly Statement[];
      /** The id of the blocks that must be durable before. */
      readonly after?: number | undefined;
    }
  /** Writes whole blocks to a file; other blocks that wait for the same place share the write. */
  | {
      readonly kind: 'blocks';
      readonly id: number;
      readonly descriptor: number;
      readonly position: number;
      readonly pieces: readonly Piece[];
    }
  /** Nothing more is written to the file: the descriptor may be given to another one. */
  | { readonly kind: 'release'; readonly id: number; readonly descriptor: number }
  /** Makes every commit so far durable. */
  | { readonly kind: 'flush'; readonly id: number }
  /** One statement outside any batch: a read, or a step of an open transaction. */
  | { readonly kind: 'statement'; readonly id: number; readonly statement: Statement }
  /** One read, and another where it gives so many rows. */
  | {
      readonly kind: 'page-and-more';
      readonly id: number;
      readonly statement: Statement;
      readonly full: number;
      readonly whenFull: Statement;
    }
  /** Opens a query and gives its first page; the others are asked for with `page`. */
  | {
      readonly kind: 'open';
      readonly id: number;
      readonly cursor: number;
      readonly statement: Statement;
      readonly rows: number;
    }
  | { readonly kind: 'page'; readonly id: number; readonly cursor: number; readonly rows: number }
  | { readonly kind: 'leave'; readonly id: number; readonly cursor: number }
  | { readonly kind: 'close'; readonly id: number };

export type Reply =
  | { readonly id: number; readonly results: readonly Rows[]; readonly ended?: boolean }
  | {
      readonly id: number;
      readonly fault: keyof typeof databaseFaults;
      readonly message: string;
      /** What the operating system calls it. */
      readonly code?: string | undefined;
    };

export interface WorkerOptions {
  readonly file: string;
  readonly readOnly: boolean;
  /** How long to wait for another process's lock, in ms. */
  readonly busyTimeout: number;
  /** Prepared statements kept at most. */
  readonly statements: number;
}
