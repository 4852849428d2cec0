// The requestor's side against a scripted acceptor: answers, refusals, silence, collisions, windows. PS3.8 7.1, 9.2.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSet, writeDataSet } from '@concord/dicom';
import { ctImageStorage, ctSlice, implicitVrLittleEndian } from '../../testing/instances.ts';
import { freePort } from '../../testing/programs.ts';
import { type ScriptedPeer, scriptedServer } from '../../testing/scripted-peer.ts';
import {
  abortPdu,
  associateAc,
  command,
  dataSet,
  extended,
  item,
  pdu,
  releaseRp,
  releaseRq,
  role,
  storeRq,
  windowItem,
} from '../../testing/wire.ts';
import {
  type Association,
  type AssociationRecord,
  type ConnectOptions,
  connect,
  NetworkError,
  type Peer,
  type ProposedContext,
  queryRetrieveSopClasses,
  type Timeouts,
} from '../index.ts';

const verification: ProposedContext = {
  abstractSyntax: '1.2.840.10008.1.1',
  transferSyntaxes: [implicitVrLittleEndian],
};
const storage: ProposedContext = {
  abstractSyntax: ctImageStorage,
  transferSyntaxes: ['1.2.840.10008.1.2.1'],
  roles: { scu: true, scp: true },
};
const query: ProposedContext = {
  abstractSyntax: queryRetrieveSopClasses.studyRootFind,
  transferSyntaxes: [implicitVrLittleEndian],
  extendedNegotiation: Uint8Array.of(1, 1, 1),
};
const proposed = [verification, storage, query];
const acceptAll = [
  { id: 1, transfer: implicitVrLittleEndian },
  { id: 3, transfer: '1.2.840.10008.1.2.1' },
  { id: 5, transfer: implicitVrLittleEndian },
];

interface Opened extends AsyncDisposable {
  readonly association: Association;
  readonly peer: ScriptedPeer;
  readonly record: Promise<AssociationRecord>;
}
async function opened(
  answer: Buffer = associateAc(acceptAll),
  options: ConnectOptions & { timeouts?: Partial<Timeouts> } = {},
): Promise<Opened> {
  const server = await scriptedServer();
  const record = Promise.withResolvers<AssociationRecord>();
  const connecting = connect({ ...server.peer, ...(options.timeouts && { timeouts: options.timeouts }) }, proposed, {
    ...options,
    onRecord: record.resolve,
  });
  connecting.catch(() => undefined);
  const peer = await server.accepted();
  await peer.next();
  peer.send(answer);
  const association = await connecting;
  return { association, peer, record: record.promise, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const failure = async (work: Promise<unknown>): Promise<NetworkError> => {
  const error = await work.then(
    () => undefined,
    (cause) => cause,
  );
  assert.ok(error instanceof NetworkError, String(error));
  return error;
};

describe('no association', () => {
  const attempt = async (
    answer: (peer: ScriptedPeer) => void,
    timeouts: Partial<Timeouts> = {},
    signal?: AbortSignal,
  ): Promise<NetworkError> => {
    await using server = await scriptedServer();
    const connecting = failure(connect({ ...server.peer, timeouts }, proposed, { signal }));
    const peer = await server.accepted();
    await peer.next();
    answer(peer);
    return await connecting;
  };
  test('rejected: the codes, their words and a remedy', async () => {
    const error = await attempt((peer) => peer.send(pdu(3, Buffer.from([0, 2, 3, 2]))));
    assert.equal(error.fault, 'rejected');
    assert.deepEqual(error.refusal, { result: 2, source: 3, reason: 2 });
    assert.match(error.message, /local limit exceeded \(transient, 2\/3\/2\); try again later/);
  });
  test('aborted', async () => assert.equal((await attempt((peer) => peer.send(abortPdu(2, 1)))).fault, 'aborted'));
  test('closed', async () => assert.equal((await attempt((peer) => peer.socket.end())).fault, 'closed'));
  test('no answer', async () => assert.equal((await attempt(() => undefined, { associate: 0.05 })).fault, 'timeout'));
  test('an answer that is no PDU', async () =>
    assert.equal(
      (await attempt((peer) => peer.send(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')))).fault,
      'aborted',
    ));
  test('given up by the caller', async () => {
    const controller = new AbortController();
    assert.equal((await attempt(() => controller.abort(), {}, controller.signal)).fault, 'cancelled');
  });

  test('nobody listens', async () => {
    const error = await failure(
      connect({ host: '127.0.0.1', port: await freePort(), calledAeTitle: 'A', callingAeTitle: 'B' }, proposed),
    );
    assert.equal(error.fault, 'refused');
    assert.match(error.message, /ECONNREFUSED/);
  });
  test('more than 128 contexts', async () => {
    const peer: Peer = { host: '127.0.0.1', port: 1, calledAeTitle: 'A', callingAeTitle: 'B' };
    assert.equal(
      (
        await failure(
          connect(
            peer,
            Array.from({ length: 129 }, () => verification),
          ),
        )
      ).fault,
      'limit-exceeded',
    );
  });
});

describe('what was agreed', () => {
  test('contexts that were refused, or accepted in a syntax that was not offered, are not used; each has its reason', async () => {
    await using pair = await opened(
      associateAc([
        { id: 1, result: 3, transfer: '' },
        { id: 3, transfer: implicitVrLittleEndian },
      ]),
    );
    assert.deepEqual(pair.association.accepted, []);
    assert.deepEqual(
      pair.association.rejected.map(({ result }) => result),
      [3, 4, 2],
    );
    assert.match(pair.association.rejected[1]?.reason ?? '', /which was not offered/);
    assert.equal((await failure(pair.association.echo())).fault, 'no-context');
  });

  test('roles hold as far as the acceptor returns them', async () => {
    const roles = async (...user: Buffer[]) => {
      await using pair = await opened(associateAc(acceptAll, user));
      const context = pair.association.accepted.find(({ abstractSyntax }) => abstractSyntax === ctImageStorage);
      return [context?.weAreScu, context?.weAreScp];
    };
    assert.deepEqual(await roles(), [true, false], 'none returned: the default');
    assert.deepEqual(await roles(role(ctImageStorage, 1, 1)), [true, true]);
    assert.deepEqual(await roles(role(ctImageStorage, 0, 1)), [false, true]);
  });

  test('extended negotiation and the answer to a user identity are handed on', async () => {
    const response = item(0x59, Buffer.concat([Buffer.from([0, 5]), Buffer.from('token')]));
    await using pair = await opened(associateAc(acceptAll, [extended(query.abstractSyntax, [1, 0, 1]), response]));
    assert.deepEqual([...(pair.association.accepted[2]?.extendedNegotiation ?? [])], [1, 0, 1]);
    assert.equal(Buffer.from(pair.association.userIdentityResponse ?? []).toString(), 'token');
  });
});

const echoRsp = (messageId: number, code = 0): Buffer =>
  command(1, [
    [0x0100, 0x8030],
    [0x0120, messageId],
    [0x0800, 0x0101],
    [0x0900, code],
  ]);

describe('operations', () => {
  test('no response: the association is aborted, since a late one could be taken for another', async () => {
    await using pair = await opened(undefined, { timeouts: { response: 0.05 } });
    const echo = failure(pair.association.echo());
    await pair.peer.next();
    assert.equal((await echo).fault, 'timeout');
    assert.equal(await pair.peer.nextHex(), '07 00000000');
    pair.peer.close();
    assert.match((await pair.record).end.detail, /no response to C-ECHO/);
  });

  test('status, comment, offending element and error ID come back as values', async () => {
    await using pair = await opened();
    const echo = pair.association.echo();
    await pair.peer.next();
    pair.peer.send(
      command(1, [
        [0x0100, 0x8030],
        [0x0120, 1],
        [0x0800, 0x0101],
        [0x0900, 0x0110],
        [0x0902, 'not today'],
        [0x0903, 42],
      ]),
    );
    assert.deepEqual(await echo, { code: 0x0110, comment: 'not today', errorId: 42 });
  });

  test('the peer aborts: whoever waits is told who and why', async () => {
    await using pair = await opened();
    const echo = failure(pair.association.echo());
    await pair.peer.next();
    pair.peer.send(abortPdu(2, 6));
    const error = await echo;
    assert.equal(error.fault, 'aborted');
    assert.match(error.message, /service provider: invalid PDU parameter value \(2\/6\)/);
  });

  test('one at a time unless a window was agreed', async () => {
    await using pair = await opened();
    const echoes = [pair.association.echo(), pair.association.echo()];
    await pair.peer.next();
    const second = pair.peer.next();
    assert.equal(await Promise.race([second, pause(30)]), undefined, 'the second request waits for the first response');
    pair.peer.send(echoRsp(1));
    await second;
    pair.peer.send(echoRsp(2));
    await Promise.all(echoes);
  });

  test('with a window responses are told apart by their message ID', async () => {
    await using pair = await opened(associateAc(acceptAll, [windowItem(3, 1)]), {
      window: { invoked: 8, performed: 1 },
    });
    const echoes = [1, 2, 3, 4].map(() => pair.association.echo());
    for (let count = 0; count < 3; count += 1) await pair.peer.next();
    pair.peer.send(echoRsp(3, 0x0213), echoRsp(1, 0x0211), echoRsp(2));
    assert.deepEqual(
      (await Promise.all(echoes.slice(0, 3))).map(({ code }) => code),
      [0x0211, 0, 0x0213],
    );
    await pair.peer.next();
    pair.peer.send(echoRsp(4));
    assert.equal((await echoes[3])?.code, 0);
  });

  test('a C-FIND that is aborted sends C-CANCEL and gets the final status', async () => {
    await using pair = await opened();
    const controller = new AbortController();
    const keys = new DataSet();
    keys.set('QueryRetrieveLevel', 'STUDY');
    const response = (status: number, hasDataSet: number) =>
      command(5, [
        [0x0100, 0x8020],
        [0x0120, 1],
        [0x0800, hasDataSet],
        [0x0900, status],
      ]);
    const codes: number[] = [];
    const finding = (async () => {
      for await (const { status } of pair.association.find(query.abstractSyntax, keys, { signal: controller.signal })) {
        codes.push(status.code);
        controller.abort();
      }
    })();
    assert.equal((await pair.peer.nextCommand()).get(0x0100), 0x0020);
    pair.peer.send(response(0xff00, 0), dataSet(5, writeDataSet(keys, implicitVrLittleEndian)));
    const cancel = await pair.peer.nextCommand();
    assert.deepEqual([cancel.get(0x0100), cancel.get(0x0120)], [0x0fff, 1]);
    pair.peer.send(response(0xfe00, 0x0101));
    await finding;
    assert.deepEqual(codes, [0xff00, 0xfe00]);
  });

  test('a peer that ignores C-CANCEL is aborted', async () => {
    await using pair = await opened(undefined, { timeouts: { release: 0.05 } });
    const keys = new DataSet();
    keys.set('QueryRetrieveLevel', 'STUDY');
    const finding = failure(
      Array.fromAsync(pair.association.find(query.abstractSyntax, keys, { signal: AbortSignal.timeout(20) })),
    );
    const error = await finding;
    assert.match(error.message, /no final response within 0\.05 s after C-CANCEL/);
  });

  test('a C-STORE that is aborted ends the association: half an object cannot be taken back', async () => {
    await using pair = await opened();
    const controller = new AbortController();
    const endless = {
      ...ctSlice(1),
      open: async function* () {
        for (;;) {
          yield Buffer.alloc(10_000);
          await pause(1);
        }
      },
    };
    const storing = failure(pair.association.store(endless, { signal: controller.signal }));
    await pair.peer.next();
    controller.abort();
    assert.equal((await storing).fault, 'cancelled');
  });

  test('a source that fails before its first byte costs no association; one that fails later does', async () => {
    await using pair = await opened();
    const missing = {
      ...ctSlice(1),
      open: (): AsyncIterable<Uint8Array> => ({
        [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('file is gone')) }),
      }),
    };
    await assert.rejects(pair.association.store(missing), /file is gone/);
    const echo = pair.association.echo();
    const request = await pair.peer.nextCommand();
    pair.peer.send(echoRsp(Number(request.get(0x0110))));
    assert.equal((await echo).code, 0);
    const broken = {
      ...ctSlice(1),
      open: async function* () {
        yield Buffer.alloc(300_000);
        throw new Error('disk error');
      },
    };
    await assert.rejects(pair.association.store(broken), /disk error/);
    assert.match(pair.association.exchange.failure?.message ?? '', /could not be read to its end: disk error/);
  });

  test('a C-STORE of the peer outside a C-GET is refused', async () => {
    await using pair = await opened(associateAc(acceptAll, [role(ctImageStorage, 1, 1)]));
    pair.peer.send(storeRq(9, ctImageStorage, '1.2.3', 3), dataSet(3, ctSlice(1).bytes));
    assert.equal((await pair.peer.nextCommand()).get(0x0900), 0x0122);
  });
});

describe('release', () => {
  test('is over when the peer confirms it', async () => {
    await using pair = await opened();
    const released = pair.association.release();
    assert.equal(await pair.peer.nextHex(), '05 00000000');
    pair.peer.send(releaseRp);
    await released;
    assert.equal((await pair.record).end.kind, 'released');
  });

  test('a collision ends in a release on both sides', async () => {
    await using pair = await opened();
    const released = pair.association.release();
    assert.equal(await pair.peer.nextHex(), '05 00000000');
    pair.peer.send(releaseRq);
    assert.equal(await pair.peer.nextHex(), '06 00000000', 'the requestor answers first (AR-9)');
    pair.peer.send(releaseRp);
    await released;
  });

  test('without an answer the association is aborted', async () => {
    await using pair = await opened(undefined, { timeouts: { release: 0.05 } });
    assert.equal((await failure(pair.association.release())).fault, 'timeout');
    assert.equal(await pair.peer.nextHex(), '05 00000000');
    assert.equal(await pair.peer.nextHex(), '07 00000000');
  });

  test('`await using` leaves nothing open, and aborts where a release is not answered', async () => {
    await using pair = await opened(undefined, { timeouts: { release: 0.05 } });
    {
      await using association = pair.association;
      assert.ok(association.accepted.length > 0);
    }
    assert.equal(await pair.peer.nextHex(), '05 00000000');
    assert.equal(await pair.peer.nextHex(), '07 00000000');
  });
});
