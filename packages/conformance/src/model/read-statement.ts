// Statements from outside: bounded, checked against the schema, every fault with its path.
import { migrated } from './migrate.ts';
import { type Statement, statement } from './statement.ts';

/** Longer ones are no statements. */
const maximumBytes = 32 * 1024 * 1024;

/** One thing that is wrong with a document, and where. */
export interface Fault {
  /** JSON Pointer. RFC 6901 */
  readonly path: string;
  readonly message: string;
}

/** A document that is no statement. */
export class StatementError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    const [first] = faults;
    super(
      first
        ? `${first.path || 'the document'}: ${first.message}${faults.length > 1 ? `, and ${faults.length - 1} more` : ''}`
        : 'no statement',
    );
    this.name = 'StatementError';
    this.faults = faults;
  }
}

/** A path of the schema library as a JSON Pointer. */
export const pointer = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** A statement from parsed JSON, also of an older schema version. Throws StatementError with every fault. */
export function asStatement(value: unknown): Statement {
  const result = statement.safeParse(migrated(value));
  if (result.success) return result.data;
  throw new StatementError(result.error.issues.map(({ path, message }) => ({ path: pointer(path), message })));
}

/** A statement from JSON text. Throws StatementError. */
export function readStatement(text: string): Statement {
  if (text.length > maximumBytes)
    throw new StatementError([{ path: '', message: `longer than ${maximumBytes} characters` }]);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new StatementError([{ path: '', message: `not JSON: ${error instanceof Error ? error.message : error}` }]);
  }
  return asStatement(value);
}
