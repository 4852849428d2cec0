// What was read of a document once, for all rules: faults of the schema, and the printed form. PS3.2 Annex A
import { statementDocument } from '../document/statement-document.ts';
import { pointer } from '../model/read-statement.ts';
import { statement } from '../model/statement.ts';
import { type Printed, printedDocument } from './printed.ts';
import { type Words, wordsOf } from './words-of.ts';

/** A place where the schema is not kept. */
export interface SchemaFault {
  readonly path: string;
  readonly message: string;
  /** Nothing stands there. */
  readonly missing: boolean;
}

export interface Reading extends Words {
  readonly faults: readonly SchemaFault[];
  /** Of what keeps the schema, or of a text. */
  readonly printed?: Printed;
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (from, step) => (typeof from === 'object' && from !== null ? Reflect.get(from, step) : undefined),
    value,
  );

/** Checks a value against the schema, and prints what keeps it. */
export function readingOf(value: unknown): Reading {
  const result = statement.safeParse(value);
  const words = wordsOf(value);
  if (result.success) return { ...words, faults: [], printed: printedDocument(statementDocument(result.data)) };
  const faults = result.error.issues.map(({ path, message }) => ({
    path: pointer(path),
    message,
    missing: valueAt(value, path) === undefined,
  }));
  return { ...words, faults };
}
