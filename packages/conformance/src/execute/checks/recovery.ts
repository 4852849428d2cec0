// Checks of recovery: something goes wrong on our side, and the system is still there afterwards. PS3.2 A.4.2.x.4

import type { Check } from '../../plan/check.ts';
import { inconclusive, type Outcome } from '../outcome.ts';
import { abortPdu, associateRequest, pdu, RawConnection } from '../raw-connection.ts';
import type { RunContext } from '../run-context.ts';
import { defaultCallingAeTitle } from '../target.ts';
import { answerWords, echo } from './association.ts';
import { interruptedStore } from './interrupted-store.ts';

type Recovery = Extract<Check, { kind: 'recovery' }>;

const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';

const halfOf = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length >> 1);

type InADataSet = 'abort in a data set' | 'cut in a data set';
const isInADataSet = (fault: Recovery['fault']): fault is InADataSet => fault.endsWith('in a data set');

async function disturb(run: RunContext, fault: Exclude<Recovery['fault'], InADataSet>): Promise<void> {
  const { calledAeTitle, callingAeTitle = defaultCallingAeTitle } = run.target;
  const request = associateRequest({ calledAeTitle, callingAeTitle });
  const connection = await RawConnection.open(run.target, run.care.connect, run.signal);
  try {
    const reactionTime = Math.min(1, run.care.patience);
    if (fault === 'silence') await connection.answer(reactionTime, run.signal);
    else if (fault === 'half a PDU') connection.send(halfOf(request));
    else if (fault === 'garbage') connection.send(Uint8Array.from({ length: 64 }, (_, at) => (at * 37 + 200) % 256));
    else {
      connection.send(request);
      const answer = await connection.answer(run.care.associate, run.signal);
      run.evidence.note(`A-ASSOCIATE-RQ: ${answerWords(answer)}`);
      if (fault === 'abort') connection.send(abortPdu());
      // Cut inside a P-DATA-TF that announces more than follows.
      else connection.send(pdu(0x04, new Uint8Array(100)).subarray(0, 20));
    }
    if (fault !== 'cut' && fault !== 'half a PDU') {
      const reaction = await connection.answer(reactionTime, run.signal);
      run.evidence.note(`${fault}: ${answerWords(reaction)} within ${reactionTime} s`);
    }
  } finally {
    connection.close();
  }
}

export async function recovery(run: RunContext, { fault, sopClass = secondaryCapture }: Recovery): Promise<Outcome> {
  const expected = 'C-ECHO is answered afterwards';
  try {
    if (isInADataSet(fault)) await interruptedStore(run, fault, sopClass);
    else await disturb(run, fault);
  } catch (error) {
    return inconclusive(expected, `the fault could not be made: ${error instanceof Error ? error.message : error}`);
  }
  const after = await echo(run);
  return { ...after, expected, observed: `after ${fault}: ${after.observed}` };
}
