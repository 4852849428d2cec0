// Modality Worklist with DCMTK on the other side, both ways.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DataSet, writePart10 } from '@concord/dicom';
import { testAcceptor } from '../../testing/acceptor.ts';
import { assertSays, freePort, run, start, temporaryFolder } from '../../testing/programs.ts';
import { bind, connect, modalityWorklist, modalityWorklistSopClass } from '../index.ts';

function worklistItem(): DataSet {
  const step = new DataSet();
  step.set('Modality', 'CT');
  step.set('ScheduledStationAETitle', 'CT1');
  step.set('ScheduledProcedureStepStartDate', '20260102');
  step.set('ScheduledProcedureStepStartTime', '101112');
  step.set('ScheduledPerformingPhysicianName', 'Who^Doctor');
  step.set('ScheduledProcedureStepDescription', 'HEAD');
  step.set('ScheduledProcedureStepID', 'S1');
  const item = new DataSet();
  item.set('AccessionNumber', 'A1');
  item.set('PatientName', 'DOE^JANE');
  item.set('PatientID', 'P1');
  item.set('PatientBirthDate', '19700101');
  item.set('PatientSex', 'F');
  item.set('StudyInstanceUID', '1.2.3.4');
  item.set('RequestedProcedureDescription', 'CT HEAD');
  item.set('ScheduledProcedureStepSequence', [step]);
  item.set('RequestedProcedureID', 'R1');
  return item;
}
const served = bind(modalityWorklist, {
  'C-FIND': async function* ({ identifier }) {
    if (identifier.string('PatientName') === 'NOBODY') return;
    yield { code: 0xff00, identifier: worklistItem() };
  },
});

test('findscu -W gets the items of our worklist', async () => {
  await using acceptor = await testAcceptor([served]);
  const dcmtk = await run('findscu', [
    '-v',
    '-W',
    '-aec',
    'CONCORD',
    '127.0.0.1',
    `${acceptor.port}`,
    '-k',
    'PatientName',
    '-k',
    'ScheduledProcedureStepSequence[0].Modality=CT',
  ]);
  assert.equal(dcmtk.code, 0);
  assertSays(dcmtk.output, /DOE\^JANE/);
  const nobody = await run('findscu', [
    '-v',
    '-W',
    '-aec',
    'CONCORD',
    '127.0.0.1',
    `${acceptor.port}`,
    '-k',
    'PatientName=NOBODY',
  ]);
  assert.ok(!nobody.output.includes('Pending'));
});

test('we query wlmscpfs, with a key inside the sequence', async () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, 'WL'));
  writeFileSync(join(folder.path, 'WL', 'lockfile'), '');
  const dataSet = worklistItem();
  dataSet.set('SOPClassUID', modalityWorklistSopClass);
  dataSet.set('SOPInstanceUID', '1.2.3.4.5');
  writeFileSync(join(folder.path, 'WL', 'a.wl'), writePart10({ dataSet, transferSyntaxUid: '1.2.840.10008.1.2.1' }));
  const port = await freePort();
  const server = await start('wlmscpfs', ['-dfr', '-dfp', folder.path, `${port}`], port);
  try {
    await using association = await connect(
      { host: '127.0.0.1', port, calledAeTitle: 'WL', callingAeTitle: 'CONCORD' },
      [{ abstractSyntax: modalityWorklistSopClass, transferSyntaxes: ['1.2.840.10008.1.2.1'] }],
    );
    const find = async (modality: string) => {
      const step = new DataSet();
      step.set('Modality', modality);
      const keys = new DataSet();
      keys.set('PatientName', null);
      keys.set('ScheduledProcedureStepSequence', [step]);
      return (await Array.fromAsync(association.find(modalityWorklistSopClass, keys))).map(({ status, identifier }) => [
        status.code,
        identifier?.string('PatientName'),
      ]);
    };
    assert.deepEqual(await find('CT'), [
      [0xff00, 'DOE^JANE'],
      [0, undefined],
    ]);
    assert.deepEqual(await find('MR'), [[0, undefined]]);
  } finally {
    await server.stop();
  }
});
