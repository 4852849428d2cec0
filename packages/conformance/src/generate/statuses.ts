// Status tables from the codes that a declaration lists. PS3.2 tables A.4.2-9 and A.4.2-13.
import { generalStatuses, type Operation, refusalRows, type Service, statusClass, statusRows } from '@concord/network';
import type { StatusRow } from '../model/activity.ts';

const classes = {
  success: 'Success',
  warning: 'Warning',
  failure: 'Failure',
  pending: 'Pending',
  cancel: 'Cancel',
} as const;

const hex = (code: number): string => code.toString(16).toUpperCase().padStart(4, '0');
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const namesOfCodes = new Map<number, string>(
  Object.entries(generalStatuses).map(([code, name]) => [Number(code), name]),
);
/** What PS3.7 calls a code; undefined for those of a service class. */
const nameOf = (code: number): string | undefined => namesOfCodes.get(code);

/** What a requestor does with a response of each class. */
const reactions = {
  Success: 'The operation counts as done.',
  Pending: 'Counts as progress; the operation goes on.',
  Warning: 'The operation counts as done; code and comment are logged and shown.',
  Failure: 'The operation counts as failed; code, comment and offending elements are logged and shown.',
  Cancel: 'The operation counts as stopped on request.',
} as const;

/** What we answer: the codes that the service declares, and those by which every service refuses. */
export function statusesAnswered(declaration: Service, operation: Operation): StatusRow[] {
  const own = statusRows(declaration, operation).map(([code, meaning]) => ({
    status: classes[statusClass(code)],
    meaning: sentence(meaning),
    code: hex(code),
    behavior: `Answered in this case: ${meaning}.`,
  }));
  const rest = refusalRows(operation)
    .filter(([code]) => declaration.operations[operation]?.statuses[code] === undefined)
    .map(([code, cases]) => ({
      status: classes[statusClass(code)],
      meaning: sentence(nameOf(code) ?? cases.join('; ')),
      code: hex(code),
      behavior: `Answered where ${cases.join(', or where ')}. PS3.7 Annex C.`,
    }));
  return [...own, ...rest];
}

/** What we do with each answer; any other code is read by its class. */
export function statusesUnderstood(declaration: Service, operation: Operation): StatusRow[] {
  const own = statusRows(declaration, operation).map(([code, meaning]) => {
    const status = classes[statusClass(code)];
    return { status, meaning: sentence(meaning), code: hex(code), behavior: reactions[status] };
  });
  const other = {
    status: 'Failure',
    meaning: 'Any other code.',
    code: '*',
    behavior: 'Read by its class: codes of the families 0001, 0107, 0116 and Bxxx as warnings, all others as failures.',
  } as const;
  return [...own, other];
}
