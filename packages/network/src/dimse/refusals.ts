// What this layer answers by itself, before a handler is asked or where it fails: one table, which answers and the statement's status tables come from. PS3.7 C.5.
import type { Operation } from './messages.ts';

interface Refusal {
  readonly code: number;
  /** Requests that are refused so. */
  readonly of: (operation: Operation) => boolean;
  /** In which case, as a reader is told. */
  readonly when: string;
}

const any = (): boolean => true;
const isNormalized = (operation: Operation): boolean => operation.startsWith('N-');
const hasIdentifier = (operation: Operation): boolean =>
  operation === 'C-FIND' || operation === 'C-MOVE' || operation === 'C-GET';
/** Services of composite objects have a family of codes for what they cannot process; C-ECHO has none. PS3.7 9.1.5.1.4 */
const mayFailByFamily = (operation: Operation): boolean => operation === 'C-STORE' || hasIdentifier(operation);

const table = {
  duplicate: { code: 0x0210, of: any, when: 'a request with the same Message ID is not answered yet' },
  'unknown operation': { code: 0x0211, of: any, when: 'the operation is unknown or not one of the SOP Class' },
  malformed: { code: 0x0212, of: any, when: 'an element that the request needs is missing or wrong' },
  'not provided': { code: 0x0122, of: any, when: 'the SOP Class is not provided in this role' },
  'other SOP Class': {
    code: 0x0122,
    of: (operation) => !isNormalized(operation),
    when: 'the request names another SOP Class than its presentation context',
  },
  'other normalized SOP Class': {
    code: 0x0118,
    of: isNormalized,
    when: 'the request names another SOP Class than its presentation context',
  },
  'unreadable identifier': { code: 0xc000, of: hasIdentifier, when: 'the identifier is missing or cannot be read' },
  'unable to process': { code: 0xc000, of: mayFailByFamily, when: 'something unforeseen failed' },
  'processing failure': {
    code: 0x0110,
    of: (operation) => !mayFailByFamily(operation),
    when: 'the data set cannot be read, or something unforeseen failed',
  },
} as const satisfies Readonly<Record<string, Refusal>>;

/** Why a request is not carried out. */
export type RefusalCause = keyof typeof table;

const rows: Readonly<Record<RefusalCause, Refusal>> = table;

/** The code that answers it. */
export const refusalCode = (cause: RefusalCause): number => rows[cause].code;

/** The code for a request about another SOP Class than that of its context. */
export const otherClassCode = (operation: Operation): number =>
  refusalCode(isNormalized(operation) ? 'other normalized SOP Class' : 'other SOP Class');

/** The code for the failure of a handler. */
export const failureCode = (operation: Operation): number =>
  refusalCode(mayFailByFamily(operation) ? 'unable to process' : 'processing failure');

/** Every code that may answer this operation whatever its handler declares, ascending, each with its cases. */
export function refusalRows(operation: Operation): readonly (readonly [code: number, cases: readonly string[]])[] {
  const cases = new Map<number, readonly string[]>();
  for (const { code, of, when } of Object.values(rows))
    if (of(operation)) cases.set(code, [...(cases.get(code) ?? []), when]);
  return [...cases].sort(([left], [right]) => left - right);
}
