// The ledger of a study or an association line by line: what came, what was refused, what is missing, what went out, what was committed.
import { uidName } from '@concord/dicom';
import type { AssociationRecord } from '@concord/network';
import { type Expectation, expectationsOf } from '../../arrivals/arrival-rows.ts';
import { missingOf } from '../../arrivals/named-instances.ts';
import { counted } from '../../counted.ts';
import { type Database, type Query, type Row, sql } from '../../database/database.ts';

/** One thing that happened, or did not, to one instance. */
export interface ProofLine {
  /** ISO 8601; '' for what has not happened. */
  readonly at: string;
  readonly event:
    | 'stored'
    | 'here already'
    | 'refused'
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

export interface ProofParts {
  readonly database: Pick<Database, 'all' | 'iterate'>;
  readonly associations: (query: { readonly id: string }) => Promise<readonly AssociationRecord[]>;
}

const mostMissing = 100_000;
const mostAssociations = 200;

const text = (row: Row, name: string): string => String(row[name] ?? '');
const code = (status: Row[string] | undefined): string =>
  status === null || status === undefined ? '' : Number(status).toString(16).toUpperCase().padStart(4, '0');

const senderOf = (receivedBy: string): string => {
  const { via = '', callingAeTitle = '' }: { via?: string; callingAeTitle?: string } = JSON.parse(receivedBy);
  return callingAeTitle || via;
};

const storedLine = (row: Row): ProofLine => ({
  at: text(row, 'received_at'),
  event: 'stored',
  sopInstanceUid: text(row, 'sop_instance_uid'),
  seriesInstanceUid: text(row, 'series_instance_uid'),
  sopClassUid: text(row, 'sop_class_uid'),
  peer: senderOf(text(row, 'received_by')),
  associationId: text(row, 'association_id'),
  transferSyntaxUid: text(row, 'transfer_syntax_uid'),
  status: '0000',
  detail: '',
});

const noteLine = (row: Row): ProofLine => ({
  at: text(row, 'received_at'),
  event: row.outcome === 'refused' ? 'refused' : 'here already',
  sopInstanceUid: text(row, 'sop_instance_uid'),
  seriesInstanceUid: '',
  sopClassUid: text(row, 'sop_class_uid'),
  peer: text(row, 'calling_ae_title'),
  associationId: text(row, 'association_id'),
  transferSyntaxUid: text(row, 'transfer_syntax_uid'),
  status: code(row.status),
  detail: text(row, 'detail'),
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

function jobLine(row: Row): ProofLine {
  const events = jobEvents[isProven(row.kind) ? row.kind : 'send'];
  const state = row.state === 'sent' || row.state === 'failed' ? row.state : 'pending';
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
    detail: text(row, 'detail'),
  };
}

/** How many somebody said there are: what only a count tells of has no line of its own. */
const expectedLine = (
  { seriesInstanceUid, source, evidence, count, saidAt }: Expectation,
  here: number,
): ProofLine => ({
  ...{ at: saidAt, event: 'expected', sopInstanceUid: '', seriesInstanceUid, sopClassUid: '' },
  ...{ peer: source, associationId: '', transferSyntaxUid: '', status: '' },
  detail: `${counted(count, 'object')} by ${evidence}: ${here < count ? `${count - here} not here` : 'as many are here'}`,
});

/** Contexts that were refused: what the sender could not even offer. */
const contextLines = (record: AssociationRecord): readonly ProofLine[] =>
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

const storedWhere = (condition: Query): Query => sql`
  select i.received_at, i.received_by, i.sop_instance_uid, e.series_instance_uid, i.sop_class_uid, i.association_id,
    i.transfer_syntax_uid
  from study s join series e on e.study_key = s.study_key join instance i on i.series_key = e.series_key
  where ${condition} order by i.instance_key`;

const notesWhere = (condition: Query): Query => sql`
  select received_at, outcome, calling_ae_title, association_id, sop_instance_uid, sop_class_uid, transfer_syntax_uid,
    status, detail
  from reception_note where ${condition} order by note_id`;

async function* contextsOf(ids: Iterable<string>, { associations }: ProofParts): AsyncGenerator<ProofLine> {
  for (const id of ids) for (const record of await associations({ id })) yield* contextLines(record);
}

const jobsOf = (study: string): Query => sql`
  select ji.finished_at, ji.state, ji.status, ji.detail, ji.sop_instance_uid, ji.sop_class_uid, ji.association_id,
    ji.transfer_syntax_uid, j.kind, j.destination, e.series_instance_uid
  from study s join series e on e.study_key = s.study_key join instance i on i.series_key = e.series_key
    join job_instance ji on ji.sop_instance_uid = i.sop_instance_uid join job j on j.job_id = ji.job_id
  where s.study_instance_uid = ${study} and j.kind in ('send', 'commitment', 'commitment report')
  order by ji.job_id, ji.position`;

/** Rows become lines page by page: a study of a million objects is never in memory as a whole. */
async function* linesOf(
  query: Query,
  lineOf: (row: Row) => ProofLine,
  { database }: ProofParts,
): AsyncGenerator<ProofLine> {
  for await (const page of database.iterate(query)) for (const row of page) yield lineOf(row);
}

/** Everything that is known of the instances of a study. */
export async function* studyProof(study: string, parts: ProofParts): AsyncGenerator<ProofLine> {
  const associations = new Set<string>();
  const stored = new Map<string, number>([['', 0]]);
  for await (const line of linesOf(storedWhere(sql`s.study_instance_uid = ${study}`), storedLine, parts)) {
    if (line.associationId !== '' && associations.size < mostAssociations) associations.add(line.associationId);
    for (const place of ['', line.seriesInstanceUid]) stored.set(place, (stored.get(place) ?? 0) + 1);
    yield line;
  }
  for (const expected of await expectationsOf(parts.database, study))
    yield expectedLine(expected, stored.get(expected.seriesInstanceUid) ?? 0);
  yield* linesOf(notesWhere(sql`study_instance_uid = ${study}`), noteLine, parts);
  for (const id of associations)
    yield* linesOf(notesWhere(sql`association_id = ${id} and study_instance_uid = ''`), noteLine, parts);
  yield* contextsOf(associations, parts);
  for (const { elsewhere, ...missing } of await missingOf(parts.database, study, mostMissing))
    yield {
      ...{ at: '', peer: '', associationId: '', transferSyntaxUid: '', status: '' },
      ...missing,
      event: 'missing',
      detail: elsewhere === '' ? 'was announced' : `was announced; it is in study ${elsewhere}`,
    };
  yield* linesOf(jobsOf(study), jobLine, parts);
}

/** Everything that came over an association. */
export async function* associationProof(id: string, parts: ProofParts): AsyncGenerator<ProofLine> {
  yield* linesOf(storedWhere(sql`i.association_id = ${id}`), storedLine, parts);
  yield* linesOf(notesWhere(sql`association_id = ${id}`), noteLine, parts);
  yield* contextsOf([id], parts);
}

/** One JSON object on each line. */
export async function* asLines(lines: AsyncIterable<ProofLine>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}

/** A JSON array, a line for each member. */
export async function* asJson(lines: AsyncIterable<ProofLine>): AsyncGenerator<string> {
  let before = '[';
  for await (const line of lines) {
    yield `${before}${JSON.stringify(line)}`;
    before = ',\n';
  }
  yield before === '[' ? '[]' : ']';
}

/** A cell of a table that no program takes for a formula. RFC 4180. */
const cell = (value: string): string => {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

export async function* asCsv(lines: AsyncIterable<ProofLine>): AsyncGenerator<string> {
  yield `${proofColumns.join(',')}\r\n`;
  for await (const line of lines) yield `${proofColumns.map((column) => cell(line[column])).join(',')}\r\n`;
}
