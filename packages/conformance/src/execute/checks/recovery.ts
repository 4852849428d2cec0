// Checks of recovery: something goes wrong on our side, and the system is still there afterwards, with nothing of what was cut short. PS3.2 A.4.2.x.4

import type { Check } from '../../plan/check.ts';
import { isStoreFault, type StoreFault, storeCourses } from '../../plan/recovery-faults.ts';
import { byDifferences, hex, inconclusive, type Outcome, outcomeOfError } from '../outcome.ts';
import { abortPdu, associateRequest, pdu, RawConnection } from '../raw-connection.ts';
import { echoRequest, fragment, wholeCommand } from '../raw-messages.ts';
import type { RunContext } from '../run-context.ts';
import { defaultCallingAeTitle } from '../target.ts';
import { freshUid } from '../test-data.ts';
import { answerWords, echo } from './association.ts';
import { type DisturbedStore, disturbedStore } from './disturbed-store.ts';
import { studiesFound } from './found.ts';

type Recovery = Extract<Check, { kind: 'recovery' }>;

const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';

const halfOf = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length >> 1);

/** A message in the second context, of a class that nobody has. */
function inRefusedContext(connection: RawConnection): void {
  connection.forget();
  connection.send(fragment(wholeCommand, echoRequest(), 3));
}

async function inAssociation(
  run: RunContext,
  connection: RawConnection,
  fault: 'abort' | 'cut' | 'refused context',
): Promise<void> {
  const { calledAeTitle, callingAeTitle = defaultCallingAeTitle } = run.target;
  const second = fault === 'refused context' ? freshUid() : undefined;
  connection.send(associateRequest({ calledAeTitle, callingAeTitle, ...(second !== undefined && { second }) }));
  const answer = await connection.answer(run.care.associate, run.signal);
  run.evidence.note(`A-ASSOCIATE-RQ: ${answerWords(answer)}`);
  if (fault === 'abort') connection.send(abortPdu());
  else if (fault === 'refused context') inRefusedContext(connection);
  // Cut inside a P-DATA-TF that announces more than follows.
  else connection.send(pdu(0x04, new Uint8Array(100)).subarray(0, 20));
}

async function disturb(run: RunContext, fault: Exclude<Recovery['fault'], StoreFault>): Promise<void> {
  const { calledAeTitle, callingAeTitle = defaultCallingAeTitle } = run.target;
  const connection = await RawConnection.open(run.target, run.care.connect, run.signal);
  try {
    const reactionTime = Math.min(1, run.care.patience);
    if (fault === 'half a PDU') connection.send(halfOf(associateRequest({ calledAeTitle, callingAeTitle })));
    else if (fault === 'garbage') connection.send(Uint8Array.from({ length: 64 }, (_, at) => (at * 37 + 200) % 256));
    else if (fault !== 'silence') await inAssociation(run, connection, fault);
    if (fault === 'cut' || fault === 'half a PDU') return void (await connection.flushed());
    const reaction = await connection.answer(reactionTime, run.signal);
    run.evidence.note(`${fault}: ${answerWords(reaction)} within ${reactionTime} s`);
  } finally {
    connection.close();
  }
}

/** What contradicts the course of the store: the answer to it, and what remains of it. */
async function traces(run: RunContext, check: Recovery, seen: DisturbedStore): Promise<readonly string[]> {
  if (!isStoreFault(check.fault)) return [];
  const { remains } = storeCourses[check.fault];
  const { status, reaction, instance } = seen;
  const kept = status !== undefined && (status === 0 || status >> 12 === 0xb);
  const differences: string[] = [];
  if (remains === 'all' && !kept)
    differences.push(`it was not stored: ${status === undefined ? reaction : `status ${hex(status)}`}`);
  if (remains !== 'nothing' && (kept || remains === 'all or nothing')) run.besides.push(instance);
  if (check.find === undefined || differences.length > 0) return differences;
  const count = await studiesFound(run, check.find, instance);
  run.evidence.note(`${instance.sopInstanceUid}: ${count === 0 ? 'nothing of it' : 'its study'} is found afterwards`);
  if (remains === 'nothing' && count > 0) differences.push('what did not arrive whole is found by a query');
  if (remains === 'all' && count === 0) differences.push('what was stored is not found by a query');
  return differences;
}

/** Makes the fault, then looks whether the system is there, and what it has of what was sent. */
export async function recovery(run: RunContext, check: Recovery): Promise<Outcome> {
  const { fault, sopClass = secondaryCapture, seconds = 0 } = check;
  const expected = 'C-ECHO is answered afterwards, and nothing is kept that did not arrive whole';
  let seen: DisturbedStore | undefined;
  try {
    if (isStoreFault(fault))
      seen = await disturbedStore(run, fault, sopClass, Math.min(seconds, run.care.patience / 2));
    else await disturb(run, fault);
  } catch (error) {
    if (run.signal.aborted) throw error;
    return inconclusive(expected, `the fault could not be made: ${error instanceof Error ? error.message : error}`);
  }
  const after = await echo(run);
  if (after.result !== 'passed' || !seen) return { ...after, expected, observed: `after ${fault}: ${after.observed}` };
  try {
    return byDifferences(expected, `after ${fault}: ${after.observed}`, await traces(run, check, seen));
  } catch (error) {
    return outcomeOfError(error, expected);
  }
}
