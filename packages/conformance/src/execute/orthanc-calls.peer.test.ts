// What Orthanc initiates, made to act over its REST interface: it stores, asks and moves to our scripted side, which answers well and badly.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { explicitVrLittleEndian, writePart10 } from '@concord/dicom';
import { startOrthanc } from '../../../network/testing/orthanc.ts';
import { freePort, run, temporaryFolder } from '../../../network/testing/programs.ts';
import { peerStatement } from '../../testing/peer-statements.ts';
import { createPlan } from '../plan/plan.ts';
import { cleanerAt } from './clean-up.ts';
import { runPlan } from './run.ts';
import { testInstance, testPatient } from './test-data.ts';

const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';

test('[CS-EXE-07] [CS-TPL-17] Orthanc plays the initiator: stores, queries and moves are answered, refused, aborted and cut, and it ends what it began', async () => {
  const port = await freePort();
  using folder = temporaryFolder();
  await using orthanc = await startOrthanc(port);
  const file = join(folder.path, 'sc.dcm');
  const { dataSet } = testInstance(testPatient(), secondaryCapture, { transferSyntaxUid: explicitVrLittleEndian });
  writeFileSync(file, writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian }));
  assert.equal((await run('storescu', ['-aec', 'ORTHANC', '127.0.0.1', String(orthanc.dicomPort), file])).code, 0);
  const ids = await orthanc.rest('POST', '/tools/find', { Level: 'Instance', Query: {} });
  const acts: Readonly<Record<string, () => Promise<unknown>>> = {
    'C-STORE': () => orthanc.rest('POST', '/modalities/concord/store', { Resources: ids, Synchronous: true }),
    'C-FIND': () => orthanc.rest('POST', '/modalities/concord/query', { Level: 'Study', Query: { PatientID: '*' } }),
  };
  const failed: string[] = [];
  const acting: Promise<unknown>[] = [];
  const wanted =
    /^called\/(?:send\/c-store|ask\/c-find)\/(?:answer|refuse|reject|small|failure|warning|abort|cut)|^move\/.*2-2-2\/(?:known|refusing|cancel)/;
  const { results, cleanUp, leftBehind } = await runPlan(
    createPlan(peerStatement('orthanc')),
    { host: '127.0.0.1', port: orthanc.dicomPort, calledAeTitle: 'ORTHANC', callingAeTitle: 'CONCORD' },
    {
      care: { patience: 40, pause: 0, objectsPerSecond: 1000, response: 30 },
      assisted: true,
      ourSide: { host: '127.0.0.1', port, aeTitle: 'CONCORD' },
      only: ({ id }) => wanted.test(id),
      cleaner: cleanerAt(new URL(`http://127.0.0.1:${orthanc.httpPort}/`)),
      ask: (text) => {
        const act = acts[text.split(' ', 1)[0] ?? ''];
        acting.push(Promise.resolve(act?.()).catch(() => failed.push(text)));
      },
    },
  );
  await Promise.all(acting);
  const called = results.filter(({ id }) => wanted.test(id));
  const textOf = Object.fromEntries(
    called.map(({ id, result, observed, differences = [] }) => [
      id,
      `${result}: ${[observed, ...differences].join('; ')}`,
    ]),
  );
  assert.deepEqual(
    called.filter(({ result }) => result === 'failed' || result === 'not run').map(({ id }) => `${id} ${textOf[id]}`),
    [],
  );
  for (const id of ['called/send/c-store/answer', 'called/send/c-store/small-pdus', 'called/ask/c-find/answer'])
    assert.match(textOf[id] ?? '', /^passed/, id);
  assert.equal(called.filter(({ id }) => id.startsWith('move/')).length, 3);
  assert.match(textOf['move/1-2-840-10008-5-1-4-1-2-2-2/refusing-destination'] ?? '', /status C000/);
  // Its user is told of each fault: the REST call fails.
  for (const fault of ['failure status', 'abort', 'cut', 'refuse contexts', 'reject the called title'])
    assert.ok(
      failed.some((text) => text.startsWith('C-STORE') && text.endsWith(`our side will ${fault}`)),
      `${fault}: ${failed.join()}`,
    );
  // What the run stored for its moves is deleted; what was there before stays, though it is a test patient's too.
  assert.ok(cleanUp && cleanUp.deleted > 0, JSON.stringify(cleanUp));
  assert.match(cleanUp.by, /REST interface of Orthanc at http:/);
  assert.deepEqual([cleanUp.kept, leftBehind], [[], []]);
  assert.deepEqual(await orthanc.rest('POST', '/tools/find', { Level: 'Instance', Query: {} }), ids);
});
