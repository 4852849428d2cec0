// An AbortSignal ends every operation: C-CANCEL where there is one, then A-ABORT; A-ABORT at once for the others. PS3.7 9.3.2.3, 10.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DataSet } from '@concord/dicom';
import { testAcceptor } from '../../testing/acceptor.ts';
import { ctImageStorage, ctSlice, implicitVrLittleEndian as implicit } from '../../testing/instances.ts';
import { type ScriptedPeer, scriptedServer } from '../../testing/scripted-peer.ts';
import { associateAc, command, role } from '../../testing/wire.ts';
import {
  type Association,
  bind,
  type ConnectOptions,
  connect,
  NetworkError,
  queryFind,
  queryRetrieveSopClasses,
  verificationScp,
} from '../index.ts';

const { studyRootFind, studyRootMove, studyRootGet } = queryRetrieveSopClasses;
const mpps = '1.2.840.10008.3.1.2.3.3';
const classes = ['1.2.840.10008.1.1', ctImageStorage, studyRootFind, studyRootMove, studyRootGet, mpps];
const keys = new DataSet();
keys.set('QueryRetrieveLevel', 'STUDY');
const changes = new DataSet();
changes.set('PerformedProcedureStepStatus', 'COMPLETED');

interface Pair extends AsyncDisposable {
  readonly association: Association;
  readonly peer: ScriptedPeer;
}
/** `patience`: seconds for the answer to A-RELEASE, or to C-CANCEL. */
async function pair(options: ConnectOptions = {}, patience = 0.05): Promise<Pair> {
  const server = await scriptedServer();
  const connecting = connect(
    { ...server.peer, timeouts: { release: patience } },
    classes.map((abstractSyntax) => ({
      abstractSyntax,
      transferSyntaxes: abstractSyntax === ctImageStorage ? ['1.2.840.10008.1.2.1'] : [implicit],
      ...(abstractSyntax === mpps && { roles: { scu: true, scp: true } }),
    })),
    options,
  );
  const peer = await server.accepted();
  await peer.next();
  const accepted = classes.map((uid, index) => ({
    id: index * 2 + 1,
    transfer: uid === ctImageStorage ? '1.2.840.10008.1.2.1' : implicit,
  }));
  peer.send(associateAc(accepted, [role(mpps, 1, 1)]));
  return { association: await connecting, peer, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const failure = async (work: Promise<unknown>): Promise<NetworkError> => {
  const error = await work.then(
    () => undefined,
    (cause) => cause,
  );
  assert.ok(error instanceof NetworkError, String(error));
  return error;
};

type Invoke = (association: Association, signal: AbortSignal) => Promise<unknown>;
const step = { sopClassUid: mpps, sopInstanceUid: '1.2.3' };
const single: Readonly<Record<string, Invoke>> = {
  'C-ECHO': (association, signal) => association.echo({ signal }),
  'C-STORE': (association, signal) => association.store(ctSlice(1), { signal }),
  'N-CREATE': (association, signal) => association.nCreate({ ...step, dataSet: changes, signal }),
  'N-SET': (association, signal) => association.nSet({ ...step, dataSet: changes, signal }),
  'N-GET': (association, signal) => association.nGet({ ...step, signal }),
  'N-ACTION': (association, signal) => association.nAction({ ...step, actionTypeId: 1, signal }),
  'N-DELETE': (association, signal) => association.nDelete({ ...step, signal }),
  'N-EVENT-REPORT': (association, signal) => association.nEventReport({ ...step, eventTypeId: 1, signal }),
};
const many: Readonly<Record<string, { readonly code: number; readonly invoke: Invoke }>> = {
  'C-FIND': {
    code: 0x8020,
    invoke: (association, signal) => Array.fromAsync(association.find(studyRootFind, keys, { signal })),
  },
  'C-MOVE': {
    code: 0x8021,
    invoke: (association, signal) => Array.fromAsync(association.move(studyRootMove, keys, 'DEST', { signal })),
  },
  'C-GET': {
    code: 0x8010,
    invoke: (association, signal) =>
      Array.fromAsync(association.get(studyRootGet, keys, { signal, onStore: async () => ({ code: 0 }) })),
  },
};

describe('an operation with one response: A-ABORT at once', () => {
  for (const [name, invoke] of Object.entries(single))
    test(name, async () => {
      await using opened = await pair();
      const controller = new AbortController();
      const work = failure(invoke(opened.association, controller.signal));
      await opened.peer.nextCommand();
      controller.abort(new Error('the user left'));
      const { fault, message } = await work;
      assert.equal(fault, 'cancelled');
      assert.match(message, new RegExp(`${name} given up by the caller`));
      let last = await opened.peer.nextHex();
      while (last.startsWith('04')) last = await opened.peer.nextHex();
      assert.equal(last, '07 00000000');
    });
});

describe('an operation with many responses: C-CANCEL', () => {
  for (const [name, { code, invoke }] of Object.entries(many)) {
    test(`${name}: the final response FE00 ends it, and the association goes on`, async () => {
      await using opened = await pair({}, 60);
      const controller = new AbortController();
      const work = invoke(opened.association, controller.signal);
      const request = await opened.peer.nextCommand();
      controller.abort();
      const cancel = await opened.peer.nextCommand();
      assert.deepEqual([cancel.get(0x0100), cancel.get(0x0120)], [0x0fff, request.get(0x0110)]);
      opened.peer.send(
        command(1, [
          [0x0100, code],
          [0x0120, Number(request.get(0x0110))],
          [0x0800, 0x0101],
          [0x0900, 0xfe00],
        ]),
      );
      const responses = (await work) as readonly { readonly status: { readonly code: number } }[];
      assert.deepEqual(
        responses.map(({ status }) => status.code),
        [0xfe00],
      );
      assert.equal(opened.association.exchange.failure, undefined);
      opened.association.abort();
    });

    test(`${name}: A-ABORT where no final response follows`, async () => {
      await using opened = await pair();
      const controller = new AbortController();
      const work = failure(invoke(opened.association, controller.signal));
      await opened.peer.nextCommand();
      controller.abort();
      assert.match((await work).message, /no final response within 0\.05 s after C-CANCEL/);
    });
  }
});

describe('before anything is sent', () => {
  test('a signal that is aborted already: nothing goes out', async () => {
    await using opened = await pair();
    for (const invoke of [...Object.values(single), ...Object.values(many).map((each) => each.invoke)])
      assert.equal((await failure(invoke(opened.association, AbortSignal.abort()))).fault, 'cancelled');
    const released = failure(opened.association.release());
    assert.equal(await opened.peer.nextHex(), '05 00000000', 'the release is the first that is heard');
    await released;
  });

  test('an operation that waits for the window gives up without harm to the one before it', async () => {
    await using opened = await pair();
    const first = opened.association.echo();
    const request = await opened.peer.nextCommand();
    const controller = new AbortController();
    const second = failure(opened.association.echo({ signal: controller.signal }));
    const third = opened.association.echo();
    controller.abort();
    assert.equal((await second).fault, 'cancelled');
    const response = (messageId: number) =>
      command(1, [
        [0x0100, 0x8030],
        [0x0120, messageId],
        [0x0800, 0x0101],
        [0x0900, 0],
      ]);
    opened.peer.send(response(Number(request.get(0x0110))));
    assert.equal((await first).code, 0);
    opened.peer.send(response(Number((await opened.peer.nextCommand()).get(0x0110))));
    assert.equal((await third).code, 0, 'its turn came all the same');
    opened.association.abort();
  });

  test('a connection that does not come about is given up', async () => {
    const connecting = connect(
      { host: '192.0.2.1', port: 104, calledAeTitle: 'A', callingAeTitle: 'B', timeouts: { connect: 20 } },
      [{ abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: [implicit] }],
      { signal: AbortSignal.timeout(30) },
    );
    const { fault } = await failure(connecting);
    // A network without a route says so before the signal comes.
    assert.ok(fault === 'cancelled' || fault === 'refused', fault);
  });
});

describe('requests of the peer', () => {
  test('the signal of a handler is aborted by C-CANCEL and by the end of the association, each with its reason', async () => {
    const reasons: unknown[] = [];
    const waiting = bind(queryFind, {
      'C-FIND': async function* (_request, { signal }) {
        yield { code: 0xff00, identifier: keys };
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        reasons.push(signal.reason instanceof NetworkError ? signal.reason.fault : signal.reason);
        yield { code: 0xfe00 };
      },
    });
    await using acceptor = await testAcceptor([waiting, verificationScp]);
    const open = () => connect(acceptor.peer, [{ abstractSyntax: studyRootFind, transferSyntaxes: [implicit] }]);
    const cancelled = await open();
    const controller = new AbortController();
    for await (const { status } of cancelled.find(studyRootFind, keys, { signal: controller.signal })) {
      if (status.code === 0xff00) controller.abort();
      else assert.equal(status.code, 0xfe00);
    }
    await cancelled.release();
    await acceptor.nextRecord();
    const aborted = await open();
    const finding = aborted.find(studyRootFind, keys);
    await finding.next();
    aborted.abort();
    await acceptor.nextRecord();
    assert.deepEqual(reasons, ['cancelled', 'aborted']);
  });
});
