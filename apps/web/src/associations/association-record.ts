// What became of an association, in plain words, from the record that the server keeps of it.
import { counted, shownBytes, shownCount, shownDuration } from '../format/quantity.ts';
import { type JsonObject, listOf, numberOf, objectOf, textOf } from '../json.ts';

export interface Context {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly offered: readonly string[];
  readonly accepted: boolean;
  readonly transferSyntax: string;
  readonly reason: string;
  readonly remedy: string;
}

/** How often an operation ended with a status. */
export interface Count {
  readonly operation: string;
  /** As the standard writes it, such as `A900H`. */
  readonly status: string;
  readonly times: number;
}

/** An operation that did not end with success. */
export interface Fault {
  readonly operation: string;
  readonly status: string;
  readonly comment: string;
  readonly sopInstanceUid: string;
}

export interface Association {
  readonly id: string;
  readonly calling: string;
  readonly called: string;
  readonly address: string;
  /** We called the peer, not the peer us. */
  readonly outgoing: boolean;
  readonly software: string;
  readonly secured: boolean;
  readonly startedAt: Date;
  readonly milliseconds: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly contexts: readonly Context[];
  readonly counts: readonly Count[];
  readonly faults: readonly Fault[];
  readonly end: { readonly kind: string; readonly detail: string; readonly remedy: string };
}

const accepted = 0;
const success = '0000H';

const readContext = (context: JsonObject): Context => ({
  id: numberOf(context, 'id') ?? 0,
  abstractSyntax: textOf(context, 'abstractSyntax'),
  offered: listOf(context.offeredTransferSyntaxes).filter((uid) => typeof uid === 'string'),
  accepted: numberOf(context, 'result') === accepted,
  transferSyntax: textOf(context, 'transferSyntax'),
  reason: textOf(context, 'reason') || 'No reason was given',
  remedy: textOf(context, 'remedy'),
});

const formatStatus = (status: number): string => `${status.toString(16).toUpperCase().padStart(4, '0')}H`;

const readFaults = (record: JsonObject): readonly Fault[] =>
  listOf(record.operations)
    .map(objectOf)
    .map((operation) => ({
      operation: textOf(operation, 'operation'),
      status: formatStatus(numberOf(operation, 'status') ?? 0),
      comment: textOf(operation, 'comment'),
      sopInstanceUid: textOf(operation, 'sopInstanceUid'),
    }))
    .filter(({ status }) => isFailure(status));

const readCounts = (record: JsonObject): readonly Count[] =>
  Object.entries(objectOf(record.counts)).map(([key, times]) => {
    const [operation = '', status = ''] = key.split(' ');
    return { operation, status, times: typeof times === 'number' ? times : 0 };
  });

/** Neither success, nor a warning, nor a cancel that the peer asked for. PS3.7 Annex C. */
export const isFailure = (status: string): boolean =>
  status !== success && !/^(?:B|FF0|FE00|0001H|0107H|0116H)/u.test(status);

export const readAssociation = (record: JsonObject): Association => {
  const end = objectOf(record.end);
  return {
    id: textOf(record, 'id'),
    calling: textOf(record, 'callingAeTitle'),
    called: textOf(record, 'calledAeTitle'),
    address: textOf(record, 'address'),
    outgoing: record.requestor === true,
    software: textOf(objectOf(record.peerImplementation), 'versionName', 'classUid'),
    secured: record.tls !== undefined && record.tls !== null,
    startedAt: new Date(numberOf(record, 'startedAt') ?? 0),
    milliseconds: numberOf(record, 'milliseconds') ?? 0,
    bytesReceived: numberOf(record, 'bytesReceived') ?? 0,
    bytesSent: numberOf(record, 'bytesSent') ?? 0,
    contexts: listOf(record.contexts).map(objectOf).map(readContext),
    counts: readCounts(record),
    faults: readFaults(record),
    end: { kind: textOf(end, 'kind'), detail: textOf(end, 'detail'), remedy: textOf(end, 'remedy') },
  };
};

const deeds: Readonly<Record<string, (times: number) => string>> = {
  'C-ECHO': (times) =>
    times === 1 ? 'asked whether we are there' : `asked ${shownCount(times)} times whether we are there`,
  'C-STORE': (times) => `stored ${counted(times, 'object')}`,
  'C-FIND': (times) => `asked ${counted(times, 'query', 'queries')}`,
  'C-MOVE': (times) => `had ${counted(times, 'retrieval')} sent (C-MOVE)`,
  'C-GET': (times) => `fetched with ${counted(times, 'retrieval')} (C-GET)`,
};

/** What was done, in words; what failed is left to `failureWords`. */
const deedWords = ({ counts }: Association): readonly string[] => {
  const sums = new Map<string, number>();
  for (const { operation, status, times } of counts) {
    if (!isFailure(status)) sums.set(operation, (sums.get(operation) ?? 0) + times);
  }
  return [...sums].map(([operation, times]) => deeds[operation]?.(times) ?? `did ${shownCount(times)} × ${operation}`);
};

const failureWords = ({ counts }: Association): readonly string[] =>
  counts
    .filter(({ status }) => isFailure(status))
    .map(({ operation, status, times }) => `${shownCount(times)} × ${operation} failed (${status})`);

/** One sentence: who did what, and how it ended where that was not as it should. */
export const summary = (association: Association): string => {
  const { end, bytesReceived, bytesSent, outgoing } = association;
  if (end.kind === 'rejected') return `was turned away: ${end.detail}`;
  if (end.kind === 'no association') return `came without an association: ${end.detail}`;
  const done = [...deedWords(association), ...failureWords(association)];
  const what = done.length === 0 ? 'did nothing' : done.join(', ');
  const bytes = outgoing ? bytesSent : Math.max(bytesReceived, bytesSent);
  const size = done.length > 0 && bytes > 100_000 ? `, ${shownBytes(bytes)}` : '';
  return `${what}${size} in ${shownDuration(association.milliseconds)}`;
};

export type Verdict = 'good' | 'attention' | 'bad';

/** Bad where something failed; attention where a part was refused without a word to anyone. */
export const verdict = ({ end, contexts, counts }: Association): Verdict => {
  if (end.kind !== 'released' && end.kind !== '') return 'bad';
  if (counts.some(({ status }) => isFailure(status))) return 'bad';
  return contexts.some((context) => !context.accepted) ? 'attention' : 'good';
};
