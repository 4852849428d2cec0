// Messages in an association that stands: order, refusals, cancellation, releases, cuts. PS3.7 9, PS3.8 9.2.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSet, writeDataSet } from '@concord/dicom';
import { type TestAcceptor, testAcceptor } from '../../testing/acceptor.ts';
import { ctImageStorage, ctSlice, implicitVrLittleEndian } from '../../testing/instances.ts';
import { ScriptedPeer } from '../../testing/scripted-peer.ts';
import {
  cancelRq,
  command,
  dataSet,
  echoRq,
  findRq,
  pData,
  releaseRp,
  releaseRq,
  storeRq,
  windowItem,
} from '../../testing/wire.ts';
import {
  type BoundService,
  bind,
  type ListenOptions,
  NetworkError,
  queryFind,
  queryRetrieveSopClasses,
  type StoreRequest,
  storage,
  verificationScp,
} from '../index.ts';

const verification = { id: 1, abstract: '1.2.840.10008.1.1', transfer: [implicitVrLittleEndian] };
const ct = { id: 3, abstract: ctImageStorage, transfer: ['1.2.840.10008.1.2.1'] };
const find = { id: 5, abstract: queryRetrieveSopClasses.studyRootFind, transfer: [implicitVrLittleEndian] };
const slice = ctSlice(1);

interface Pair extends AsyncDisposable {
  readonly acceptor: TestAcceptor;
  readonly peer: ScriptedPeer;
}
async function associated(
  services: readonly BoundService[],
  options: Partial<ListenOptions> = {},
  user: readonly Buffer[] = [],
): Promise<Pair> {
  const acceptor = await testAcceptor([verificationScp, ...services], options);
  const peer = await ScriptedPeer.associate(acceptor.port, { contexts: [verification, ct, find], user });
  return {
    acceptor,
    peer,
    [Symbol.asyncDispose]: async () => {
      peer.close();
      await acceptor.close();
    },
  };
}
const storing = (
  handler: (
    request: StoreRequest,
    signal: AbortSignal,
  ) => Promise<{ code: 0x0000 | 0xa700 | 0xb000; comment?: string }>,
): BoundService => bind(storage, { 'C-STORE': (request, { signal }) => handler(request, signal) });
const readAll = async ({ dataSet: bytes }: StoreRequest): Promise<{ code: 0x0000 }> => {
  for await (const _ of bytes);
  return { code: 0x0000 };
};
const status = async (
  peer: ScriptedPeer,
): Promise<readonly [number | string | undefined, number | string | undefined]> => {
  const response = await peer.nextCommand();
  return [response.get(0x0120), response.get(0x0900)];
};

describe('a request that is refused is answered with the status of the standard', () => {
  const cases: readonly (readonly [string, readonly Buffer[], number])[] = [
    [
      'an unknown command: 0211',
      [
        command(1, [
          [0x0002, '1.2.840.10008.1.1'],
          [0x0100, 0x0777],
          [0x0110, 9],
          [0x0800, 0x0101],
        ]),
      ],
      0x0211,
    ],
    [
      'an operation that the service has not: 0211',
      [
        command(3, [
          [0x0002, ctImageStorage],
          [0x0100, 0x0030],
          [0x0110, 9],
          [0x0800, 0x0101],
        ]),
      ],
      0x0211,
    ],
    [
      'another SOP Class than the context: 0122',
      [storeRq(9, '1.2.840.10008.5.1.4.1.1.4', '1.2.3', 3), dataSet(3, slice.bytes)],
      0x0122,
    ],
    [
      'a C-STORE without Affected SOP Instance UID: 0212',
      [
        command(3, [
          [0x0002, ctImageStorage],
          [0x0100, 1],
          [0x0110, 9],
          [0x0800, 0],
        ]),
        dataSet(3, slice.bytes),
      ],
      0x0212,
    ],
    [
      'a C-FIND without identifier: 0212',
      [
        command(5, [
          [0x0002, find.abstract],
          [0x0100, 0x0020],
          [0x0110, 9],
          [0x0800, 0x0101],
        ]),
      ],
      0x0212,
    ],
    [
      'a C-FIND whose identifier cannot be read: C000',
      [findRq(9, find.abstract, 5), dataSet(5, Buffer.from('080052004300ffff7f', 'hex'))],
      0xc000,
    ],
  ];
  for (const [name, bytes, code] of cases)
    test(name, async () => {
      await using pair = await associated([storing(readAll), bind(queryFind, { 'C-FIND': async function* () {} })]);
      pair.peer.send(...bytes);
      assert.deepEqual(await status(pair.peer), [9, code]);
      pair.peer.send(echoRq(10));
      assert.deepEqual(await status(pair.peer), [10, 0], 'the association goes on');
    });

  test('a message ID that is in use: 0210; the first request is not disturbed', async () => {
    const gate = Promise.withResolvers<void>();
    const slow = storing(async (request) => {
      await gate.promise;
      return readAll(request);
    });
    await using pair = await associated([slow], { limits: { operationsPerformed: 4 } }, [windowItem(4, 1)]);
    pair.peer.send(storeRq(7, ctImageStorage, slice.sopInstanceUid, 3), dataSet(3, slice.bytes), echoRq(7));
    assert.deepEqual(await status(pair.peer), [7, 0x0210]);
    gate.resolve();
    assert.deepEqual(await status(pair.peer), [7, 0x0000]);
  });
});

describe('a message that makes no sense ends the association with A-ABORT', () => {
  const cases: readonly (readonly [string, readonly Buffer[]])[] = [
    ['a data set without its command', [dataSet(3, slice.bytes)]],
    ['a command inside a data set', [storeRq(1, ctImageStorage, '1.2.3', 3), pData(3, 0, slice.bytes), echoRq()]],
    [
      'a data set on another context than its command',
      [storeRq(1, ctImageStorage, '1.2.3', 3), pData(5, 0, slice.bytes)],
    ],
    ['a context that was not accepted', [echoRq(1, 99)]],
    [
      'a request without Message ID',
      [
        command(1, [
          [0x0002, '1.2.840.10008.1.1'],
          [0x0100, 0x0030],
          [0x0800, 0x0101],
        ]),
      ],
    ],
    ['a command without Command Field', [command(1, [[0x0110, 1]])]],
    [
      'a response that nobody waits for',
      [
        command(1, [
          [0x0100, 0x8030],
          [0x0120, 1],
          [0x0800, 0x0101],
          [0x0900, 0],
        ]),
      ],
    ],
    ['a command set that never ends', [...Array.from({ length: 5 }, () => pData(1, 1, Buffer.alloc(16000)))]],
    ['a second A-ASSOCIATE-RQ', [Buffer.concat([Buffer.from('0100000000440001', 'hex'), Buffer.alloc(66)])]],
  ];
  for (const [name, bytes] of cases)
    test(name, async () => {
      await using pair = await associated([storing(readAll)]);
      pair.peer.send(...bytes);
      assert.match(await pair.peer.nextHex(), /^07 0000020[1-6]$/, 'by the service provider');
      assert.equal(await pair.peer.next(), 'closed');
      pair.peer.close();
      const { end } = await pair.acceptor.nextRecord();
      assert.equal(end.kind, 'aborted by us');
      assert.ok(end.detail.length > 10, end.detail);
    });
});

describe('an object that does not arrive whole', () => {
  for (const [name, finish] of [
    ['the connection is cut', (peer: ScriptedPeer) => peer.socket.destroy()],
    ['the connection is reset', (peer: ScriptedPeer) => peer.socket.resetAndDestroy()],
    ['the peer aborts', (peer: ScriptedPeer) => peer.send(Buffer.from('07000000000400000000', 'hex'))],
    ['the peer closes its side', (peer: ScriptedPeer) => peer.socket.end()],
  ] as const)
    test(`${name}: the handler is told by NetworkError, and its signal is aborted`, async () => {
      const seen = Promise.withResolvers<{ error: unknown; bytes: number; aborted: boolean }>();
      const keep = storing(async (request, signal) => {
        let bytes = 0;
        try {
          for await (const chunk of request.dataSet) bytes += chunk.length;
          return { code: 0x0000 };
        } catch (error) {
          seen.resolve({ error, bytes, aborted: signal.aborted });
          throw error;
        }
      });
      await using pair = await associated([keep]);
      pair.peer.send(storeRq(1, ctImageStorage, slice.sopInstanceUid, 3), pData(3, 0, slice.bytes.subarray(0, 200)));
      await pause(20);
      finish(pair.peer);
      const { error, bytes, aborted } = await seen.promise;
      assert.ok(error instanceof NetworkError, String(error));
      assert.ok(bytes <= 200 && aborted);
      pair.peer.close();
      const record = await pair.acceptor.nextRecord();
      assert.notEqual(record.end.kind, 'released');
      assert.deepEqual(record.counts, {}, 'nothing was answered');
    });
});

describe('handlers', () => {
  test('one that answers early lets the rest of the object go by, and the next request is served', async () => {
    await using pair = await associated([storing(async () => ({ code: 0xa700, comment: 'full' }))]);
    pair.peer.send(storeRq(1, ctImageStorage, '1.2.3', 3), pData(3, 0, Buffer.alloc(10_000)));
    await pause(20);
    pair.peer.send(pData(3, 2, Buffer.alloc(10_000)), echoRq(2));
    assert.deepEqual(await status(pair.peer), [1, 0xa700]);
    assert.deepEqual(await status(pair.peer), [2, 0x0000]);
  });

  test('one that fails is answered with a failure and logged', async () => {
    await using pair = await associated([storing(() => Promise.reject(new Error('disk is gone')))]);
    pair.peer.send(storeRq(1, ctImageStorage, '1.2.3', 3), dataSet(3, slice.bytes));
    const response = await pair.peer.nextCommand();
    assert.equal(response.get(0x0900), 0xc000);
    assert.equal(response.get(0x0902), 'disk is gone');
    assert.ok(pair.acceptor.lines.some((line) => line.startsWith('error') && line.includes('disk is gone')));
  });

  test('one that answers an undeclared status is our fault: C000 goes out instead', async () => {
    const wrong: BoundService = {
      declaration: storage,
      parameters: {},
      handlers: { 'C-STORE': async () => ({ code: 0xc123 }) },
    };
    await using pair = await associated([wrong]);
    pair.peer.send(storeRq(1, ctImageStorage, '1.2.3', 3), dataSet(3, slice.bytes));
    assert.deepEqual(await status(pair.peer), [1, 0xc000]);
  });
});

const identifier = (): Uint8Array => {
  const keys = new DataSet();
  keys.set('QueryRetrieveLevel', 'STUDY');
  return writeDataSet(keys, implicitVrLittleEndian);
};

describe('C-CANCEL', () => {
  test('ends a query that would never end, with FE00, and its handler is told', async () => {
    let told = false;
    const endless = bind(queryFind, {
      'C-FIND': async function* (request, { signal }) {
        try {
          for (;;) yield { code: 0xff00, identifier: request.identifier };
        } finally {
          told = signal.aborted;
        }
      },
    });
    await using pair = await associated([endless]);
    pair.peer.send(findRq(1, find.abstract, 5), dataSet(5, identifier()));
    assert.deepEqual(await status(pair.peer), [1, 0xff00]);
    pair.peer.send(cancelRq(1, 5));
    let last = await status(pair.peer);
    while (last[1] === 0xff00) last = await status(pair.peer);
    assert.deepEqual(last, [1, 0xfe00]);
    assert.ok(told);
  });

  test('of a message that is not being worked on changes nothing', async () => {
    await using pair = await associated([]);
    pair.peer.send(cancelRq(77), echoRq(2));
    assert.deepEqual(await status(pair.peer), [2, 0x0000]);
  });
});

describe('the window of operations', () => {
  const stores = [1, 2, 3, 4].flatMap((number) => [
    storeRq(number, ctImageStorage, `1.2.${number}`, 3),
    dataSet(3, slice.bytes),
  ]);
  const counting = () => {
    const state = { now: 0, most: 0 };
    const service = storing(async (request) => {
      state.now += 1;
      state.most = Math.max(state.most, state.now);
      await pause(request.affectedSopInstanceUid === '1.2.1' ? 60 : 10);
      state.now -= 1;
      return readAll(request);
    });
    return { state, service };
  };

  test('without negotiation requests are worked on one by one, even if they come all at once', async () => {
    const { state, service } = counting();
    await using pair = await associated([service]);
    pair.peer.send(...stores);
    for (const number of [1, 2, 3, 4]) assert.deepEqual(await status(pair.peer), [number, 0]);
    assert.equal(state.most, 1);
  });

  test('with a window of three, three are worked on, and answers come in any order', async () => {
    const { state, service } = counting();
    await using pair = await associated([service], { limits: { operationsPerformed: 3 } }, [windowItem(8, 1)]);
    pair.peer.send(...stores);
    const order = [];
    for (let count = 0; count < 4; count += 1) order.push((await status(pair.peer))[0]);
    assert.equal(state.most, 3);
    assert.deepEqual([...order].sort(), [1, 2, 3, 4]);
    assert.notEqual(order[0], 1, 'the slow one does not hold up the others');
  });
});

describe('release', () => {
  test('is confirmed, and the connection closed when the peer does so', async () => {
    await using pair = await associated([]);
    pair.peer.send(releaseRq);
    assert.equal(await pair.peer.nextHex(), '06 00000000');
    pair.peer.socket.end();
    assert.equal((await pair.acceptor.nextRecord()).end.kind, 'released');
  });

  test('waits for a request that is being worked on', async () => {
    const slow = storing(async (request) => {
      await pause(50);
      return readAll(request);
    });
    await using pair = await associated([slow]);
    pair.peer.send(storeRq(1, ctImageStorage, '1.2.3', 3), dataSet(3, slice.bytes), releaseRq);
    assert.deepEqual(await status(pair.peer), [1, 0]);
    assert.equal(await pair.peer.nextHex(), '06 00000000');
  });

  test('a peer that releases and does not close is closed by the ARTIM timer', async () => {
    await using pair = await associated([], { timeouts: { artim: 0.1 } });
    pair.peer.send(releaseRq);
    assert.equal(await pair.peer.nextHex(), '06 00000000');
    assert.equal(await pair.peer.next(), 'closed');
  });

  test('an A-RELEASE-RP without a request is an unexpected PDU', async () => {
    await using pair = await associated([]);
    pair.peer.send(releaseRp);
    assert.equal(await pair.peer.nextHex(), '07 00000202');
  });
});

test('a peer that is cut into single bytes is understood', async () => {
  await using pair = await associated([storing(readAll)]);
  for (const byte of Buffer.concat([
    storeRq(1, ctImageStorage, '1.2.3', 3),
    dataSet(3, slice.bytes.subarray(0, 100)),
    echoRq(2),
  ])) {
    pair.peer.socket.write(Uint8Array.of(byte));
    if (byte % 16 === 0) await pause(0);
  }
  assert.deepEqual(await status(pair.peer), [1, 0]);
  assert.deepEqual(await status(pair.peer), [2, 0]);
});

test('closing the acceptor finishes the object that comes in, then aborts', async () => {
  const slow = storing(async (request) => {
    await readAll(request);
    await pause(60);
    return { code: 0x0000 };
  });
  const pair = await associated([slow]);
  pair.peer.send(storeRq(1, ctImageStorage, '1.2.3', 3), dataSet(3, slice.bytes));
  await pause(20);
  const closed = pair.acceptor.close(2000);
  assert.deepEqual(await status(pair.peer), [1, 0]);
  assert.match(await pair.peer.nextHex(), /^07 /);
  pair.peer.close();
  await closed;
});
