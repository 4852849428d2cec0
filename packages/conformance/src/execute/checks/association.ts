// Checks of associations: reach, verification, rejections, identification, lengths, limits, recovery. PS3.8
import { setTimeout as wait } from 'node:timers/promises';
import { explicitVrLittleEndian, implicitVrLittleEndian } from '@concord/dicom';
import { type Association, NetworkError, statusClass, verificationSopClass } from '@concord/network';
import type { Check, ExpectedRejection } from '../../plan/check.ts';
import { hex, type Outcome, outcomeOfError, statusWords, verdict } from '../outcome.ts';
import { abortPdu, associateRequest, type RawAnswer, RawConnection } from '../raw-connection.ts';
import type { RunContext } from '../run-context.ts';
import { defaultCallingAeTitle } from '../target.ts';

type Of<Kind extends Check['kind']> = Extract<Check, { kind: Kind }>;

export const verificationContext = {
  abstractSyntax: verificationSopClass,
  transferSyntaxes: [explicitVrLittleEndian, implicitVrLittleEndian],
};

const open = (run: RunContext): Promise<RawConnection> => RawConnection.open(run.target, run.care.connect, run.signal);

export async function reach(run: RunContext): Promise<Outcome> {
  const expected = run.target.tls ? 'a TCP connection with a TLS handshake' : 'a TCP connection';
  try {
    const connection = await open(run);
    const { address } = connection;
    connection.close();
    return verdict(true, expected, `connected to ${address}`);
  } catch (error) {
    return verdict(false, expected, error instanceof Error ? error.message : String(error));
  }
}

/** Milliseconds between attempts. */
const settling = 500;

/** PS3.8 Table 9-21: rejected for the moment, by the provider of the presentation service. */
const isCongestion = (error: unknown): boolean =>
  error instanceof NetworkError && error.refusal?.result === 2 && error.refusal.source === 3;

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
      if (!isCongestion(error) || Date.now() + settling > deadline) throw error;
    }
    await wait(settling, undefined, { signal: run.signal });
  }
}

export async function echo(run: RunContext): Promise<Outcome> {
  const expected = 'status 0000';
  try {
    await using association = await openOne(run);
    const status = await association.echo();
    return verdict(status.code === 0, expected, statusWords(status));
  } catch (error) {
    return outcomeOfError(error, expected);
  }
}

export const answerWords = (answer: RawAnswer): string => {
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
  'calling AE title': { callingAeTitle: 'ZZNOBODYKNOWN' },
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

type Beyond = { readonly association: Association } | { readonly error: unknown };

/** One more than is stated. A rejection counts when it is given again: an association that has just ended may still be counted. */
async function openBeyond(run: RunContext, attempts = 3): Promise<Beyond> {
  const beyond = await run.associate([verificationContext]).then(
    (association) => ({ association }),
    (error: unknown) => ({ error }),
  );
  if (attempts === 1 || 'association' in beyond || !isCongestion(beyond.error)) return beyond;
  await wait(settling, undefined, { signal: run.signal });
  return openBeyond(run, attempts - 1);
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
    const beyond = await openBeyond(run);
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

/** What we offer. */
const offered = 8;

export async function window(run: RunContext, { stated }: Of<'asynchronous window'>): Promise<Outcome> {
  const answer = stated === 0 ? offered : Math.min(offered, stated);
  const expected = `${answer} of ${offered} operations may be outstanding`;
  try {
    await using association = await run.associate([verificationContext], {
      window: { invoked: offered, performed: offered },
    });
    const { invoked } = association.exchange.agreement;
    const status = await association.echo();
    return verdict(
      invoked === answer && status.code === 0,
      expected,
      `${invoked} may be outstanding, C-ECHO ${hex(status.code)}`,
    );
  } catch (error) {
    return outcomeOfError(error, expected);
  }
}
