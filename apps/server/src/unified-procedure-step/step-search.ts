// What a search for work items narrows by before each is matched: state, start, and a few single values. PS3.4 Table CC.2.5-3.
import type { DataSet } from '@concord/dicom';
import { type Database, join, type Query, sql } from '../database/database.ts';
import { type Step, type StepRow, stepOf, type Within } from './step-rows.ts';

/** Keys whose single values have a row for each step; others are matched without an index. */
const indexed: readonly string[] = [
  'PatientID',
  'StudyInstanceUID',
  'AdmissionID',
  'WorklistLabel',
  'ProcedureStepLabel',
  'ScheduledProcedureStepPriority',
  'InputReadinessState',
  'ScheduledWorkitemCodeSequence.CodeValue',
  'ScheduledStationNameCodeSequence.CodeValue',
  'ScheduledStationClassCodeSequence.CodeValue',
  'ReferencedRequestSequence.AccessionNumber',
  'ReferencedRequestSequence.RequestedProcedureID',
];

/** Compared without regard to case and to blanks around it: never narrower than matching is. */
const folded = (value: string): string => value.trim().toLowerCase();

/** Values of a path in every item on its way. */
const valuesAt = (dataSet: DataSet, path: string): readonly string[] => {
  const [first = '', second] = path.split('.');
  if (second === undefined) return dataSet.strings(first);
  return dataSet.items(first).flatMap((item) => [...item.strings(second)]);
};

/** Replaces the rows of a step. */
export async function indexStep(within: Within, sopInstanceUid: string, dataSet: DataSet): Promise<void> {
  await within.all(sql`delete from step_key where sop_instance_uid = ${sopInstanceUid}`);
  for (const keyword of indexed) {
    for (const value of new Set(valuesAt(dataSet, keyword).map(folded)))
      await within.all(
        sql`insert into step_key (keyword, value, sop_instance_uid) values (${keyword}, ${value}, ${sopInstanceUid})`,
      );
  }
  await within.all(sql`update procedure_step set indexed = 1 where sop_instance_uid = ${sopInstanceUid}`);
}

/** Steps of an earlier version of this server, at a time. */
const atOnce = 200;

/** Gives the steps that have none their rows. */
export async function indexEarlierSteps(database: Database): Promise<void> {
  for (let left = true; left; ) {
    const rows = await database.all<StepRow>(sql`
      select sop_instance_uid, state, transaction_uid, attributes from procedure_step where indexed = 0 limit ${atOnce}`);
    left = rows.length === atOnce;
    if (rows.length === 0) return;
    await database.transaction(async (within) => {
      for (const step of rows.map(stepOf)) await indexStep(within, step.sopInstanceUid, step.dataSet);
    });
  }
}

/** A value that means itself: no wildcard, no list, neither empty nor the two quotation marks that may ask for what is. */
const single = (values: readonly string[]): string | undefined => {
  const [value = '', ...others] = values;
  return others.length === 0 && value.trim() !== '' && !/^""$|[*?]/u.test(value) ? folded(value) : undefined;
};

/** A day of YYYYMMDD, some days later or earlier: moments with a time zone may lie on the day beside. */
const dayBeside = (text: string, days: number): string | undefined => {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)/u.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day) + days));
  return date.toISOString().slice(0, 10).replaceAll('-', '');
};

/** A range of days that holds every start that can match; starts that name only a year or a month lie in any. */
const startRange = (text: string): readonly Query[] => {
  const [from = '', to = from] = text.includes('-') ? splitRange(text) : [text];
  const [first, last] = [dayBeside(from, -1), dayBeside(to, 2)];
  const short = first === undefined ? [] : [first.slice(0, 4), first.slice(0, 6), from.slice(0, 4), from.slice(0, 6)];
  const shorter = join(
    short.map((value) => sql`${value}`),
    ', ',
  );
  return [
    ...(first === undefined
      ? []
      : // Of all of them the year is the least: from there on the index is read.
        [
          sql`scheduled_start >= ${first.slice(0, 4)}`,
          sql`(scheduled_start >= ${first} or scheduled_start in (${shorter}))`,
        ]),
    ...(last === undefined ? [] : [sql`scheduled_start < ${last}`]),
  ];
};

/** A minus sign may also begin a time zone: only what is surely a range of two is taken for one. */
const splitRange = (text: string): readonly string[] => {
  const [, from = '', to = ''] = /^(\d{8,14}(?:\.\d+)?)?-(\d{8,14}(?:\.\d+)?)?$/u.exec(text) ?? [];
  return [from, to];
};

const conditionsOf = (keys: DataSet): readonly Query[] => {
  const state = single(keys.strings('ProcedureStepState'));
  const start = keys.strings('ScheduledProcedureStepStartDateTime');
  const byKey = indexed.flatMap((keyword) => {
    const value = single(valuesAt(keys, keyword));
    if (value === undefined) return [];
    return [
      sql`sop_instance_uid in (select sop_instance_uid from step_key where keyword = ${keyword} and value = ${value})`,
    ];
  });
  const uid = single(keys.strings('SOPInstanceUID'));
  return [
    ...(uid === undefined ? [] : [sql`sop_instance_uid = ${uid}`]),
    ...(state === undefined ? [] : [sql`state = ${state.toUpperCase()}`]),
    ...byKey,
    ...(start.length === 1 ? startRange(start[0] ?? '') : []),
  ];
};

/** Steps by their scheduled start, those that can match the keys and maybe others; without keys all. */
export async function* candidates(database: Database, keys?: DataSet, signal?: AbortSignal): AsyncGenerator<Step> {
  const conditions = keys === undefined ? [] : conditionsOf(keys);
  const where = conditions.length === 0 ? sql`` : sql`where ${join(conditions, ' and ')}`;
  const pages = database.iterate<StepRow>(
    sql`select sop_instance_uid, state, transaction_uid, attributes from procedure_step ${where}
      order by scheduled_start, sop_instance_uid`,
    signal ? { signal } : {},
  );
  for await (const rows of pages) yield* rows.map(stepOf);
}
