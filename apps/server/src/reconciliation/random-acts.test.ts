// Anything in any order: objects that come, go and come back, people put right, merged and moved, and acts taken back. What is counted stays true, and what
// is shown of a study is what goes out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDataSet } from '@concord/dicom';
import { silentLog } from '@concord/network';
import { ctSlice, dataSetOf } from '../../testing/data-sets.ts';
import { openRealArchive, type RealArchive } from '../../testing/real-archive.ts';
import { sql } from '../database/database.ts';
import { openReconciliation } from './open-reconciliation.ts';
import { type Act, type PatientRef, ReconciliationError } from './reconciliation.ts';

const note = { by: 'vet', reason: '' };
const steps = 120;

/** The same numbers for the same seed. */
const chance = (seed: number) => {
  let state = seed * 7919;
  return (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return (state >> 8) % below;
  };
};
type Chance = ReturnType<typeof chance>;

const study = (any: Chance) => `1.2.3.${1 + any(5)}`;
const anybody = (any: Chance): PatientRef =>
  any(2) === 0 ? { patientId: `P${1 + any(3)}` } : { studyInstanceUid: study(any) };

function objectOf(any: Chance) {
  const [of, person] = [study(any), any(4)];
  const series = `${of}.${1 + any(2)}`;
  return ctSlice({
    ...{ StudyInstanceUID: of, SeriesInstanceUID: series },
    SOPInstanceUID: any(6) === 0 ? `9.9.${any(3)}` : `${series}.${any(3)}`,
    ...{ PatientID: ['P1', 'P2', 'P3', ''][person] ?? '', PatientName: `NAME^${any(5) === 0 ? any(4) : person}` },
    ...{ PatientBirthDate: any(5) === 0 ? `19${50 + person}0101` : '', InstanceNumber: String(any(2)) },
  });
}

const acts: readonly ((any: Chance) => Act)[] = [
  (any) => ({ kind: 'merge patients', from: anybody(any), into: anybody(any) }),
  (any) => ({ kind: 'correct patient', patient: anybody(any), values: { PatientName: `RIGHT^${any(4)}` } }),
  (any) => ({ kind: 'correct patient', patient: anybody(any), values: { PatientID: `P${1 + any(5)}` } }),
  (any) => ({
    kind: 'move study',
    studyInstanceUid: study(any),
    to: { PatientID: `P${1 + any(6)}`, PatientName: 'N' },
  }),
  (any) => ({ kind: 'correct study', studyInstanceUid: study(any), values: { StudyDescription: `D${any(9)}` } }),
  (any) => ({ kind: 'accept study', studyInstanceUid: study(any) }),
];

function somebodyDoes({ archive, put, database }: RealArchive, any: Chance): () => Promise<unknown> {
  let at = Date.parse('2026-01-02T03:04:05Z');
  const now = () => {
    at += 1000;
    return new Date(at);
  };
  const reconciliation = openReconciliation({ database, system: 'TEST', now, log: silentLog });
  const events: string[] = [];
  const undo = async () => {
    const [event] = events.splice(any(Math.max(events.length, 1)), 1);
    if (event === undefined) return;
    events.push(event);
    await reconciliation.undo(event, note);
    events.pop();
  };
  const ways: readonly (() => Promise<unknown>)[] = [
    ...Array.from({ length: 4 }, () => () => put(objectOf(any))),
    () => archive.reject({ studyInstanceUid: study(any) }, note),
    () => archive.reject({ seriesInstanceUid: `${study(any)}.${1 + any(2)}` }, note),
    () => archive.restore(study(any), note),
    async () => any(3) === 0 && archive.purge(study(any), note),
    ...Array.from({ length: 2 }, () => undo),
    ...acts.map((act) => async () => events.push((await reconciliation.act(act(any), note)).eventId)),
  ];
  return async () => ways[any(ways.length)]?.();
}

/** What does not add up. */
const miscounted = ({ database }: RealArchive) =>
  database.all(sql`
    select 'study' as what, study_instance_uid as which from study s where instance_count = 0 or instance_count <> (
      select count(*) from instance i join series e on e.series_key = i.series_key where e.study_key = s.study_key)
    union all select 'series', series_instance_uid from series e where instance_count = 0
      or instance_count <> (select count(*) from instance i where i.series_key = e.series_key)
    union all select 'patient', patient_id from patient p where study_count = 0
      or study_count <> (select count(*) from study s where s.patient_key = p.patient_key)
      or series_count <> (select sum(series_count) from study s where s.patient_key = p.patient_key)
      or instance_count <> (select sum(instance_count) from study s where s.patient_key = p.patient_key)`);

/** Studies that searches show under another patient than they go out under; objects of no layer say what they like. */
async function misshown({ archive, database }: RealArchive): Promise<readonly string[]> {
  const keys = dataSetOf({ StudyInstanceUID: null, PatientID: null, PatientName: null });
  const wrong: string[] = [];
  for await (const shown of archive.find('STUDY', keys)) {
    const uid = shown.string('StudyInstanceUID') ?? '';
    const [row] = await database.all(sql`select overlay from study where study_instance_uid = ${uid}`);
    const [instance] = await archive.instances({ studyInstanceUid: uid });
    if (!instance || row?.overlay === '') continue;
    const sent = readDataSet(
      Buffer.concat(await Array.fromAsync(archive.dataSetBytes(instance))),
      instance.transferSyntaxUid,
    );
    for (const keyword of ['PatientID', 'PatientName'] as const)
      if (keyword in JSON.parse(String(row?.overlay)).values && sent.string(keyword) !== shown.string(keyword))
        wrong.push(`${uid} ${keyword}: ${sent.string(keyword)}, shown as ${shown.string(keyword)}`);
  }
  return wrong;
}

for (const [seed, duplicates] of (['keep', 'rename', 'reject', 'keep', 'rename'] as const).entries())
  test(`whatever is done in whatever order, nothing is miscounted or shown as another's: ${duplicates}, ${seed}`, async (t) => {
    const real = await openRealArchive(t, { duplicates });
    const next = somebodyDoes(real, chance(seed + 1));
    for (let step = 0; step < steps; step += 1) {
      await next().catch((error: unknown) => assert.ok(error instanceof ReconciliationError, String(error)));
      assert.deepEqual([await miscounted(real), await misshown(real)], [[], []], `step ${step}`);
    }
  });
