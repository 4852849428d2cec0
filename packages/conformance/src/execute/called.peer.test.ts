// What a system initiates: storescu and findscu play the system under test, our side answers by script.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { writePart10 } from '@concord/dicom';
import { freePort, start, temporaryFolder } from '../../../network/testing/programs.ts';
import { operation, system } from '../../testing/systems.ts';
import { createPlan } from '../plan/plan.ts';
import { type RunReport, runPlan } from './run.ts';
import { testInstance, testPatient } from './test-data.ts';

const ct = '1.2.840.10008.5.1.4.1.1.2';
const worklist = '1.2.840.10008.5.1.4.31';
const modality = system({
  name: 'Modality',
  initiates: [
    { name: 'Send', offers: [{ uid: ct }], conformance: [operation('C-STORE', 'SCU', [ct])] },
    { name: 'Ask', offers: [{ uid: worklist }], conformance: [operation('C-FIND', 'SCU', [worklist])] },
  ],
});

const resultsOf = ({ results }: RunReport) =>
  Object.fromEntries(
    results.map(({ id, result, observed }) => [id.replace(/^called\//, ''), `${result}: ${observed}`]),
  );

test('[CS-EXE-07] whoever sits at the system is told what to do; each behaviour of ours is played', async () => {
  using folder = temporaryFolder();
  const port = await freePort();
  const file = join(folder.path, 'ct.dcm');
  const { dataSet } = testInstance(testPatient(), ct, { transferSyntaxUid: '1.2.840.10008.1.2' });
  writeFileSync(file, writePart10({ dataSet, transferSyntaxUid: '1.2.840.10008.1.2' }));
  const common = ['-aec', 'CSSINK', '-td', '2', '-ta', '2', '127.0.0.1', String(port)];
  const commands: Readonly<Record<string, readonly [string, readonly string[]]>> = {
    'C-STORE': ['storescu', [...common, file]],
    'C-FIND': ['findscu', ['-W', ...common, '-k', 'PatientName']],
  };
  const asked: string[] = [];
  const report = await runPlan(
    createPlan(modality),
    { host: '127.0.0.1', port: 1, calledAeTitle: 'NOBODY' },
    {
      care: { patience: 5 },
      only: ({ id }) =>
        /\/(answer|refuse-contexts|failure-status|warning-status|abort|silence)$/.test(id) &&
        !id.includes('then-answer'),
      assisted: true,
      ourSide: { host: '127.0.0.1', port, aeTitle: 'CSSINK' },
      ask: (text) => {
        asked.push(text);
        const [program, args] = commands[text.split(' ', 1)[0] ?? ''] ?? ['true', []];
        spawn(program, args, { stdio: 'ignore' });
      },
    },
  );
  const results = resultsOf(report);
  assert.match(results['send/c-store/answer'] ?? '', /^passed: .*C-STORE by the system 0000H/);
  assert.match(results['ask/c-find/answer'] ?? '', /^passed: /);
  assert.match(results['send/c-store/refuse-contexts'] ?? '', /^passed: 0 of /);
  assert.match(results['send/c-store/failure-status'] ?? '', /^inconclusive: .*A700H/);
  assert.match(results['send/c-store/warning-status'] ?? '', /^inconclusive: .*B000H/);
  assert.match(results['send/c-store/abort'] ?? '', /^inconclusive: /);
  assert.match(results['send/c-store/silence'] ?? '', /^inconclusive: /);
  assert.match(asked[0] ?? '', new RegExp(`to CSSINK at port ${port}`));
});

test('nobody calls: the item is not run, and the run goes on', async () => {
  const report = await runPlan(
    createPlan(modality),
    { host: '127.0.0.1', port: 1, calledAeTitle: 'NOBODY' },
    {
      care: { patience: 0.1 },
      assisted: true,
      ourSide: { host: '127.0.0.1', port: 0, aeTitle: 'CSSINK' },
    },
  );
  assert.ok(report.results.length > 5);
  assert.ok(report.results.every(({ result, observed }) => result === 'not run' && /nobody called/.test(observed)));
});

test('[CS-TPL-02] verification in both directions: storescp answers, echoscu asks; a caller that goes away is found', async () => {
  const echo = '1.2.840.10008.1.1';
  const claims = system({
    name: 'Peer',
    accepts: [{ name: 'Answer', offers: [{ uid: echo, syntaxes: ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2'] }] }],
    initiates: [{ name: 'Ask', offers: [{ uid: echo }], conformance: [operation('C-ECHO', 'SCU', [echo])] }],
  });
  const [port, ours] = [await freePort(), await freePort()];
  const storescp = await start('storescp', ['--ignore', String(port)], port);
  const runWith = (options: readonly string[]) =>
    runPlan(
      createPlan(claims),
      { host: '127.0.0.1', port, calledAeTitle: 'ANY' },
      {
        care: { patience: 20 },
        assisted: true,
        ourSide: { host: '127.0.0.1', port: ours, aeTitle: 'CSSINK' },
        only: ({ id }) => id === 'verification' || id === 'called/ask/c-echo/answer',
        ask: () =>
          void spawn('echoscu', [...options, '-aec', 'CSSINK', '127.0.0.1', String(ours)], { stdio: 'ignore' }),
      },
    );
  try {
    const both = await runWith([]);
    assert.deepEqual(
      both.results.filter(({ id }) => id !== 'reach').map(({ id, result }) => [id, result]),
      [
        ['verification', 'passed'],
        ['called/ask/c-echo/answer', 'passed'],
      ],
    );
    const aborting = await runWith(['--abort']);
    assert.equal(aborting.results.at(-1)?.result, 'failed', aborting.results.at(-1)?.observed);
  } finally {
    await storescp.stop();
  }
});
