// Check of a restart: somebody restarts the system under test, and it is there again with what it had taken before. PS3.2 A.4.2.x.4
import { setTimeout as wait } from 'node:timers/promises';
import type { Check } from '../../plan/check.ts';
import { byDifferences, inconclusive, type Outcome, outcomeOfError } from '../outcome.ts';
import { associateRequest, RawConnection } from '../raw-connection.ts';
import type { RunContext } from '../run-context.ts';
import { defaultCallingAeTitle } from '../target.ts';
import type { TestInstance } from '../test-data.ts';
import { echo } from './association.ts';
import { missingOf } from './found.ts';

type Restart = Extract<Check, { kind: 'restart' }>;

/** Milliseconds between attempts. */
const between = 200;

/** Holds an association open until the system ends it; false where it never does. */
async function wentAway(run: RunContext): Promise<boolean> {
  const { calledAeTitle, callingAeTitle = defaultCallingAeTitle } = run.target;
  const connection = await RawConnection.open(run.target, run.care.connect, run.signal);
  try {
    connection.send(associateRequest({ calledAeTitle, callingAeTitle }));
    const answer = await connection.answer(run.care.associate, run.signal);
    if (answer.kind !== 'pdu' || answer.type !== 2) throw new Error('the association is not accepted');
    connection.forget();
    run.ask('Restart the system under test now.');
    return (await connection.answer(run.care.patience, run.signal)).kind !== 'silence';
  } finally {
    connection.close();
  }
}

/** Tries until it works, or the patience of the run is at its end: what goes down may answer once more before it does. */
async function eventually(run: RunContext, attempt: () => Promise<Outcome>): Promise<Outcome> {
  const deadline = Date.now() + run.care.patience * 1000;
  for (;;) {
    const outcome = await attempt();
    if (outcome.result === 'passed' || Date.now() > deadline) return outcome;
    await wait(between, undefined, { signal: run.signal });
  }
}

/** Instances that were stored as they should be: of the others it is not stated what becomes of them. */
const isWhole =
  ({ patient }: RunContext) =>
  ({ dataSet, sopClassUid }: TestInstance): boolean =>
    dataSet.string('StudyInstanceUID') === patient.studyInstanceUid && dataSet.string('SOPClassUID') === sopClassUid;

/** Whether the system answers, and finds what it had. */
async function isThere(run: RunContext, find: string | undefined, expected: string): Promise<Outcome> {
  const answer = await echo(run);
  const kept = run.stored.filter(isWhole(run));
  if (answer.result !== 'passed' || find === undefined || kept.length === 0)
    return { ...answer, expected, observed: `there again: ${answer.observed}` };
  try {
    const lost = await missingOf(run, find, kept);
    return byDifferences(
      expected,
      `there again, with ${kept.length} instances`,
      lost.map((uid) => `${uid} was stored before the restart, and is not found`),
    );
  } catch (error) {
    return outcomeOfError(error, expected);
  }
}

export async function restart(run: RunContext, { find }: Restart): Promise<Outcome> {
  const expected = 'the system is there again, with what it had taken before';
  if (!(await wentAway(run)))
    return inconclusive(expected, `the system was there all the time, for ${run.care.patience} s`);
  const began = performance.now();
  const outcome = await eventually(run, () => isThere(run, find, expected));
  run.evidence.note(`${((performance.now() - began) / 1000).toFixed(1)} s from its end to the last look`);
  return outcome;
}
