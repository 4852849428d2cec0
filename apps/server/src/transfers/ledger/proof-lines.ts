// Lines of a proof: each a thing that happened, or did not, to one instance. Pure.
import { uidName } from '@concord/dicom';
import type { AssociationRecord } from '@concord/network';
import type { Expectation } from '../../arrivals/arrival-rows.ts';
import type { MissingInstance } from '../../arrivals/named-instances.ts';
import { counted } from '../../counted.ts';
import type { Row } from '../../database/database.ts';

/** One thing that happened, or did not, to one instance. */
export interface ProofLine {
  /** ISO 8601; '' for what has not happened. */
  readonly at: string;
  readonly event:
    | 'stored'
    | 'here already'
    | 'put aside'
    | 'replaced'
    | 'taken out'
    | 'refused'
    | 'broken off'
    | 'context refused'
    | 'missing'
    | 'expected'
    | 'sent'
    | 'not sent'
    | 'waiting to be sent'
    | 'committed'
    | 'not committed'
    | 'commitment asked'
    | 'committed here'
    | 'not committed here'
    | 'commitment not reported yet';
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopClassUid: string;
  /** AE title of the sender, or of the destination. */
  readonly peer: string;
  readonly associationId: string;
  readonly transferSyntaxUid: string;
  /** As DIMSE has it; '' where nothing was answered. */
  readonly status: string;
  readonly detail: string;
}

export const proofColumns = [
  'at',
  'event',
  'sopInstanceUid',
  'seriesInstanceUid',
  'sopClassUid',
  'peer',
  'associationId',
  'transferSyntaxUid',
  'status',
  'detail',
] as const satisfies readonly (keyof ProofLine)[];

const text = (row: Row, name: string): string => String(row[name] ?? '');
const code = (status: Row[string] | undefined): string =>
  status === null || status === undefined ? '' : Number(status).toString(16).toUpperCase().padStart(4, '0');

const senderOf = (receivedBy: string): string => {
  const { via = '', callingAeTitle = '' }: { via?: string; callingAeTitle?: string } = JSON.parse(receivedBy);
  return callingAeTitle || via;
};

/** Where it got another SOP Instance UID than it was sent with. */
const cameAs = (row: Row): string => (row.came_as ? `came as ${row.came_as}` : '');

export const storedLine = (row: Row): ProofLine => ({
  at: text(row, 'received_at'),
  event: 'stored',
  sopInstanceUid: text(row, 'sop_instance_uid'),
  seriesInstanceUid: text(row, 'series_instance_uid'),
  sopClassUid: text(row, 'sop_class_uid'),
  peer: senderOf(text(row, 'received_by')),
  associationId: text(row, 'association_id'),
  transferSyntaxUid: text(row, 'transfer_syntax_uid'),
  status: '0000',
  detail: cameAs(row),
});

const noteEvents = ['refused', 'broken off'] as const;

export const noteLine = (row: Row): ProofLine => ({
  at: text(row, 'received_at'),
  event: noteEvents.find((event) => event === row.outcome) ?? 'here already',
  sopInstanceUid: text(row, 'sop_instance_uid'),
  seriesInstanceUid: '',
  sopClassUid: text(row, 'sop_class_uid'),
  peer: text(row, 'calling_ae_title'),
  associationId: text(row, 'association_id'),
  transferSyntaxUid: text(row, 'transfer_syntax_uid'),
  // Nobody was left to answer to.
  status: row.outcome === 'broken off' ? '' : code(row.status),
  detail: text(row, 'detail'),
});

const hiddenLine = (row: Row): Omit<ProofLine, 'event' | 'detail'> => ({
  at: text(row, 'at'),
  sopInstanceUid: text(row, 'sop_instance_uid'),
  seriesInstanceUid: text(row, 'series_instance_uid'),
  sopClassUid: '',
  peer: senderOf(text(row, 'received_by')),
  associationId: text(row, 'association_id'),
  transferSyntaxUid: text(row, 'transfer_syntax_uid'),
  status: '',
});

/** Of two objects with one SOP Instance UID the one that is not found. */
export const conflictLine = (row: Row): ProofLine =>
  row.kind === 'other content'
    ? { ...hiddenLine(row), event: 'put aside', status: '0000', detail: 'another object has its SOP Instance UID' }
    : { ...hiddenLine(row), event: 'replaced', detail: 'another object with its SOP Instance UID took its place' };

export const takenOutLine = (row: Row): ProofLine => ({
  ...hiddenLine(row),
  event: 'taken out',
  detail: [cameAs(row), [`by ${row.who}`, row.reason].filter(Boolean).join(': ')].filter(Boolean).join('; '),
});

export const missingLine = ({ elsewhere, ...missing }: MissingInstance): ProofLine => ({
  ...{ at: '', peer: '', associationId: '', transferSyntaxUid: '', status: '' },
  ...missing,
  event: 'missing',
  detail: elsewhere === '' ? 'was announced' : `was announced; it is in study ${elsewhere}`,
});

const jobEvents = {
  send: { sent: 'sent', failed: 'not sent', pending: 'waiting to be sent' },
  /** Asked of a peer. */
  commitment: { sent: 'committed', failed: 'not committed', pending: 'commitment asked' },
  /** Asked by a peer. */
  'commitment report': {
    sent: 'committed here',
    failed: 'not committed here',
    pending: 'commitment not reported yet',
  },
} as const;

const isProven = (kind: Row[string] | undefined): kind is keyof typeof jobEvents =>
  typeof kind === 'string' && Object.hasOwn(jobEvents, kind);

export function jobLine(row: Row): ProofLine {
  const events = jobEvents[isProven(row.kind) ? row.kind : 'send'];
  const isOver = row.job_state === 'cancelled' || row.job_state === 'failed' || row.job_state === 'done';
  const open = isOver ? 'failed' : 'pending';
  const state = row.state === 'sent' || row.state === 'failed' ? row.state : open;
  return {
    at: text(row, 'finished_at'),
    event: events[state],
    sopInstanceUid: text(row, 'sop_instance_uid'),
    seriesInstanceUid: text(row, 'series_instance_uid'),
    sopClassUid: text(row, 'sop_class_uid'),
    peer: text(row, 'destination'),
    associationId: text(row, 'association_id'),
    transferSyntaxUid: text(row, 'transfer_syntax_uid'),
    status: code(row.status),
    detail: text(row, 'detail') || (isOver && row.state === 'pending' ? `the job was ${row.job_state}` : ''),
  };
}

/** How many somebody said there are: what only a count tells of has no line of its own. */
export const expectedLine = (
  { seriesInstanceUid, source, evidence, count, saidAt }: Expectation,
  here: number,
): ProofLine => ({
  ...{ at: saidAt, event: 'expected', sopInstanceUid: '', seriesInstanceUid, sopClassUid: '' },
  ...{ peer: source, associationId: '', transferSyntaxUid: '', status: '' },
  detail: `${counted(count, 'object')} by ${evidence}: ${here < count ? `${count - here} not here` : 'as many are here'}`,
});

/** Contexts that were refused: what the sender could not even offer. */
export const contextLines = (record: AssociationRecord): readonly ProofLine[] =>
  record.contexts
    .filter(({ result }) => result !== 0)
    .map(({ abstractSyntax, offeredTransferSyntaxes, reason }) => ({
      at: new Date(record.startedAt).toISOString(),
      event: 'context refused',
      sopInstanceUid: '',
      seriesInstanceUid: '',
      sopClassUid: abstractSyntax,
      peer: record.callingAeTitle,
      associationId: record.id,
      transferSyntaxUid: offeredTransferSyntaxes.join('\\'),
      status: '',
      detail: reason ?? uidName(abstractSyntax) ?? '',
    }));
