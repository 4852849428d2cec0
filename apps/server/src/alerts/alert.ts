// Which ends of operations people are told of at once: those of a query and a retrieval that this system itself could not carry out.
import { type AssociationInfo, formatCode, type OperationRecord } from '@concord/network';

export interface Alert {
  readonly alertId: string;
  /** Called AE title. */
  readonly entity: string;
  readonly operation: string;
  /** Such as `A700H`. */
  readonly status: string;
  /** AE title of the last peer whose request it was. */
  readonly peer: string;
  /** Where a move was to send; '' for a query. */
  readonly destination: string;
  /** Why, the last time. */
  readonly detail: string;
  /** Id of the last association. */
  readonly associationId: string;
  readonly times: number;
  /** ISO 8601, UTC. */
  readonly firstAt: string;
  readonly lastAt: string;
  /** '' while nobody has taken note of it. */
  readonly acknowledgedAt: string;
  readonly acknowledgedBy: string;
}

/** An alert that nobody can have acknowledged yet, under what it is about. */
export interface Raised extends Omit<Alert, 'acknowledgedAt' | 'acknowledgedBy'> {
  readonly subject: string;
}

/** Refused: out of resources; unable to calculate the number of matches; unable to perform sub-operations. PS3.4 C.4.1.1.4, C.4.2.1.5 */
const raising: Readonly<Partial<Record<string, ReadonlySet<number>>>> = {
  'C-FIND': new Set([0xa700]),
  'C-MOVE': new Set([0xa701, 0xa702]),
};

const longest = 300;

/** Whether people are told of it. Asked of every operation: it costs next to nothing. */
export const isAlert = ({ by, operation, status }: OperationRecord): boolean =>
  status !== 0 && by === 'peer' && raising[operation]?.has(status) === true;

/** @param made time and a name of its own for the alert */
export function alertOf(
  { operation, status, moveDestination = '', comment = '' }: OperationRecord,
  { calledAeTitle: entity, callingAeTitle: peer, id: associationId }: AssociationInfo,
  { at, id }: { readonly at: string; readonly id: string },
): Raised {
  const code = formatCode(status);
  return {
    alertId: `${at.replace(/[-:.]/gu, '')}-${id}`,
    // Not the peer's own name for itself: there is no end of those.
    subject: [entity, operation, code, moveDestination].join(' '),
    ...{ entity, operation, status: code, peer, destination: moveDestination, associationId },
    detail: comment.slice(0, longest),
    ...{ times: 1, firstAt: at, lastAt: at },
  };
}

/** Something that no operation of a peer led to. */
export interface Notice {
  /** The same again adds to the alert while nobody has acknowledged it. */
  readonly subject: string;
  readonly operation: string;
  readonly status: string;
  readonly detail: string;
}

/** @param made as of `alertOf` */
export const alertOfNotice = (
  { detail, ...notice }: Notice,
  { at, id }: { readonly at: string; readonly id: string },
): Raised => ({
  alertId: `${at.replace(/[-:.]/gu, '')}-${id}`,
  ...notice,
  ...{ entity: '', peer: '', destination: '', associationId: '' },
  detail: detail.slice(0, longest),
  ...{ times: 1, firstAt: at, lastAt: at },
});

/** The same again. */
export const again = (before: Raised, next: Raised): Raised => ({
  ...next,
  alertId: before.alertId,
  times: before.times + next.times,
  firstAt: before.firstAt,
});
