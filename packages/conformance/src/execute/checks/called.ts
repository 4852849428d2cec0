// Checks of what the system under test initiates: our side answers by script, well or badly, and watches what it does. PS3.2 A.4.2.x.3
import { type DataSet, isStorageSopClass, storageSopClasses } from '@concord/dicom';
import {
  type AssociationRecord,
  type BoundService,
  dataSetSyntaxes,
  listen,
  type Operation,
  type OperationContext,
  storageSyntaxes,
  verificationScp,
} from '@concord/network';
import type { Check } from '../../plan/check.ts';
import { formatRecord } from '../evidence.ts';
import { inconclusive, type Outcome, verdict } from '../outcome.ts';
import type { RunContext } from '../run-context.ts';

type Called = Extract<Check, { kind: 'called' }>;

const codes: Readonly<Record<Called['behaviour'], number>> = {
  answer: 0x0000,
  'refuse contexts': 0x0000,
  'failure status': 0xa700,
  'warning status': 0xb000,
  abort: 0x0000,
  silence: 0x0000,
};

const statuses = { 0x0000: 'done', 0xa700: 'out of resources', 0xb000: 'with a warning', 0xff00: 'one match' };

/** What happens before the answer: nothing, an abort, or nothing ever. */
type Before = (context: OperationContext) => Promise<void>;

/** An item of a worklist, or whatever else is asked for. */
function answerTo(identifier: DataSet): DataSet {
  const answer = identifier.clone();
  answer.set('PatientName', 'ZZTEST^CALLED');
  answer.set('PatientID', 'ZZTEST-CALLED');
  return answer;
}

function handlersOf(code: number, before: Before): BoundService['handlers'] {
  const normalized = async (_request: unknown, context: OperationContext) => {
    await before(context);
    return { code };
  };
  return {
    'C-ECHO': async (context) => {
      await before(context);
      return { code };
    },
    'C-STORE': async (request, context) => {
      for await (const _ of request.dataSet.borrowed()); // nothing is kept
      await before(context);
      return { code };
    },
    'C-FIND': async function* ({ identifier }, context) {
      await before(context);
      if (code === 0) yield { code: 0xff00, identifier: answerTo(identifier) };
      yield { code };
    },
    'N-CREATE': normalized,
    'N-SET': normalized,
    'N-GET': normalized,
    'N-ACTION': normalized,
    'N-DELETE': normalized,
  };
}

const isOperation = (name: string): name is Operation => /^[CN]-[A-Z-]+$/.test(name);

function serviceOf({ operation, sopClasses, behaviour }: Called, before: Before): BoundService {
  const all = sopClasses.some(isStorageSopClass) ? storageSopClasses.map(({ uid }) => uid) : sopClasses;
  return {
    declaration: {
      name: 'Scripted side of a test',
      section: 'PS3.2 6',
      role: 'SCP',
      sopClasses: all,
      transferSyntaxes: operation === 'C-STORE' ? storageSyntaxes : dataSetSyntaxes,
      operations: isOperation(operation) ? { [operation]: { statuses } } : {},
    },
    handlers: handlersOf(codes[behaviour], before),
    parameters: {},
  };
}

function judged(record: AssociationRecord | undefined, { behaviour }: Called, patience: number): Outcome {
  const expected =
    behaviour === 'answer' ? 'the work is done to the end' : 'the system ends the association and tells its user';
  if (!record) return { result: 'not run', expected, observed: `nobody called within ${patience} s` };
  const observed = formatRecord(record);
  const done = record.operations.some(({ by, status }) => by === 'peer' && (status === 0 || status === 0xff00));
  if (behaviour === 'answer') return verdict(done && record.end.kind === 'released', expected, observed);
  if (behaviour === 'refuse contexts') return verdict(record.end.kind !== 'aborted by us', expected, observed);
  if (record.end.kind === 'aborted by us' && behaviour === 'silence')
    return verdict(false, expected, `it waited for more than ${patience} s: ${observed}`);
  return inconclusive(expected, `${observed}; what it tells its user has to be looked at`);
}

/** Waits for a call, and for its end. */
export async function called(run: RunContext, check: Called): Promise<Outcome> {
  const { ourSide, care, evidence } = run;
  const expected = 'a call';
  if (!ourSide) return { result: 'not run', expected, observed: 'it has not been said where the system can call us' };
  const { promise: first, resolve } = Promise.withResolvers<AssociationRecord>();
  const never = new AbortController();
  const before: Before = async ({ association, signal }) => {
    if (check.behaviour === 'abort') acceptor.abort(association.id);
    if (check.behaviour !== 'silence' && check.behaviour !== 'abort') return;
    await new Promise<void>((done) => {
      for (const over of [signal, never.signal]) over.addEventListener('abort', () => done(), { once: true });
    });
  };
  const services = check.behaviour === 'refuse contexts' ? [] : [serviceOf(check, before)];
  const verifies = check.operation === 'C-ECHO' ? [] : [verificationScp];
  const acceptor = await listen({
    host: ourSide.host,
    port: ourSide.port,
    applicationEntities: [{ aeTitle: ourSide.aeTitle, services: [...services, ...verifies] }],
    policy: { calledAeTitles: 'any' },
    onAssociation: (record) => {
      evidence.add(record);

      if (record.end.kind !== 'no association') resolve(record);
    },
  });
  run.ask(
    `${check.operation} by the system under test to ${ourSide.aeTitle} at port ${acceptor.port}: our side will ${check.behaviour}`,
  );
  const limit = AbortSignal.any([run.signal, AbortSignal.timeout(care.patience * 1000)]);
  try {
    const over = new Promise<undefined>((done) =>
      limit.addEventListener('abort', () => done(undefined), { once: true }),
    );
    const record = await Promise.race([first, over]);
    if (record) return judged(record, check, care.patience);
    const open = acceptor.associations().length > 0;
    return open
      ? verdict(false, expected, `still open after ${care.patience} s`)
      : judged(undefined, check, care.patience);
  } finally {
    never.abort();
    await acceptor.close({ graceMs: 500 });
  }
}
