// Modality Performed Procedure Step over DIMSE: a step is created, changed and ended, and its instances are expected; others ask about it. PS3.4 F.7, F.8.
import { type DataSet, fromJson, newUid, toJson } from '@concord/dicom';
import { type BoundService, bind, type Handlers, mayNoLongerBeUpdated } from '@concord/network';
import { expectationRow, withoutExpectation } from '../arrivals/arrival-rows.ts';
import { namedInstanceRows } from '../arrivals/named-instances.ts';
import { type Database, type Query, sql } from '../database/database.ts';
import { performedProcedureStep, performedProcedureStepRetrieve } from './declaration.ts';
import { changed, instancesOf, partOf, type StepState, stateOf, studyOf } from './performed-step.ts';

export interface PerformedStepParts {
  readonly database: Database;
  /** Told of a study about which something was said. */
  readonly reconsider: (studyInstanceUid: string) => void;
  /** What is to be changed together with a performed step: the scheduled ones that it is about. */
  readonly follow: (performed: Performed) => readonly Query[];
  readonly randomBytes: () => Uint8Array;
  readonly now: () => Date;
}

/** A step as it is kept from now on. */
export interface Performed {
  readonly sopInstanceUid: string;
  readonly state: StepState;
  readonly step: DataSet;
  readonly at: Date;
}

type Within = Pick<Database, 'all'>;

const handlers = (parts: PerformedStepParts): Handlers<typeof performedProcedureStep> => ({
  async 'N-CREATE'({ sopInstanceUid = newUid(parts.randomBytes()), dataSet: step }, { association }) {
    const state = step && stateOf(step);
    if (!step || state === '') return { code: 0x0120, comment: 'there is no Performed Procedure Step Status' };
    if (state !== 'IN PROGRESS') return { code: 0x0106, comment: 'a step begins IN PROGRESS' };
    const at = parts.now();
    const insert = insertStep({ sopInstanceUid, peer: association.callingAeTitle, step, at });
    const isNew = await parts.database.transaction(async (within) => {
      if ((await within.all(insert)).length === 0) return false;
      for (const query of parts.follow({ sopInstanceUid, state, step, at })) await within.all(query);
      return true;
    });
    return isNew ? { code: 0x0000, sopInstanceUid } : { code: 0x0111, comment: 'there is a step with this UID' };
  },
  async 'N-SET'({ sopInstanceUid = '', dataSet: changes }) {
    const state = changes ? stateOf(changes) : '';
    if (state === undefined) return { code: 0x0106, comment: 'IN PROGRESS, COMPLETED or DISCONTINUED' };
    const outcome = await parts.database.transaction((within) => change(within, sopInstanceUid, changes, parts));
    if (outcome === 'unknown') return { code: 0x0112, comment: 'there is no step with this UID' };
    if (outcome === 'ended') return mayNoLongerBeUpdated;
    if (outcome !== '') parts.reconsider(outcome);
    return { code: 0x0000 };
  },
});

const retrieveHandlers = ({
  database,
}: Pick<PerformedStepParts, 'database'>): Handlers<typeof performedProcedureStepRetrieve> => ({
  async 'N-GET'({ sopInstanceUid = '', attributeIdentifierList }) {
    const [row] = await database.all(sql`select step from performed_step where sop_instance_uid = ${sopInstanceUid}`);
    if (!row) return { code: 0x0112, comment: 'there is no step with this UID' };
    const step = fromJson(JSON.parse(String(row.step)));
    if (attributeIdentifierList.length === 0) return { code: 0x0000, dataSet: step };
    const { dataSet, lacking } = partOf(step, attributeIdentifierList);
    return lacking.length === 0
      ? { code: 0x0000, dataSet }
      : { code: 0x0001, dataSet, attributeIdentifierList: lacking };
  },
});

interface NewStep {
  readonly sopInstanceUid: string;
  readonly peer: string;
  readonly step: DataSet;
  readonly at: Date;
}

const insertStep = ({ sopInstanceUid, peer, step, at }: NewStep): Query => sql`
  insert into performed_step (sop_instance_uid, peer, state, study_instance_uid, step, created_at, changed_at)
  values (${sopInstanceUid}, ${peer}, 'IN PROGRESS', ${studyOf(step)}, ${JSON.stringify(toJson(step))},
    ${at.toISOString()}, ${at.toISOString()})
  on conflict (sop_instance_uid) do nothing returning sop_instance_uid`;

/** The study whose instances are expected now, '' while none are; or why nothing was changed. */
async function change(
  within: Within,
  uid: string,
  changes: DataSet | undefined,
  { now, follow }: PerformedStepParts,
): Promise<string | 'unknown' | 'ended'> {
  const [row] = await within.all(sql`select peer, state, step from performed_step where sop_instance_uid = ${uid}`);
  if (!row) return 'unknown';
  if (row.state !== 'IN PROGRESS') return 'ended';
  const before = fromJson(JSON.parse(String(row.step)));
  const step = changes ? changed(before, changes) : before;
  const state = stateOf(step) || 'IN PROGRESS';
  const moment = now();
  const [study, at] = [studyOf(step), moment.toISOString()];
  await within.all(sql`
    update performed_step set state = ${state}, study_instance_uid = ${study},
      step = ${JSON.stringify(toJson(step))}, changed_at = ${at}
    where sop_instance_uid = ${uid}`);
  if (state === 'IN PROGRESS') return '';
  for (const query of follow({ sopInstanceUid: uid, state, step, at: moment })) await within.all(query);
  if (study === '') return '';
  for (const query of await expected(within, { study, peer: String(row.peer), state, at })) await within.all(query);
  return study;
}

interface Ended {
  readonly study: string;
  readonly peer: string;
  readonly state: StepState;
  readonly at: string;
}

/** What all ended steps of the modality for the study name together, each instance once. */
async function expected(within: Within, { study, peer, state, at }: Ended): Promise<readonly Query[]> {
  const rows = await within.all<{ step: string }>(sql`
    select step from performed_step
    where study_instance_uid = ${study} and peer = ${peer} and state <> 'IN PROGRESS'`);
  const named = rows.flatMap(({ step }) => instancesOf(fromJson(JSON.parse(step))));
  const made = [...new Map(named.map((each) => [each.sopInstanceUid, each])).values()];
  const evidence = state === 'COMPLETED' ? 'performed procedure step' : 'discontinued performed procedure step';
  const said = { source: peer, evidence, saidAt: at };
  const series = [...Map.groupBy(made, ({ seriesInstanceUid }) => seriesInstanceUid)];
  return [
    ...namedInstanceRows(study, made, said),
    ...series.map(([seriesInstanceUid, members]) =>
      expectationRow(study, { ...said, seriesInstanceUid, count: members.length }),
    ),
    // Who made nothing does not say that there is nothing: others may have.
    made.length > 0
      ? expectationRow(study, { ...said, seriesInstanceUid: '', count: made.length })
      : withoutExpectation(study, { seriesInstanceUid: '', source: peer }),
  ];
}

/** What modalities may report to an application entity, and what others may ask it. */
export const performedProcedureStepServices = (parts: PerformedStepParts): readonly BoundService[] => [
  bind(performedProcedureStep, handlers(parts)),
  bind(performedProcedureStepRetrieve, retrieveHandlers(parts)),
];
