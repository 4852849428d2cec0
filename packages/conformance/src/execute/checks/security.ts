// Checks of security: handshakes that must succeed and that must not, and users right, wrong and missing. PS3.15 Annex B, PS3.7 D.3.3.7
import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { NetworkError, type TlsClient } from '@concord/network';
import { clientOptions } from '@concord/network/wire';
import type { Check } from '../../plan/check.ts';
import { type Outcome, outcomeOfError, verdict } from '../outcome.ts';
import { associateRequest, RawConnection } from '../raw-connection.ts';
import type { RunContext } from '../run-context.ts';
import { selfSigned } from '../self-signed.ts';
import { defaultCallingAeTitle } from '../target.ts';
import { verificationContext } from './association.ts';

type Tls = Extract<Check, { kind: 'tls' }>;
type Identity = Extract<Check, { kind: 'user identity' }>;

/** The suites that older versions have, and those that a non-downgrading profile leaves out. */
const oldSuites = 'AES128-SHA:AES256-SHA:ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA:@SECLEVEL=0';

const withoutOurs = ({ certificate: _, key: __, ...rest }: TlsClient): TlsClient => rest;

/** How the connection is made; undefined where the run has not what it takes. */
function optionsFor(run: RunContext, variant: Tls['variant'], tls: TlsClient): ConnectionOptions | undefined {
  const { host, expired } = run.target;
  switch (variant) {
    case 'no certificate':
      return clientOptions(host, withoutOurs(tls));
    case 'unknown certificate': {
      const { certificate, key } = selfSigned('Conformance test: nobody knows this');
      return clientOptions(host, { ...tls, certificate, key });
    }
    case 'expired certificate':
      return expired && clientOptions(host, { ...tls, ...expired });
    case 'old versions':
      return { ...clientOptions(host, tls), minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: oldSuites };
    case 'weak suites':
      return { ...clientOptions(host, tls), maxVersion: 'TLSv1.2', ciphers: oldSuites };
    default:
      return clientOptions(host, tls);
  }
}

/** What a connection is good for: an answer to A-ASSOCIATE-RQ, or the words of its end. */
async function tried(
  run: RunContext,
  open: () => Socket,
): Promise<{ readonly answered: boolean; readonly words: string }> {
  const { calledAeTitle, callingAeTitle = defaultCallingAeTitle } = run.target;
  const socket = open();
  const event = 'encrypted' in socket ? 'secureConnect' : 'connect';
  try {
    await once(socket, event, { signal: AbortSignal.any([run.signal, AbortSignal.timeout(run.care.connect * 1000)]) });
    const connection = RawConnection.over(socket);
    connection.send(associateRequest({ calledAeTitle, callingAeTitle }));
    // With TLS 1.3 a refused certificate is told after the handshake: only an answer shows that it was taken.
    const answer = await connection.answer(run.care.associate, run.signal);
    if (answer.kind !== 'pdu') return { answered: false, words: connection.error ?? `then: ${answer.kind}` };
    const isAssociation = answer.type === 2 || answer.type === 3;
    return {
      answered: isAssociation,
      words: isAssociation ? 'the association is answered' : `a PDU of type ${answer.type}`,
    };
  } catch (error) {
    run.signal.throwIfAborted();
    return { answered: false, words: error instanceof Error ? error.message : String(error) };
  } finally {
    socket.destroy();
  }
}

export async function tls(run: RunContext, { variant, expected }: Tls): Promise<Outcome> {
  const { host, port, tls: secured } = run.target;
  if (!secured) return { result: 'not run', expected, observed: 'the system is not called over TLS in this run' };
  const options = variant === 'without TLS' ? {} : optionsFor(run, variant, secured);
  if (!options)
    return { result: 'not automatable', expected, observed: 'no expired certificate of a known issuer is at hand' };
  const { answered, words } = await tried(run, () =>
    variant === 'without TLS' ? connectPlain({ host, port }) : connectTls({ host, port, ...options }),
  );
  run.evidence.note(`${variant}: ${words}`);
  return verdict(answered === (expected === 'accepted'), expected, `${answered ? 'accepted' : 'refused'}: ${words}`);
}

export async function userIdentity(run: RunContext, check: Identity): Promise<Outcome> {
  const { variant, positiveResponse } = check;
  const expected = `${check.expected}${positiveResponse ? ' with a positive response' : ''}`;
  const { identity } = run.target;
  if (!identity && variant !== 'missing')
    return { result: 'not run', expected, observed: 'no user is named in this run' };
  const wrong = identity && {
    ...identity,
    primary: new TextEncoder().encode('zz-conformance-nobody'),
    secondary: new TextEncoder().encode('wrong'),
  };
  const given = variant === 'missing' ? undefined : variant === 'wrong' ? wrong : identity;
  try {
    await using association = await run.associate([verificationContext], {
      identity: given && { ...given, positiveResponseRequested: positiveResponse ? 1 : 0 },
    });
    const response = association.userIdentityResponse;
    const observed = `accepted${response ? ' with a positive response' : ''}`;
    const answered = !positiveResponse || response !== undefined;
    return verdict(check.expected === 'accepted' && answered, expected, observed);
  } catch (error) {
    if (error instanceof NetworkError && error.fault === 'rejected')
      return verdict(check.expected === 'refused', expected, error.message);
    return outcomeOfError(error, expected);
  }
}
