// What this archive sent comes back to it: it is the same object, however it was changed on its way out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDataSet } from '@concord/dicom';
import { ctSlice, encoded, explicitVrLittleEndian, inPieces } from '../../testing/data-sets.ts';
import { openRealArchive, type RealArchive } from '../../testing/real-archive.ts';
import { sql } from '../database/database.ts';
import { writeOverlay } from '../patients/overlay.ts';

const study = '1.2.3.1';
const slice = (fill: number) => ctSlice({ PixelData: new Uint8Array(32).fill(fill) });
const sentOf = async ({ archive }: RealArchive, sopInstanceUid: string) => {
  const [instance] = await archive.instances({ sopInstanceUid });
  assert.ok(instance);
  return Buffer.concat(await Array.fromAsync(archive.dataSetBytes(instance), (chunk) => Buffer.from(chunk)));
};
const back = ({ archive }: RealArchive, bytes: Uint8Array) =>
  archive.receive({
    dataSet: inPieces(bytes, 1000),
    transferSyntaxUid: explicitVrLittleEndian,
    origin: { via: 'DIMSE', callingAeTitle: 'RING' },
  });
const conflicts = async ({ database }: RealArchive) =>
  (await database.all(sql`select kind from conflict order by conflict_key`)).map(({ kind }) => kind);

test('what was renamed here and comes back is not renamed again: servers in a ring come to rest', async (t) => {
  const real = await openRealArchive(t, { duplicates: 'rename' });
  for (const fill of [1, 2]) await real.put(slice(fill));
  const second = (await real.archive.instances({ studyInstanceUid: study })).find(({ changes }) => changes);
  assert.ok(second);
  const receipt = await back(real, await sentOf(real, second.sopInstanceUid));
  assert.deepEqual([receipt.status.code, receipt.already], [0x0000, true]);
  assert.equal((await real.archive.instances({ studyInstanceUid: study })).length, 2);
  assert.deepEqual(await conflicts(real), ['renamed']);
});

test('what was put right here and comes back is no conflict; what somebody else changed in it is', async (t) => {
  const real = await openRealArchive(t);
  const first = await real.put(slice(1));
  const overlay = writeOverlay({
    values: { PatientName: ['RIGHT^NAME'] },
    at: '20260102',
    by: 'TEST',
    reason: 'CORRECT',
  });
  await real.database.batch([sql`update study set overlay = ${overlay} where study_instance_uid = ${study}`]);
  const sent = await sentOf(real, first.sopInstanceUid ?? '');
  assert.equal((await back(real, sent)).already, true);
  assert.deepEqual([(await real.files()).length, await conflicts(real)], [1, []]);
  for (const changed of ['RIGHT^NAMES', 'RIGHT^NAM']) {
    const other = readDataSet(sent, explicitVrLittleEndian);
    other.set('PatientName', changed);
    assert.equal((await back(real, encoded(other))).status.code, 0x0000);
  }
  assert.deepEqual([(await real.files()).length, await conflicts(real)], [3, ['other content', 'other content']]);
});
