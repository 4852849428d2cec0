// Jobs and their instances as rows of the index, and back.
import { join, literal, type Query, type Row, sql } from '../database/database.ts';
import { type InstanceState, type Job, type JobInstance, type JobState, jobStates, priorities } from './job.ts';

export const jobColumns = literal(`job_id, kind, state, priority, destination, cause, title, parameters, attempts,
  not_before, created_at, started_at, finished_at, detail, total, sent, failed`);

const text = (row: Row, column: string): string => String(row[column] ?? '');
const number = (row: Row, column: string): number => Number(row[column] ?? 0);

const stateOf = (row: Row): JobState => jobStates.find((state) => state === row.state) ?? 'failed';

export const jobOf = (row: Row): Job => ({
  jobId: text(row, 'job_id'),
  kind: text(row, 'kind'),
  state: stateOf(row),
  priority: priorities[number(row, 'priority')] ?? 'medium',
  destination: text(row, 'destination'),
  cause: text(row, 'cause'),
  title: text(row, 'title'),
  parameters: JSON.parse(text(row, 'parameters')),
  attempts: number(row, 'attempts'),
  notBefore: text(row, 'not_before'),
  createdAt: text(row, 'created_at'),
  startedAt: text(row, 'started_at'),
  finishedAt: text(row, 'finished_at'),
  detail: text(row, 'detail'),
  total: number(row, 'total'),
  sent: number(row, 'sent'),
  failed: number(row, 'failed'),
});

export const instanceColumns = literal(`position, sop_instance_uid, sop_class_uid, state, attempts, status, detail,
  transfer_syntax_uid, association_id, finished_at, sent_class, sent_uid, begun_at`);

const instanceStates: readonly InstanceState[] = ['pending', 'sent', 'failed'];

export const instanceOf = (row: Row): JobInstance => ({
  position: number(row, 'position'),
  sopInstanceUid: text(row, 'sop_instance_uid'),
  sopClassUid: text(row, 'sop_class_uid'),
  state: instanceStates.find((state) => state === row.state) ?? 'failed',
  attempts: number(row, 'attempts'),
  ...(row.status !== null && { status: number(row, 'status') }),
  detail: text(row, 'detail'),
  transferSyntaxUid: text(row, 'transfer_syntax_uid'),
  associationId: text(row, 'association_id'),
  finishedAt: text(row, 'finished_at'),
  ...(text(row, 'begun_at') !== '' && { begunAt: text(row, 'begun_at') }),
  ...(text(row, 'sent_uid') !== '' && {
    sentAs: { sopClassUid: text(row, 'sent_class'), sopInstanceUid: text(row, 'sent_uid') },
  }),
});

/** Rows in one statement. */
export const rowsAtOnce = 500;

export const texts = (values: readonly (string | number)[]): Query =>
  join(
    values.map((value) => sql`${value}`),
    ', ',
  );
