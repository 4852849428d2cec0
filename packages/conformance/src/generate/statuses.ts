// Status tables from the codes that a declaration lists. PS3.2 tables A.4.2-9 and A.4.2-13.
import { generalStatuses, type Operation, type Service, statusClass, statusRows } from '@concord/network';
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

/** What a requestor does with a response of each class. */
const reactions = {
  Success: 'The operation counts as done.',
  Pending: 'Counts as progress; the operation goes on.',
  Warning: 'The operation counts as done; code and comment are logged and shown.',
  Failure: 'The operation counts as failed; code, comment and offending elements are logged and shown.',
  Cancel: 'The operation counts as stopped on request.',
} as const;

/** What we answer, each code with its reason; and the codes that PS3.7 gives to any service. */
export function statusesAnswered(declaration: Service, operation: Operation): StatusRow[] {
  const own = statusRows(declaration, operation).map(([code, meaning]) => ({
    status: classes[statusClass(code)],
    meaning: sentence(meaning),
    code: hex(code),
    behavior: `Answered in this case: ${meaning}.`,
  }));
  const general = [0x0110, 0x0122, 0x0211, 0x0212, 0x0213] as const;
  const rest = general
    .filter((code) => declaration.operations[operation]?.statuses[code] === undefined)
    .map((code) => ({
      status: classes[statusClass(code)],
      meaning: sentence(generalStatuses[code]),
      code: hex(code),
      behavior: `Answered to a request that cannot be carried out for this reason: ${generalStatuses[code]}. PS3.7 Annex C.`,
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
