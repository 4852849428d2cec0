// The ledger of a study or an association line by line: what came, what was refused, what is missing, what went out, what was committed.
import type { AssociationRecord } from '@concord/network';
import { expectationsOf } from '../../arrivals/arrival-rows.ts';
import { missingOf } from '../../arrivals/named-instances.ts';
import { type Database, literal, type Query, type Row, sql } from '../../database/database.ts';
import {
  conflictLine,
  contextLines,
  expectedLine,
  jobLine,
  missingLine,
  noteLine,
  type ProofLine,
  proofColumns,
  storedLine,
  takenOutLine,
} from './proof-lines.ts';

export interface ProofParts {
  readonly database: Pick<Database, 'all' | 'iterate'>;
  readonly associations: (query: { readonly id: string }) => Promise<readonly AssociationRecord[]>;
}

const mostMissing = 100_000;
const mostAssociations = 200;

/** The UID under which an object came, where it got another one: of the conflict `c`, beside the row that has the object. */
const cameAs = (row: Query): Query => sql`
  case when c.sop_instance_uid <> ${row}.sop_instance_uid then c.sop_instance_uid else '' end as came_as`;

const storedWhere = (condition: Query): Query => sql`
  select i.received_at, i.received_by, i.sop_instance_uid, e.series_instance_uid, i.sop_class_uid, i.association_id,
    i.transfer_syntax_uid,
    ${cameAs(sql`i`)}
  from study s join series e on e.study_key = s.study_key join instance i on i.series_key = e.series_key
    left join conflict c on c.conflict_key = i.instance_key
  where ${condition} order by i.instance_key`;

const notesWhere = (condition: Query): Query => sql`
  select received_at, outcome, calling_ae_title, association_id, sop_instance_uid, sop_class_uid, transfer_syntax_uid,
    status, detail
  from reception_note where outcome <> 'put aside' and ${condition} order by note_id`;

const conflictsWhere = (condition: Query): Query => sql`
  select kind, received_at as at, sop_instance_uid, received_by, association_id
  from conflict where kind in ('other content', 'replaced', 'lost') and ${condition} order by conflict_key`;

const takenOutWhere = (condition: Query): Query => sql`
  select r.rejected_at as at, r.sop_instance_uid, r.series_instance_uid, r.received_by, r.association_id,
    r.transfer_syntax_uid, r.rejected_by as who, r.reason, ${cameAs(sql`r`)}
  from rejected r left join conflict c on c.conflict_key = r.instance_key where ${condition} order by r.instance_key`;

async function* contextsOf(ids: Iterable<string>, { associations }: ProofParts): AsyncGenerator<ProofLine> {
  for (const id of ids) for (const record of await associations({ id })) yield* contextLines(record);
}

const jobsWhere = (from: Query, condition: Query): Query => sql`
  select ji.finished_at, ji.state, ji.status, ji.detail, ji.sop_instance_uid, ji.sop_class_uid, ji.association_id,
    ji.transfer_syntax_uid, j.kind, j.state as job_state, j.destination, e.series_instance_uid
  from ${from} where ${condition} and j.kind in ('send', 'commitment', 'commitment report')
  order by ji.job_id, ji.position`;

const jobsOfStudy = (study: string): Query =>
  jobsWhere(
    sql`study s join series e on e.study_key = s.study_key join instance i on i.series_key = e.series_key
      join job_instance ji on ji.sop_instance_uid = i.sop_instance_uid join job j on j.job_id = ji.job_id`,
    sql`s.study_instance_uid = ${study}`,
  );

const jobsOfAssociation = (id: string): Query =>
  jobsWhere(
    sql`job_instance ji join job j on j.job_id = ji.job_id
      left join instance i on i.sop_instance_uid = ji.sop_instance_uid left join series e on e.series_key = i.series_key`,
    sql`ji.association_id = ${id} and ji.association_id <> ''`,
  );

/** Rows become lines page by page: a study of a million objects is never in memory as a whole. */
async function* linesOf(
  query: Query,
  lineOf: (row: Row) => ProofLine,
  { database }: ProofParts,
): AsyncGenerator<ProofLine> {
  for await (const page of database.iterate(query)) for (const row of page) yield lineOf(row);
}

/** What was acknowledged and is found nowhere: another object has its UID, or it was taken out. */
async function* hiddenLines(
  column: 'study_instance_uid' | 'association_id',
  value: string,
  parts: ProofParts,
): AsyncGenerator<ProofLine> {
  yield* linesOf(conflictsWhere(sql`${literal(column)} = ${value}`), conflictLine, parts);
  yield* linesOf(takenOutWhere(sql`r.${literal(column)} = ${value}`), takenOutLine, parts);
}

/** Everything that is known of the instances of a study. What comes meanwhile is missing or stored, never neither, and never both. */
export async function* studyProof(study: string, parts: ProofParts): AsyncGenerator<ProofLine> {
  const associations = new Set<string>();
  const stored = new Map<string, number>([['', 0]]);
  const absent = await missingOf(parts.database, study, mostMissing);
  const missing = new Map(absent.map((each) => [each.sopInstanceUid, each]));
  for await (const line of linesOf(storedWhere(sql`s.study_instance_uid = ${study}`), storedLine, parts)) {
    if (line.associationId !== '' && associations.size < mostAssociations) associations.add(line.associationId);
    for (const place of ['', line.seriesInstanceUid]) stored.set(place, (stored.get(place) ?? 0) + 1);
    missing.delete(line.sopInstanceUid);
    yield line;
  }
  for (const expected of await expectationsOf(parts.database, study))
    yield expectedLine(expected, stored.get(expected.seriesInstanceUid) ?? 0);
  yield* hiddenLines('study_instance_uid', study, parts);
  yield* linesOf(notesWhere(sql`study_instance_uid = ${study}`), noteLine, parts);
  for (const id of associations)
    yield* linesOf(notesWhere(sql`association_id = ${id} and study_instance_uid = ''`), noteLine, parts);
  yield* contextsOf(associations, parts);
  for (const each of missing.values()) yield missingLine(each);
  yield* linesOf(jobsOfStudy(study), jobLine, parts);
}

/** Everything that came, or went out, over an association. */
export async function* associationProof(id: string, parts: ProofParts): AsyncGenerator<ProofLine> {
  yield* linesOf(storedWhere(sql`i.association_id = ${id}`), storedLine, parts);
  yield* hiddenLines('association_id', id, parts);
  yield* linesOf(notesWhere(sql`association_id = ${id}`), noteLine, parts);
  yield* contextsOf([id], parts);
  yield* linesOf(jobsOfAssociation(id), jobLine, parts);
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
