// Checks of what the system under test initiates: our side answers by script, well or badly, and watches what it does. PS3.2 A.4.2.x.3
import { setTimeout as wait } from 'node:timers/promises';
import type { AssociationRecord } from '@concord/network';
import { isAway } from '../../plan/behaviour.ts';
import type { Check } from '../../plan/check.ts';
import { formatRecord } from '../evidence.ts';
import { hex, inconclusive, type Outcome, verdict } from '../outcome.ts';
import type { OurSide, RunContext } from '../run-context.ts';
import { openScriptedSide, type ScriptedSide } from './scripted-side.ts';

export type Called = Extract<Check, { kind: 'called' }>;

/** Seconds after the last association in which nothing more may come. */
const quiet = 1;

/** What has come so far, for whoever judges it. */
interface Seen {
  readonly side: ScriptedSide;
  readonly records: readonly AssociationRecord[];
}

const isWork = ({ end }: AssociationRecord): boolean => end.kind !== 'no association';

/** Fault or no fault: it is judged when the first association is over. */
function judgedOnce(record: AssociationRecord, { behaviour }: Called, patience: number): Outcome {
  const works = behaviour === 'answer' || behaviour === 'small PDUs';
  const expected = works ? 'the work is done to the end' : 'the system ends the association and tells its user';
  const observed = formatRecord(record);
  const done = record.operations.some(({ by, status }) => by === 'peer' && (status === 0 || status === 0xff00));
  const released = record.end.kind === 'released';
  if (works) return verdict(done && released, expected, observed);
  if (behaviour === 'delay' && done && released)
    return verdict(true, 'the system waits, and does its work to the end', observed);
  if (behaviour === 'refuse contexts') return verdict(record.end.kind !== 'aborted by us', expected, observed);
  if (record.end.kind === 'aborted by us' && behaviour === 'silence')
    return verdict(false, expected, `it waited for more than ${patience} s: ${observed}`);
  return inconclusive(expected, `${observed}; what it tells its user has to be looked at`);
}

/** What was disturbed has come again and was taken, and all is over. */
function isWhole({ side }: Seen, { behaviour }: Called): boolean {
  const { disturbed, confirmed, open } = side;
  const met = isAway(behaviour) || disturbed.size > 0;
  return met && confirmed.size > 0 && !open() && [...disturbed].every((uid) => confirmed.has(uid));
}

/** After the fault the system is answered well: nothing may be lost, and nothing may come twice. */
function judgedAgain({ side, records }: Seen, { behaviour }: Called, patience: number): Outcome {
  const expected = 'after the fault everything comes, each object once';
  const { disturbed, confirmed } = side;
  const twice = [...confirmed].filter(([, count]) => count > 1).map(([uid]) => uid);
  const missing = [...disturbed].filter((uid) => !confirmed.has(uid));
  const ends = records.map(({ end }) => end.kind).join(', ');
  const observed = `${records.length} associations (${ends}); disturbed ${disturbed.size}, taken ${confirmed.size}`;
  if (twice.length > 0) return verdict(false, expected, `${observed}; taken more than once: ${twice.join(', ')}`);
  if (side.open()) return verdict(false, expected, `${observed}; an association is still open after ${patience} s`);
  if (records.length === 0) return { result: 'not run', expected, observed: `nobody called within ${patience} s` };
  if (!isAway(behaviour) && disturbed.size === 0)
    return inconclusive(expected, `${observed}; nothing came that could be disturbed`);
  if (missing.length > 0 || confirmed.size === 0)
    return inconclusive(expected, `${observed}; not sent again within ${patience} s: compare it with what is stated`);
  return verdict(true, expected, observed);
}

/** Waits until nothing more is expected, or for as long as the run has patience. */
async function watch(seen: Seen, check: Called, signal: AbortSignal): Promise<void> {
  const over = (): boolean => (check.again ? isWhole(seen, check) : seen.records.some(isWork));
  try {
    for (;;) {
      while (!over()) await wait(20, undefined, { signal });
      if (!check.again) return;
      await wait(quiet * 1000, undefined, { signal });
      if (over()) return;
    }
  } catch {
    // The time is up, or the run was stopped: what has come is judged.
  }
}

const wordsOf = ({ behaviour, seconds, status, again }: Called): string => {
  const does = isAway(behaviour)
    ? `not listen for ${seconds} s${behaviour === 'away at a restart' ? ', in which the system is to be restarted' : ''}`
    : behaviour === 'status'
      ? `answer ${hex(status ?? 0)}`
      : behaviour;
  return `our side will ${does}${behaviour === 'delay' ? ` for ${seconds} s` : ''}${again ? ', then answer' : ''}`;
};

async function observe(run: RunContext, check: Called, ourSide: OurSide): Promise<Outcome> {
  const { care, evidence } = run;
  const records: AssociationRecord[] = [];
  const words = (port: number): string =>
    `${check.operation} by the system under test to ${ourSide.aeTitle} at port ${port}: ${wordsOf(check)}`;
  const away = isAway(check.behaviour);
  if (away) {
    run.ask(words(ourSide.port));
    await wait((check.seconds ?? 0) * 1000, undefined, { signal: run.signal });
  }
  const side = await openScriptedSide(ourSide, check, (record) => {
    evidence.add(record);
    records.push(record);
  });
  const seen = { side, records };
  try {
    if (!away) run.ask(words(side.port));
    const limit = AbortSignal.any([run.signal, AbortSignal.timeout(care.patience * 1000)]);
    await watch(seen, check, limit);
    if (check.again) return judgedAgain({ side, records: records.filter(isWork) }, check, care.patience);
    const record = records.find(isWork);
    if (record) return judgedOnce(record, check, care.patience);
    const expected = 'a call';
    return side.open()
      ? verdict(false, expected, `still open after ${care.patience} s`)
      : { result: 'not run', expected, observed: `nobody called within ${care.patience} s` };
  } finally {
    await side.close();
  }
}

/** Waits for a call, and for its end. */
export async function called(run: RunContext, check: Called): Promise<Outcome> {
  if (!run.ourSide)
    return { result: 'not run', expected: 'a call', observed: 'it has not been said where the system can call us' };
  const seconds = Math.min(check.seconds ?? 0, run.care.patience / 2);
  return observe(run, { ...check, seconds }, run.ourSide);
}
