// Work items between DIMSE and the web on a running server: our SCU as the scripted peer, events to a listening AE.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type DataSet, toJson } from '@concord/dicom';
import {
  bind,
  changeProcedureStepState,
  connect,
  createProcedureStep,
  getProcedureStep,
  listen,
  requestProcedureStepCancel,
  setProcedureStep,
  subscribeToProcedureSteps,
  unifiedProcedureStepEvents,
  unifiedProcedureStepSopClasses,
} from '@concord/network';
import { dataSetOf } from '../../testing/data-sets.ts';
import { startServerProcess } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { performed, scheduledStep } from '../../testing/steps.ts';

const uid = '1.2.3.10';
const transaction = '1.2.3.99';
const syntaxes = ['1.2.840.10008.1.2.1'];

test('a step pushed over DIMSE is performed by another, watched by a third, and seen on the web', async (t) => {
  const events: string[] = [];
  let wake: () => void = () => undefined;
  const watcher = await listen({
    host: '127.0.0.1',
    port: 0,
    applicationEntities: [
      {
        aeTitle: 'WATCHER',
        services: [
          bind(unifiedProcedureStepEvents, {
            'N-EVENT-REPORT': async ({ sopInstanceUid, eventTypeId, dataSet }) => {
              events.push(`${eventTypeId} ${sopInstanceUid} ${dataSet?.string('ProcedureStepState') ?? ''}`.trim());
              wake();
              return { code: 0x0000 };
            },
          }),
        ],
      },
    ],
  });
  t.after(() => watcher.close({ graceMs: 0 }));
  const next = async () => {
    while (events.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return events.shift();
  };
  const folder = await temporaryFolder();
  const peers = [{ aeTitle: 'WATCHER', host: '127.0.0.1', port: watcher.port }];
  await writeFile(join(folder, 'concord.json'), JSON.stringify({ peers }));
  const server = await startServerProcess(t, join(folder, 'data'), '--config', join(folder, 'concord.json'));
  const sopClasses = unifiedProcedureStepSopClasses;
  await using association = await connect(
    { host: '127.0.0.1', port: server.dicomPort, calledAeTitle: 'CONCORD', callingAeTitle: 'TESTER' },
    [sopClasses.push, sopClasses.pull, sopClasses.watch, sopClasses.query].map((abstractSyntax) => ({
      abstractSyntax,
      transferSyntaxes: syntaxes,
    })),
  );
  const on = (over: 'push' | 'pull' | 'watch') => ({ association, over, sopInstanceUid: uid });

  assert.equal((await createProcedureStep(association, uid, scheduledStep())).code, 0x0000);
  assert.equal((await createProcedureStep(association, uid, scheduledStep())).code, 0x0111);
  assert.equal((await subscribeToProcedureSteps(on('watch'), 'NOBODY', false)).code, 0xc308);
  assert.equal((await subscribeToProcedureSteps(on('watch'), 'WATCHER', true)).code, 0x0000);
  assert.equal(await next(), `1 ${uid} SCHEDULED`);

  const found: DataSet[] = [];
  for await (const { identifier } of association.find(
    sopClasses.query,
    dataSetOf({ ProcedureStepState: 'SCHEDULED', PatientID: 'P1', PatientName: null, SOPInstanceUID: null }),
  ))
    if (identifier) found.push(identifier);
  assert.deepEqual(
    found.map((step) => [step.string('SOPInstanceUID'), step.string('PatientName'), step.has('ProcedureStepLabel')]),
    [[uid, 'Müller^Jürgen', false]],
  );

  const start = 'ScheduledProcedureStepStartDateTime';
  for (const [keys, code] of [
    [{ [start]: '20260102' }, 0x0000],
    [{ [start]: '20269999' }, 0xa900],
    [{ ReferencedRequestSequence: [dataSetOf({ StudyDate: '20260230' })] }, 0xa900],
  ] as const) {
    const answers = await Array.fromAsync(association.find(sopClasses.query, dataSetOf(keys)));
    assert.equal(answers.at(-1)?.status.code, code, JSON.stringify(keys));
  }
  assert.equal(
    (await changeProcedureStepState(on('push'), 'IN PROGRESS', transaction)).code,
    0x0123,
    'not over UPS Push',
  );
  assert.equal((await changeProcedureStepState(on('pull'), 'IN PROGRESS', transaction)).code, 0x0000);
  assert.equal(await next(), `1 ${uid} IN PROGRESS`);
  assert.equal((await changeProcedureStepState(on('pull'), 'IN PROGRESS', '1.2.3.98')).code, 0xc301);
  assert.equal((await requestProcedureStepCancel(on('watch'))).code, 0x0000);
  assert.equal(await next(), `2 ${uid}`);
  const changes = performed();
  changes.set('TransactionUID', transaction);
  assert.equal((await setProcedureStep(on('pull'), changes)).code, 0x0000);
  assert.equal((await changeProcedureStepState(on('pull'), 'COMPLETED', transaction)).code, 0x0000);
  assert.equal(await next(), `1 ${uid} COMPLETED`);

  const got = await getProcedureStep(on('pull'), [0x00741000, 0x00081195]);
  assert.deepEqual(
    [got.code, got.dataSet?.string('ProcedureStepState'), got.dataSet?.has('TransactionUID')],
    [0, 'COMPLETED', false],
  );
  assert.equal((await getProcedureStep({ ...on('pull'), sopInstanceUid: '1.2' })).code, 0xc307);
  const items = `http://127.0.0.1:${server.httpPort}/dicom-web/workitems`;
  const [onTheWeb] = await (await fetch(`${items}/${uid}`)).json();
  assert.deepEqual(onTheWeb['00741000'].Value, ['COMPLETED']);

  const other = '1.2.3.11';
  const send = async (method: string, path: string, dataSet: DataSet) => {
    const headers = { 'content-type': 'application/dicom+json' };
    const response = await fetch(items + path, { method, headers, body: JSON.stringify([toJson(dataSet)]) });
    return response.status;
  };
  assert.equal(await send('POST', `?${other}`, scheduledStep({ PatientID: 'P7' })), 201);
  const onTheOther = { ...on('pull'), sopInstanceUid: other };
  assert.equal((await getProcedureStep(onTheOther, [0x00100020])).dataSet?.string('PatientID'), 'P7');
  assert.equal((await subscribeToProcedureSteps({ ...onTheOther, over: 'watch' }, 'WATCHER', false)).code, 0x0000);
  assert.equal(await next(), `1 ${other} SCHEDULED`);
  const taken = dataSetOf({ ProcedureStepState: 'IN PROGRESS', TransactionUID: transaction });
  assert.equal(await send('PUT', `/${other}/state`, taken), 200);
  assert.equal(await next(), `1 ${other} IN PROGRESS`);
  assert.equal((await changeProcedureStepState(onTheOther, 'CANCELED', '1.2.3.98')).code, 0xc301);
  assert.equal((await changeProcedureStepState(onTheOther, 'CANCELED', transaction)).code, 0x0000);
  const [canceled] = await (await fetch(`${items}/${other}`)).json();
  assert.deepEqual(canceled['00741000'].Value, ['CANCELED']);
});
