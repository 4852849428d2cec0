// What came of a study and what is missing: counts by series, how many are expected, and why it counts as complete.
import { type Completion, completionsOf, type Expectation, expectationsOf } from '../../arrivals/arrival-rows.ts';
import { expectedOf, mostOf } from '../../arrivals/judge.ts';
import { missingCounts, missingOf } from '../../arrivals/named-instances.ts';
import { type Database, sql } from '../../database/database.ts';
import type { LedgerLine, Sent, StudyLedger } from './ledger-shape.ts';

const mostMissing = 1000;
const mostGaps = 100;

/** A piece of a list of studies. */
export interface Span {
  /** ISO 8601: only what began before; '' for the newest. */
  readonly before: string;
  readonly limit: number;
}

/** UIDs, the last to begin first. */
export async function recentStudies(
  database: Pick<Database, 'all'>,
  { before, limit }: Span,
): Promise<readonly string[]> {
  const older = before === '' ? sql`1 = 1` : sql`received_at < ${before}`;
  const rows = await database.all(sql`
    select study_instance_uid from study
    where ${older} and instance_count > 0 order by received_at desc, study_key desc limit ${limit}`);
  return rows.map((row) => String(row.study_instance_uid));
}

/** UIDs of studies of which fewer came than somebody said, or others than were named; one of which nothing came stands where it was announced. */
export async function incompleteStudies(
  database: Pick<Database, 'all'>,
  { before, limit }: Span,
): Promise<readonly string[]> {
  const older = before === '' ? sql`1 = 1` : sql`max(coalesce(s.received_at, e.said_at)) < ${before}`;
  const rows = await database.all(sql`
    select e.study_instance_uid, max(coalesce(s.received_at, e.said_at)) as began from expectation e
      left join study s on s.study_instance_uid = e.study_instance_uid
      left join series r on r.study_key = s.study_key and r.series_instance_uid = e.series_instance_uid
      left join completion c on c.study_instance_uid = e.study_instance_uid and c.series_instance_uid = ''
    where e.instance_count > case when e.series_instance_uid = '' then coalesce(s.instance_count, 0)
      else coalesce(r.instance_count, 0) end or c.missing > 0
    group by e.study_instance_uid having ${older}
    order by began desc, e.study_instance_uid limit ${limit}`);
  return rows.map((row) => String(row.study_instance_uid));
}

/** Undefined where nothing of the study is here and nothing is expected. */
export async function studyLedger(database: Pick<Database, 'all'>, study: string): Promise<StudyLedger | undefined> {
  const [row] = await database.all(sql`
    select patient_name, description, study_date, received_at from study where study_instance_uid = ${study}`);
  const expectations = await expectationsOf(database, study);
  if (!row && expectations.length === 0) return undefined;
  const completions = await completionsOf(database, study);
  const series = await seriesCounts(database, study);
  const all = { expectations, completions, missing: await missingCounts(database, study) };
  const total = series.reduce((sum, { received }) => sum + received, 0);
  const named = new Set(series.map(({ seriesInstanceUid }) => seriesInstanceUid));
  const absent = expectations.filter(({ seriesInstanceUid: uid }) => uid !== '' && !named.has(uid));
  const lines = [
    ...series,
    ...[...new Set(absent.map(({ seriesInstanceUid }) => seriesInstanceUid))].map((uid) => ({
      seriesInstanceUid: uid,
      modality: '',
      received: 0,
      gaps: [],
    })),
  ];
  return {
    studyInstanceUid: study,
    patientName: String(row?.patient_name ?? ''),
    description: String(row?.description ?? ''),
    studyDate: String(row?.study_date ?? ''),
    receivedAt: String(row?.received_at ?? ''),
    study: lineOf({ seriesInstanceUid: '', modality: '', received: total, gaps: [] }, all),
    series: lines.map((line) => lineOf(line, all)),
    missing: (await missingOf(database, study, mostMissing)).map(({ elsewhere: _, ...missing }) => missing),
    refused: await refusedOf(database, study),
    sent: await sentOf(database, study),
  };
}

type Counted = Pick<LedgerLine, 'seriesInstanceUid' | 'modality' | 'received' | 'gaps'>;

function lineOf(
  counted: Counted,
  all: {
    readonly expectations: readonly Expectation[];
    readonly completions: readonly Completion[];
    readonly missing: (seriesInstanceUid: string) => number;
  },
): LedgerLine {
  const { seriesInstanceUid: ours, received } = counted;
  const completion = all.completions.find(({ seriesInstanceUid }) => seriesInstanceUid === ours);
  const said = mostOf(expectedOf(all.expectations, ours));
  const missing = all.missing(ours);
  const judged = completion !== undefined && completion.count === received;
  const short = missing > 0 || (said !== undefined && said.count > received);
  // What came without being named is no substitute for what was.
  const expected = (count: number) => (missing > 0 ? Math.max(count, received + missing) : count);
  return {
    ...counted,
    ...(said && { expected: expected(said.count), expectedBy: `${said.evidence} of ${said.source}` }),
    state: short && (judged || received === 0) ? 'incomplete' : judged ? 'complete' : 'arriving',
    evidence: judged ? completion.evidence : '',
    completedAt: judged ? completion.completedAt : '',
  };
}

async function seriesCounts(database: Pick<Database, 'all'>, study: string): Promise<readonly Counted[]> {
  const rows = await database.all(sql`
    select e.series_key, e.series_instance_uid, e.modality, e.instance_count from series e
      join study s on s.study_key = e.study_key
    where s.study_instance_uid = ${study} order by e.series_number, e.series_key`);
  const counted: Counted[] = [];
  for (const row of rows) {
    const numbers = await database.all(sql`
      select distinct instance_number from instance
      where series_key = ${row.series_key ?? 0} and instance_number is not null order by instance_number`);
    counted.push({
      seriesInstanceUid: String(row.series_instance_uid),
      modality: String(row.modality),
      received: Number(row.instance_count),
      gaps: gapsIn(numbers.map(({ instance_number: number }) => Number(number))),
    });
  }
  return counted;
}

/** What lies between numbers that are there. @param numbers ascending, each once */
export function gapsIn(numbers: readonly number[]): readonly number[] {
  const gaps: number[] = [];
  for (const [index, number] of numbers.entries()) {
    const next = numbers[index + 1] ?? number + 1;
    for (let missing = number + 1; missing < next && gaps.length < mostGaps; missing += 1) gaps.push(missing);
  }
  return gaps;
}

const keysOfStudy = (study: string) => sql`
  from study s join series e on e.study_key = s.study_key join instance i on i.series_key = e.series_key
  where s.study_instance_uid = ${study}`;

/** On associations that brought some of it, or known to be of it; what broke off and came later is no loss. */
async function refusedOf(database: Pick<Database, 'all'>, study: string): Promise<number> {
  const isLost = sql`(n.outcome = 'refused' or (n.outcome = 'broken off'
    and not exists (select 1 from instance i where i.sop_instance_uid = n.sop_instance_uid)))`;
  const [row] = await database.all(sql`
    select count(*) as refused from (
      select n.note_id from reception_note n where n.association_id <> ''
        and n.association_id in (select i.association_id ${keysOfStudy(study)}) and ${isLost}
      union select n.note_id from reception_note n where n.study_instance_uid = ${study} and ${isLost}) notes`);
  return Number(row?.refused ?? 0);
}

/**
 * By peer: an object that failed, and went out another time, has been sent; of several words on storage commitment the last one holds. What
 * a job that is over did not come to was not sent.
 */
async function sentOf(database: Pick<Database, 'all'>, study: string): Promise<readonly Sent[]> {
  const rows = await database.all(sql`
    select o.destination, o.kind,
      case when o.kind = 'send' then case o.best when 3 then 'sent' when 2 then 'pending' else 'failed' end
        else case when o.latest like '% sent' then 'sent' when o.latest like '% failed' then 'failed' else 'pending' end
      end as state, count(*) as instances
    from (
      select j.destination, j.kind, ji.sop_instance_uid,
        max(case when ji.state = 'sent' then 3 when ji.state = 'pending' and j.state in ('waiting', 'running', 'paused') then 2
          else 1 end) as best,
        max(case when ji.state = 'pending' then '' else j.job_id || ' ' || ji.state end) as latest
      from job_instance ji join job j on j.job_id = ji.job_id
      where ji.sop_instance_uid in (select i.sop_instance_uid ${keysOfStudy(study)}) and j.kind in ('send', 'commitment')
      group by j.destination, j.kind, ji.sop_instance_uid) o
    group by 1, 2, 3 order by 1`);
  const of = (destination: string, kind: string, state: string): number =>
    Number(
      rows.find((row) => row.destination === destination && row.kind === kind && row.state === state)?.instances ?? 0,
    );
  return [...new Set(rows.map(({ destination }) => String(destination)))].map((destination) => ({
    destination,
    sent: of(destination, 'send', 'sent'),
    failed: of(destination, 'send', 'failed'),
    pending: of(destination, 'send', 'pending'),
    committed: of(destination, 'commitment', 'sent'),
    notCommitted: of(destination, 'commitment', 'failed'),
  }));
}
