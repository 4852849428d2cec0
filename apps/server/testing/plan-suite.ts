// The plans of all that an index is asked, on both back ends: nothing walks through a table that grows, but for what is listed here.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Explainer, explainOnPostgres, explainOnSqlite } from './plans.ts';
import type { StatementRecord } from './statement-record.ts';
import { asking, ofSource, unasked } from './statements-of-source.ts';

/** Tables that have few rows however large the archive is, and why. */
const small: Readonly<Record<string, string>> = {
  alert: 'the last 500',
  believed_clock: 'one row',
  exam_type: 'what people type in: 2,000 at most',
  forwarding_rule: '500 at most',
  moved_total: 'one row for each place',
  moving: 'what is being copied, and what was in the last hour',
  object_block: 'blocks of numbers that nodes are at work on',
  object_counter: 'one row for each kind of number',
  own_title: 'what people add: 100 at most',
  paused_queue: 'peers that somebody has paused',
  peer_contact: 'one row for each peer',
  peer_statement: 'what people keep of their peers',
  pseudonym_key: 'one row',
  removing: 'what was deleted and is on its way out of the store',
  step_channel: 'channels that receivers have open',
  step_event: 'what waits to be told; the oldest goes when it is too much',
  step_subscription: 'who wants to be told',
  test_plan: 'what people have made',
  test_run: 'what people have started',
};

/** Statements that walk on purpose: what their text has, and why. */
const walking: readonly (readonly [RegExp, string])[] = [
  [/from (patient p|study s|series e|instance i).* where 1 = 1( |$)/u, 'nothing is said that narrows: row by row'],
  [/like \? escape '!'/u, 'a pattern that begins with a wildcard, or a set: an index is walked through, not the table'],
  [/coalesce\([a-z._]+, ''\) = ''/u, 'empty values: many rows have them, and the first come at once'],
  [
    /[sepi]\.(\w+_count|instance_number|pixel_rows|pixel_columns|number_of_frames) in \(/u,
    'keys of counts have no index',
  ],
  [/^select count\(\*\) as n from /u, 'a page says how many there are'],
  [/from procedure_step order by scheduled_start/u, 'nothing is said that narrows: in their order, row by row'],
  [
    /select record from association_record where 1 = 1 order by started_at/u,
    'the newest first, until there are enough',
  ],
  [/as patients, count\(\*\) as studies/u, 'totals for people: asked by hand, kept ten seconds'],
  [/coalesce\(sum\(bytes\), 0\)/u, 'totals for people and for the quota: a twentieth of the time at most'],
  [/substr\(received_at, 1, 7\) as month|select modalities as modality, sum/u, 'totals for people, kept ten seconds'],
  [/max\(rejected_at\) as "rejectedAt"/u, 'what was rejected and is not deleted yet, summed up for people'],
  [/from expectation e left join study s/u, 'what was announced in the days that are kept, compared with what came'],
  [/from study where 1 = 1 and instance_count > 0 order by received_at desc/u, 'the newest first; hardly any is empty'],
  [/^select coalesce\(sum\(instance_count\), 0\) as rows|having s.instance_count <> count/u, 'concord verify'],
  [
    /where 1 = \? and s.protected = 0 and not exists \([^()]*\) (and 1 = 0 )?returning/u,
    'a selection of nothing: no row is read',
  ],
  [
    /^select s.study_instance_uid as "studyInstanceUid", s.bytes, .* order by s.received_at/u,
    'the oldest first, until there are enough that may go',
  ],
  [/delete from completion where/u, 'forgetting what is gone: in the background, nobody waits'],
];

/** Files whose statements read everything on purpose, or once at a start, or small tables only; tested with their commands. */
const apart =
  /^((backup|reindex|verify|database|conformance|composition)\/|objects\/(given-numbers|s3\/(blocks|claim-place|claim-rows))\.ts)/u;

/** Files whose statements are asked where the suites about objects run, on PostgreSQL and S3 together. */
export const aboutObjects = (file: string): boolean =>
  /^(archive\/(conflicts|duplicates|going-by-itself|rejected-studies|rejection|removal|restoration|retrieve)\.ts|retention\/|objects\/)/u.test(
    file,
  );

async function walksIn(explainer: Explainer, record: StatementRecord): Promise<readonly string[]> {
  const found: string[] = [];
  const isOurs = ofSource(asking());
  for (const [text, { query, byProgram }] of record) {
    if (!byProgram && !isOurs(query)) continue;
    const told = text.replace(/\s+/gu, ' ').trim();
    const walks = await explainer.walks(query);
    const growing = walks.filter((table) => !(table in small));
    if (growing.length > 0 && !walking.some(([of]) => of.test(told))) found.push(`${growing.join(', ')}: ${told}`);
  }
  return found;
}

interface PlanOptions {
  /** Of the PostgreSQL server that the suites ran on. */
  readonly url: string;
  /** Files whose statements the suites of this process ask. */
  readonly files: (file: string) => boolean;
}

/** Tests that come after all suites of a process. */
export function planSuite(record: StatementRecord, { url, files: asked }: PlanOptions): void {
  test('each statement of the program has been asked: none goes without a plan that is looked at', () => {
    const files = asking().filter((file) => !apart.test(file) && asked(file));
    assert.deepEqual(unasked(files, record), []);
  });

  for (const [name, explain] of [
    ['SQLite', explainOnSqlite],
    ['PostgreSQL', () => explainOnPostgres(url)],
  ] as const)
    test(`no statement walks through a table that grows, on ${name}`, async () => {
      const explainer = await explain();
      try {
        const walk = { text: ['select sop_instance_uid from instance where attributes = ', ''], values: ['x'] };
        assert.deepEqual(await explainer.walks(walk), ['instance'], 'a plan that walks is told from one that does not');
        const findings = await walksIn(explainer, record);
        assert.deepEqual(findings, []);
      } finally {
        await explainer.close();
      }
    });
}
