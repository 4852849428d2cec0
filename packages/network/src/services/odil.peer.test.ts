// Storage Commitment and Print Management with odil on the other side, both ways. PS3.4 Annexes J and H.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSet } from '@concord/dicom';
import { testAcceptor } from '../../testing/acceptor.ts';
import { freePort, run } from '../../testing/programs.ts';
import {
  type Association,
  bind,
  commitmentRequestOf,
  connect,
  createFilmBox,
  createFilmSession,
  deleteFilmSession,
  printFilmBox,
  printManagement,
  printSopClasses,
  reportOf,
  requestCommitment,
  setImageBox,
  storageCommitment,
  storageCommitmentSopClass,
} from '../index.ts';

const script = (name: string): string => join(import.meta.dirname, '../../testing', name);
const explicit = '1.2.840.10008.1.2.1';

test('odil asks for commitment, and takes the report over the same association', async () => {
  const reported = Promise.withResolvers<number>();
  const scp = bind(storageCommitment, {
    'N-ACTION': async (request, { eventReport }) => {
      const asked = commitmentRequestOf(request);
      if (asked === undefined) return { code: 0x0115 };
      // After the response to the N-ACTION, as PS3.4 J.3.2 has it.
      setImmediate(async () => reported.resolve((await eventReport(reportOf({ ...asked, failed: [] }))).code));
      return { code: 0x0000 };
    },
  });
  await using acceptor = await testAcceptor([scp]);
  const { output } = await run('/usr/bin/python3', [script('odil-commitment.py'), `${acceptor.port}`]);
  assert.equal(output.trim(), 'N-ACTION 0000\nN-EVENT-REPORT 1 1.2.3.99');
  assert.equal(await reported.promise, 0);
});

test('odil prints a film at our SCP', async () => {
  const done: string[] = [];
  const note = (name: string) => async (request: { readonly sopClassUid: string; readonly actionTypeId?: number }) => {
    done.push(`${name} ${request.sopClassUid} ${request.actionTypeId ?? ''}`.trim());
    return { code: 0x0000 as const };
  };
  const printer = bind(printManagement, {
    'N-CREATE': note('N-CREATE'),
    'N-SET': note('N-SET'),
    'N-GET': note('N-GET'),
    'N-ACTION': note('N-ACTION'),
    'N-DELETE': note('N-DELETE'),
  });
  await using acceptor = await testAcceptor([printer]);
  const { output } = await run('/usr/bin/python3', [script('odil-print.py'), `${acceptor.port}`]);
  assert.equal(output.trim(), ['session', 'box', 'image', 'print', 'delete'].map((step) => `${step} 0000`).join('\n'));
  assert.deepEqual(done, [
    'N-CREATE 1.2.840.10008.5.1.1.1',
    'N-CREATE 1.2.840.10008.5.1.1.2',
    'N-SET 1.2.840.10008.5.1.1.4',
    'N-ACTION 1.2.840.10008.5.1.1.2 1',
    'N-DELETE 1.2.840.10008.5.1.1.1',
  ]);
});

/** What an SCP of odil was asked for by us. */
async function askedOfOdil(sopClass: string, work: (association: Association) => Promise<void>): Promise<string> {
  const port = await freePort();
  const odil = spawn('/usr/bin/python3', [script('odil-answers.py'), `${port}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  odil.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const ended = once(odil, 'close');
  try {
    const association = await connectWhenReady(port, sopClass);
    await work(association);
    await association.release();
    await ended;
    return said;
  } finally {
    odil.kill('SIGKILL');
  }
}

/** odil serves one association only, so its port cannot be tried beforehand. */
async function connectWhenReady(port: number, abstractSyntax: string): Promise<Association> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await connect({ host: '127.0.0.1', port, calledAeTitle: 'ODIL', callingAeTitle: 'CONCORD' }, [
        { abstractSyntax, transferSyntaxes: [explicit] },
      ]);
    } catch (error) {
      if (tries === 100) throw error;
      await pause(100);
    }
  }
}

test('we ask an SCP of odil for commitment', async () => {
  const said = await askedOfOdil(storageCommitmentSopClass, async (association) => {
    const instances = [{ sopClassUid: '1.2.840.10008.5.1.4.1.1.2', sopInstanceUid: '1.2.3' }];
    assert.equal((await requestCommitment(association, { transactionUid: '1.2.9', instances })).code, 0);
  });
  assert.equal(said, `ready\nN-ACTION ${storageCommitmentSopClass} True\nover\n`);
});

test('we print a film at an SCP of odil', async () => {
  const settings = new DataSet();
  settings.set('NumberOfCopies', '1');
  const said = await askedOfOdil(printSopClasses.grayscaleMeta, async (association) => {
    const step = { association, mode: 'grayscale', dataSet: settings } as const;
    assert.equal((await createFilmSession({ ...step, sopInstanceUid: '1.2.3.1' })).code, 0);
    assert.equal((await createFilmBox({ ...step, sopInstanceUid: '1.2.3.2' })).code, 0);
    assert.equal((await setImageBox({ ...step, sopInstanceUid: '1.2.3.3' })).code, 0);
    assert.equal((await printFilmBox({ association, mode: 'grayscale', sopInstanceUid: '1.2.3.2' })).code, 0);
    assert.equal((await deleteFilmSession({ association, mode: 'grayscale', sopInstanceUid: '1.2.3.1' })).code, 0);
  });
  assert.deepEqual(said.trim().split('\n'), [
    'ready',
    `N-CREATE ${printSopClasses.filmSession} True`,
    `N-CREATE ${printSopClasses.filmBox} True`,
    `N-SET ${printSopClasses.grayscaleImageBox} True`,
    `N-ACTION ${printSopClasses.filmBox} False`,
    `N-DELETE ${printSopClasses.filmSession} False`,
    'over',
  ]);
});
