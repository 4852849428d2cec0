// Checks of time-outs: our side falls silent, and the wait until the system ends the connection is measured. PS3.8 9.1.5, PS3.2 A.4.4.2
import type { Check } from '../../plan/check.ts';
import { inconclusive, type Outcome, verdict } from '../outcome.ts';
import { associateRequest, pdu, RawConnection } from '../raw-connection.ts';
import type { RunContext } from '../run-context.ts';
import { defaultCallingAeTitle } from '../target.ts';

type TimeOut = Extract<Check, { kind: 'time-out' }>;

/** How far the measured time may be from the stated one, in seconds. */
const tolerance = (seconds: number): number => Math.max(1, seconds * 0.05);

/** The beginning of a P-DATA-TF: 200 bytes are announced, the value of a command that begins, and 34 bytes come. PS3.8 9.3.5 */
const halfOfAMessage = pdu(0x04, Uint8Array.of(0, 0, 0, 196, 1, 3), new Uint8Array(194)).subarray(0, 40);

/** Says what has to be said before the silence; undefined where the system does not take it. */
async function prepare(
  run: RunContext,
  connection: RawConnection,
  silent: TimeOut['silent'],
): Promise<string | undefined> {
  if (silent === 'before the request') return undefined;
  const { calledAeTitle, callingAeTitle = defaultCallingAeTitle } = run.target;
  connection.send(associateRequest({ calledAeTitle, callingAeTitle }));
  const answer = await connection.answer(run.care.associate, run.signal);
  if (answer.kind !== 'pdu' || answer.type !== 2) return 'the association is not accepted';
  connection.forget();
  if (silent === 'in a message') connection.send(halfOfAMessage);
  return undefined;
}

export async function timeOut(run: RunContext, { silent, seconds }: TimeOut): Promise<Outcome> {
  const allowed = tolerance(seconds);
  const expected = `ended after ${seconds} s, within ${allowed.toFixed(1)} s`;
  const connection = await RawConnection.open(run.target, run.care.connect, run.signal).catch(
    (error: unknown) => error,
  );
  if (!(connection instanceof RawConnection)) return inconclusive(expected, `no connection: ${String(connection)}`);
  try {
    const refusal = await prepare(run, connection, silent);
    if (refusal !== undefined) return inconclusive(expected, refusal);
    const began = performance.now();
    const end = await connection.answer(seconds + allowed + 1, run.signal);
    const after = (performance.now() - began) / 1000;
    if (end.kind === 'silence') return verdict(false, expected, `still open after ${after.toFixed(1)} s`);
    const how = end.kind === 'pdu' ? (end.type === 7 ? 'A-ABORT' : `a PDU of type ${end.type}`) : 'closed';
    run.evidence.note(`silence ${silent}: ${how} after ${after.toFixed(3)} s`);
    return verdict(Math.abs(after - seconds) <= allowed, expected, `${how} after ${after.toFixed(1)} s`);
  } finally {
    connection.close();
  }
}
