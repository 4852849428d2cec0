// MPPS with odil on the other side, both ways.
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
  connect,
  createStep,
  mayNoLongerBeUpdated,
  performedProcedureStep,
  performedProcedureStepSopClasses,
  setStep,
} from '../index.ts';

const script = (name: string): string => join(import.meta.dirname, '../../testing', name);

test('odil creates a step at our SCP and completes it', async () => {
  const steps = new Map<string, string>();
  const scp = bind(performedProcedureStep, {
    'N-CREATE': async ({ sopInstanceUid = '', dataSet }) => {
      steps.set(sopInstanceUid, dataSet?.string('PerformedProcedureStepStatus') ?? '');
      return { code: 0x0000 };
    },
    'N-SET': async ({ sopInstanceUid = '', dataSet }) => {
      if (steps.get(sopInstanceUid) !== 'IN PROGRESS') return mayNoLongerBeUpdated;
      steps.set(sopInstanceUid, dataSet?.string('PerformedProcedureStepStatus') ?? '');
      return { code: 0x0000 };
    },
  });
  await using acceptor = await testAcceptor([scp]);
  const { output } = await run('/usr/bin/python3', [script('odil-scu.py'), `${acceptor.port}`]);
  assert.equal(output.trim(), 'N-CREATE 0000\nN-SET 0000');
  assert.deepEqual([...steps], [['1.2.3.4.5', 'COMPLETED']]);

  const step = new DataSet();
  step.set('PerformedProcedureStepStatus', 'COMPLETED');
  await using association = await connect(acceptor.peer, [
    { abstractSyntax: performedProcedureStepSopClasses.step, transferSyntaxes: ['1.2.840.10008.1.2'] },
  ]);
  const again = await setStep(association, '1.2.3.4.5', step);
  assert.deepEqual(
    [again.code, again.errorId, again.comment],
    [0x0110, 0xa710, 'Performed Procedure Step Object may no longer be updated'],
  );
});

test('we create a step at an SCP of odil and set it', async () => {
  const port = await freePort();
  const odil = spawn('/usr/bin/python3', [script('odil-scp.py'), `${port}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  odil.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const ended = once(odil, 'close');
  try {
    const association = await connectWhenReady(port);
    const step = new DataSet();
    step.set('PerformedProcedureStepStatus', 'IN PROGRESS');
    assert.equal((await createStep(association, '1.2.3.4', step)).code, 0);
    assert.equal((await setStep(association, '1.2.3.4', step)).code, 0);
    await association.release();
    await ended;
    assert.equal(said, `ready\nN-CREATE ${performedProcedureStepSopClasses.step}\nN-SET 1.2.3.4\nover\n`);
  } finally {
    odil.kill('SIGKILL');
  }
});

/** odil serves one association only, so its port cannot be tried beforehand. */
async function connectWhenReady(port: number): Promise<Association> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await connect({ host: '127.0.0.1', port, calledAeTitle: 'ODIL', callingAeTitle: 'CONCORD' }, [
        { abstractSyntax: performedProcedureStepSopClasses.step, transferSyntaxes: ['1.2.840.10008.1.2.1'] },
      ]);
    } catch (error) {
      if (tries === 100) throw error;
      await pause(100);
    }
  }
}
