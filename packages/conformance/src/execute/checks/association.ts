// Checks of associations: reach, verification, rejections, identification, lengths, limits, recovery. PS3.8
import { setTimeout as wait } from 'node:timers/promises';
import { explicitVrLittleEndian, implicitVrLittleEndian } from '@concord/dicom';
import { type Association, NetworkError, statusClass, verificationSopClass } from '@concord/network';
import type { Check, ExpectedRejection } from '../../plan/check.ts';
import { inconclusive, type Outcome, outcomeOfError, statusWords, verdict } from '../outcome.ts';
import { abortPdu, associateRequest, pdu, type RawAnswer, RawConnection } from '../raw-connection.ts';
import type { RunContext } from '../run-context.ts';
import { defaultCallingAeTitle } from '../target.ts';

type Of<Kind extends Check['kind']> = Extract<Check, { kind: Kind }>;

export const verificationContext = {
  abstractSyntax: verificationSopClass,
  transferSyntaxes: [explicitVrLittleEndian, implicitVrLittleEndian],
};

const open = (run: RunContext): Promise<RawConnection> => RawConnection.open(run.target, run.care.connect, run.signal);

export async function reach(run: RunContext): Promise<Outcome> {
  const expected = 'a TCP connection';
  try {
    (await open(run)).close();
    return verdict(true, expected, 'connected');
  } catch (error) {
    return verdict(false, expected, error instanceof Error ? error.message : String(error));
  }
}

export async function echo(run: RunContext): Promise<Outcome> {
  const expected = 'status 0000';
  try {
    await using association = await run.associate([verificationContext]);
    const status = await association.echo();
    return verdict(status.code === 0, expected, statusWords(status));
  } catch (error) {
    return outcomeOfError(error, expected);
  }
}

const answerWords = (answer: RawAnswer): string => {
  if (answer.kind !== 'pdu') return answer.kind === 'closed' ? 'the connection was closed' : 'no answer';
  const names = [
    '',
    'A-ASSOCIATE-RQ',
    'A-ASSOCIATE-AC',
    'A-ASSOCIATE-RJ',
    'P-DATA-TF',
    'A-RELEASE-RQ',
    'A-RELEASE-RP',
    'A-ABORT',
  ];
  const [, result, source, reason] = answer.body;
  const codes = answer.type === 3 ? ` ${result}/${source}/${reason}` : '';
  return `${names[answer.type] ?? `PDU type ${answer.type}`}${codes}`;
};

const isRejection = (answer: RawAnswer, { result, source, reason }: ExpectedRejection): boolean =>
  answer.kind === 'pdu' &&
  answer.type === 3 &&
  (result === undefined || answer.body[1] === result) &&
  answer.body[2] === source &&
  answer.body[3] === reason;

const wrongRequests = {
  'called AE title': { calledAeTitle: 'ZZNOBODYHERE' },
  'application context': { applicationContext: '1.2.3' },
  'protocol version': { protocolVersion: 2 },
} as const;

export async function rejection(run: RunContext, { wrong, expected }: Of<'rejection'>): Promise<Outcome> {
  const { calledAeTitle, callingAeTitle = defaultCallingAeTitle } = run.target;
  const codes = expected && `${expected.result ?? '1 or 2'}/${expected.source}/${expected.reason}`;
  const words = codes === undefined ? 'A-ASSOCIATE-AC' : `A-ASSOCIATE-RJ ${codes}`;
  let connection: RawConnection;
  try {
    connection = await open(run);
  } catch (error) {
    return verdict(false, words, error instanceof Error ? error.message : String(error));
  }
  try {
    connection.send(associateRequest({ calledAeTitle, callingAeTitle, ...wrongRequests[wrong] }));
    const answer = await connection.answer(run.care.associate, run.signal);
    const observed = answerWords(answer);
    run.evidence.note(`A-ASSOCIATE-RQ with a wrong ${wrong}: ${observed}`);
    connection.send(abortPdu());
    const met = expected ? isRejection(answer, expected) : answer.kind === 'pdu' && answer.type === 2;
    return verdict(met, words, observed);
  } finally {
    connection.close();
  }
}

export async function identification(run: RunContext, check: Of<'identification'>): Promise<Outcome> {
  const expected = [check.classUid, check.versionName].filter((each) => each !== undefined).join(', ');
  try {
    await using association = await run.associate([verificationContext]);
    const { classUid = 'no class UID', versionName = 'no version name' } = association.peer.peerImplementation;
    const same =
      (check.classUid === undefined || check.classUid === classUid) &&
      (check.versionName === undefined || check.versionName.trim() === versionName.trim());
    return verdict(same, expected, `${classUid}, ${versionName}`);
  } catch (error) {
    return outcomeOfError(error, expected);
  }
}

export async function maximumLength(run: RunContext, { offered, stated }: Of<'maximum length'>): Promise<Outcome> {
  const words = (bytes: number) => (bytes === 0 ? 'any length' : `${bytes} bytes`);
  const expected = `C-ECHO works; the peer announces ${stated === undefined ? 'any length' : words(stated)}`;
  try {
    await using association = await run.associate([verificationContext], { maximumLength: offered });
    const announced = association.exchange.agreement.peerMaximumLength;
    const status = await association.echo();
    const same = stated === undefined || stated === announced;
    return verdict(status.code === 0 && same, expected, `${statusWords(status)}; ${words(announced)} announced`);
  } catch (error) {
    return outcomeOfError(error, expected);
  }
}

/** Milliseconds between attempts. */
const settling = 500;

/**
 * One of the associations that must be accepted. What was released before may take a while to go on the other side, on a
 * busy machine some seconds: a rejection counts when it is still given after the wait for an answer to a request.
 */
async function openOne(run: RunContext): Promise<Association> {
  const deadline = Date.now() + run.care.associate * 1000;
  for (;;) {
    try {
      return await run.associate([verificationContext]);
    } catch (error) {
      const rejected = error instanceof NetworkError && error.fault === 'rejected';
      if (!rejected || Date.now() + settling > deadline) throw error;
    }
    await wait(settling, undefined, { signal: run.signal });
  }
}

/** Opens associations until one is refused; what is open is closed whatever happens. */
export async function associations(run: RunContext, { most }: Of<'associations'>): Promise<Outcome> {
  const expected = `${most} at a time, one more is rejected (2/3/2) or waits, and after a release one is accepted`;
  const opened: Association[] = [];
  try {
    for (let count = 0; count < most; count += 1) {
      const association = await openOne(run);
      opened.push(association);
      if (statusClass((await association.echo()).code) !== 'success')
        return verdict(false, expected, `C-ECHO failed on association ${count + 1}`);
    }
    const beyond = await run.associate([verificationContext]).then(
      (association) => ({ association }),
      (error: unknown) => ({ error }),
    );
    if ('association' in beyond) {
      opened.push(beyond.association);
      return verdict(false, expected, `a further association beyond ${most} was accepted`);
    }
    const words = beyond.error instanceof Error ? beyond.error.message : String(beyond.error);
    await opened.pop()?.release();
    opened.push(await openOne(run));
    const rejected = beyond.error instanceof NetworkError && ['rejected', 'timeout'].includes(beyond.error.fault);
    return verdict(rejected, expected, `beyond ${most}: ${words}; accepted again after a release`);
  } catch (error) {
    const outcome = outcomeOfError(error, expected);
    return { ...outcome, observed: `${opened.length} were accepted, then: ${outcome.observed}` };
  } finally {
    await Promise.allSettled(opened.map((association) => association.release()));
  }
}

const halfOf = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length >> 1);

async function disturb(run: RunContext, fault: Of<'recovery'>['fault']): Promise<void> {
  const { calledAeTitle, callingAeTitle = defaultCallingAeTitle } = run.target;
  const request = associateRequest({ calledAeTitle, callingAeTitle });
  const connection = await open(run);
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

export async function recovery(run: RunContext, { fault }: Of<'recovery'>): Promise<Outcome> {
  const expected = 'C-ECHO is answered afterwards';
  try {
    await disturb(run, fault);
  } catch (error) {
    return inconclusive(expected, `the fault could not be made: ${error instanceof Error ? error.message : error}`);
  }
  const after = await echo(run);
  return { ...after, expected, observed: `after ${fault}: ${after.observed}` };
}
