// What the index knows of studies on their way in: what has arrived, what is expected, when it counted as complete.
import { type Database, type Query, sql } from '../database/database.ts';

/** A stored instance as rules and judgements of completeness see it. */
export interface Arrived {
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly seriesInstanceUid: string;
  readonly modality: string;
  /** ISO 8601, UTC. */
  readonly receivedAt: string;
  /** '' for what came over the web without one. */
  readonly callingAeTitle: string;
}

/** How many instances there should be of a study, or of one of its series. */
export interface Expectation {
  /** '' for the study. */
  readonly seriesInstanceUid: string;
  readonly source: string;
  readonly evidence: string;
  readonly count: number;
  readonly saidAt: string;
}

/** When a study or series counted as complete, and why. */
export interface Completion {
  /** '' for the study. */
  readonly seriesInstanceUid: string;
  readonly count: number;
  readonly completedAt: string;
  readonly evidence: string;
  /** Named by somebody, and not here. */
  readonly missing: number;
}

/** That a page has at most. */
const studiesAtOnce = 1000;

const titleIn = (receivedBy: string): string => {
  const origin: unknown = JSON.parse(receivedBy);
  return typeof origin === 'object' && origin !== null && 'callingAeTitle' in origin
    ? String(origin.callingAeTitle)
    : '';
};

/** Every instance of a study, or of one series, in the order they came. */
export async function arrivedOf(database: Pick<Database, 'all'>, study: string, series = ''): Promise<Arrived[]> {
  const narrower = series === '' ? sql`` : sql`and e.series_instance_uid = ${series}`;
  const rows = await database.all(sql`
    select i.sop_instance_uid, i.sop_class_uid, e.series_instance_uid, e.modality, i.received_at, i.received_by
    from study s join series e on e.study_key = s.study_key join instance i on i.series_key = e.series_key
    where s.study_instance_uid = ${study} ${narrower} order by i.instance_key`);
  return rows.map((row) => ({
    sopInstanceUid: String(row.sop_instance_uid),
    sopClassUid: String(row.sop_class_uid),
    seriesInstanceUid: String(row.series_instance_uid),
    modality: String(row.modality),
    receivedAt: String(row.received_at),
    callingAeTitle: titleIn(String(row.received_by)),
  }));
}

export interface OpenStudy {
  readonly studyInstanceUid: string;
  /** Instances that it has. */
  readonly count: number;
}

/** Studies about which nothing was decided since something arrived, page by page: those that are complete are not looked at. */
export async function* openStudies(database: Pick<Database, 'all'>): AsyncGenerator<readonly OpenStudy[]> {
  for (let after = ''; ; ) {
    const rows = await database.all(openStudiesAfter(after));
    const page = rows.map((row) => ({
      studyInstanceUid: String(row.study_instance_uid),
      count: Number(row.instance_count),
    }));
    if (page.length > 0) yield page;
    if (page.length < studiesAtOnce) return;
    after = page.at(-1)?.studyInstanceUid ?? '';
  }
}

/** By the index of open studies alone. */
export const openStudiesAfter = (uid: string): Query => sql`
  select study_instance_uid, instance_count from study where is_open = 1 and study_instance_uid > ${uid}
  order by study_instance_uid limit ${studiesAtOnce}`;

/** Where it has as many instances as were decided about. */
export const closeStudy = (study: string, count: number): Query => sql`
  update study set is_open = 0 where study_instance_uid = ${study} and instance_count = ${count} and is_open = 1`;

/** How often something was decided about a study: of several nodes that decide at the same moment one is the first. */
export async function decisionsOf(database: Pick<Database, 'all'>, study: string): Promise<number> {
  const [row] = await database.all(sql`select decisions from study where study_instance_uid = ${study}`);
  return Number(row?.decisions ?? 0);
}

/** Gives a row where the one before was the last decision. */
export const decisionAfter = (study: string, last: number): Query => sql`
  update study set decisions = decisions + 1 where study_instance_uid = ${study} and decisions = ${last}
  returning decisions`;

/** The note, and, of a whole study, that nothing is to be decided about it any more. */
export const completionRows = (study: string, completion: Completion): readonly Query[] => {
  const note = completionRow(study, completion);
  return completion.seriesInstanceUid === '' ? [note, closeStudy(study, completion.count)] : [note];
};

const completionRow = (
  study: string,
  { seriesInstanceUid, count, completedAt, evidence, missing }: Completion,
): Query => sql`
  insert into completion (study_instance_uid, series_instance_uid, instance_count, completed_at, evidence, missing)
  values (${study}, ${seriesInstanceUid}, ${count}, ${completedAt}, ${evidence}, ${missing})
  on conflict (study_instance_uid, series_instance_uid) do update set instance_count = excluded.instance_count,
    completed_at = excluded.completed_at, evidence = excluded.evidence, missing = excluded.missing`;

export async function completionsOf(database: Pick<Database, 'all'>, study: string): Promise<Completion[]> {
  const rows = await database.all(sql`
    select series_instance_uid, instance_count, completed_at, evidence, missing from completion where study_instance_uid = ${study}`);
  return rows.map((row) => ({
    seriesInstanceUid: String(row.series_instance_uid),
    count: Number(row.instance_count),
    completedAt: String(row.completed_at),
    evidence: String(row.evidence),
    missing: Number(row.missing),
  }));
}

export async function expectationsOf(database: Pick<Database, 'all'>, study: string): Promise<Expectation[]> {
  const rows = await database.all(sql`
    select series_instance_uid, source, evidence, instance_count, said_at from expectation
    where study_instance_uid = ${study} order by said_at desc`);
  return rows.map((row) => ({
    seriesInstanceUid: String(row.series_instance_uid),
    source: String(row.source),
    evidence: String(row.evidence),
    count: Number(row.instance_count),
    saidAt: String(row.said_at),
  }));
}

export const expectationRow = (study: string, expected: Expectation): Query => sql`
  insert into expectation (study_instance_uid, series_instance_uid, source, evidence, instance_count, said_at)
  values (${study}, ${expected.seriesInstanceUid}, ${expected.source}, ${expected.evidence}, ${expected.count}, ${expected.saidAt})
  on conflict (study_instance_uid, series_instance_uid, source) do update set evidence = excluded.evidence,
    instance_count = excluded.instance_count, said_at = excluded.said_at`;

/** Who said so takes it back. */
export const withoutExpectation = (
  study: string,
  { seriesInstanceUid, source }: Pick<Expectation, 'seriesInstanceUid' | 'source'>,
): Query => sql`
  delete from expectation
  where study_instance_uid = ${study} and series_instance_uid = ${seriesInstanceUid} and source = ${source}`;
