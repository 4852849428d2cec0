// What an archive said at the end of a C-MOVE or C-GET: its status, and how many sub-operations went how. PS3.4 C.4.2.1.
import { formatCode, moveStatuses, type RetrieveProgress, statusClass } from '@concord/network';

export interface RetrieveEnd {
  readonly status: number;
  readonly words: string;
  /** Sub-operations; 0 also where it does not say. */
  readonly completed: number;
  readonly warning: number;
  readonly failed: number;
  readonly failedUids: readonly string[];
}

const meanings: Readonly<Record<number, string>> = moveStatuses;

export const endOf = ({ status: { code, comment }, ...counts }: RetrieveProgress): RetrieveEnd => ({
  status: code,
  words: [`status ${formatCode(code)}`, meanings[code] ?? meanings[code & 0xf000], comment].filter(Boolean).join(', '),
  completed: counts.completed,
  warning: counts.warning,
  failed: counts.failed,
  failedUids: counts.failedUids,
});

/** It did not go to its end: it failed as a whole, or was stopped over there. */
export const isFailure = ({ status }: Pick<RetrieveEnd, 'status'>): boolean =>
  ['failure', 'cancel'].includes(statusClass(status));

/** Success, and no count or name that says otherwise. */
export const isSuccess = ({ status, failed, failedUids }: RetrieveEnd): boolean =>
  statusClass(status) === 'success' && failed === 0 && failedUids.length === 0;

const sum = (ends: readonly RetrieveEnd[], of: (end: RetrieveEnd) => number): number =>
  ends.reduce((total, end) => total + of(end), 0);

/** Instances that it says it has sent; 0 also where it does not say. */
export const sentOf = (ends: readonly RetrieveEnd[]): number =>
  sum(ends, ({ completed, warning }) => completed + warning);

/** Instances that it says it could not send, and does not name. */
export const unnamedOf = (ends: readonly RetrieveEnd[]): number =>
  sum(ends, ({ failed, failedUids }) => Math.max(0, failed - failedUids.length));
