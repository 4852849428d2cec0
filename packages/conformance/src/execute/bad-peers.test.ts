// Peers that go bad in the middle of a plan, and peers that lie about their limits: found, told, and the run ends. PS3.2 6
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { bind, verification as declared, listen, queryFind, service, storage } from '@concord/network';
import { operation, system } from '../../testing/systems.ts';
import { createPlan } from '../plan/plan.ts';
import { type RunReport, runPlan } from './run.ts';
import type { Target } from './target.ts';

const [verification, ct, implicit] = ['1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.1.2'];
const find = '1.2.840.10008.5.1.4.1.2.2.1';
const care = { pause: 0, objectsPerSecond: 1000, connect: 2, associate: 2, response: 2, patience: 0.1 };
const name = 'Maximum PDU size the AE can receive';

const patientId = {
  level: 'STUDY',
  attribute: 'Patient ID',
  tag: '(0010,0020)',
  matching: ['single value', 'universal'],
  returned: true,
};

const claims = (parts: { associations?: number; maximumLength?: number } = {}) =>
  system({
    name: 'Archive',
    accepts: [
      { name: 'Echo', offers: [{ uid: verification }] },
      { name: 'Keep', offers: [{ uid: ct }] },
      {
        name: 'Answer',
        offers: [{ uid: find }],
        conformance: [operation('C-FIND', 'SCP', [find], { keys: [patientId] })],
      },
    ],
    ...(parts.associations !== undefined && { associations: { acceptor: parts.associations } }),
    ...(parts.maximumLength !== undefined && {
      parameters: [{ ae: 'main', name, configurable: false, default: String(parts.maximumLength), unit: 'bytes' }],
    }),
  });

async function archive({ associations = 8, endless = false } = {}) {
  const acceptor = await listen({
    host: '127.0.0.1',
    port: 0,
    limits: { associations, maximumLength: 16_384 },
    applicationEntities: [
      {
        aeTitle: 'ARCHIVE',
        services: [
          bind(service({ ...declared, transferSyntaxes: [implicit] }), { 'C-ECHO': async () => ({ code: 0x0000 }) }),
          bind(service({ ...storage, sopClasses: [ct], transferSyntaxes: [implicit], unknownSopClasses: false }), {
            'C-STORE': async (request) => {
              for await (const _ of request.dataSet);
              return { code: 0x0000 };
            },
          }),
          bind(service({ ...queryFind, transferSyntaxes: [implicit] }), {
            async *'C-FIND'({ identifier }) {
              do yield { code: 0xff00, identifier };
              while (endless);
              yield { code: 0x0000 };
            },
          }),
        ],
      },
    ],
  });
  return { port: acceptor.port, [Symbol.asyncDispose]: () => acceptor.close() };
}

/** A way to the archive that begins to misbehave with the connection of this number. */
async function turning(port: number, from: number, misbehave: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    count += 1;
    if (count > from) return misbehave(socket);
    const onward = connect(port, '127.0.0.1');
    sockets.add(onward);
    onward.on('error', () => socket.destroy());
    socket.pipe(onward).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  const target: Target = { host: '127.0.0.1', port: address.port, calledAeTitle: 'ARCHIVE' };
  return {
    target,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Changes a PDU that goes to the requestor: what is sent in its place, nothing to keep it back. */
type Tamper = (pdu: Buffer, answer: (bytes: Buffer) => void) => readonly Buffer[];

/** Calls back with each whole PDU of a stream. */
function eachPdu(stream: Socket, take: (pdu: Buffer) => void): void {
  let waiting = Buffer.alloc(0);
  stream.on('data', (bytes: Buffer) => {
    waiting = Buffer.concat([waiting, bytes]);
    while (waiting.length >= 6 && waiting.length >= 6 + waiting.readUInt32BE(2)) {
      const pdu = waiting.subarray(0, 6 + waiting.readUInt32BE(2));
      waiting = waiting.subarray(pdu.length);
      take(pdu);
    }
  });
}

/** C-CANCEL-RQ by its Command Field. PS3.7 9.3.2.3 */
const isCancel = (pdu: Buffer): boolean => pdu.includes(Buffer.from([0, 0, 0, 1, 2, 0, 0, 0, 0xff, 0x0f]));

/** A way to the archive on which, from the connection of this number, P-DATA-TF PDUs of the archive are tampered with, and no C-CANCEL arrives. PS3.8 9.3.5 */
const tampering = (port: number, from: number, tamper: Tamper) =>
  turning(port, from, (socket) => {
    const onward = connect(port, '127.0.0.1');
    const end = () => {
      socket.destroy();
      onward.destroy();
    };
    for (const each of [socket, onward]) each.on('error', end).on('close', end);
    const write = (part: Buffer): void => void (socket.writable && socket.write(part));
    eachPdu(socket, (pdu) => void (onward.writable && !isCancel(pdu) && onward.write(pdu)));
    eachPdu(onward, (pdu) => {
      for (const part of pdu[0] === 4 ? tamper(Buffer.from(pdu), write) : [pdu]) write(part);
    });
  });

const resultOf = ({ results }: RunReport, id: string) => results.find((each) => each.id === id)?.result;
const accepting = Buffer.from([7, 0, 0, 0, 0, 4, 0, 0, 0, 0]);

describe('[CS-EXE-05] a peer that turns bad in the middle of the plan', () => {
  const turns: Readonly<Record<string, (socket: Socket) => void>> = {
    'talks garbage': (socket) => socket.on('data', () => socket.write(Buffer.alloc(3000, 0xee))),
    'announces a PDU of four gigabytes': (socket) =>
      socket.on('data', () => socket.write(Buffer.from([2, 0, 0xff, 0xff, 0xff, 0xff, 0, 1]))),
    'answers the wrong PDU': (socket) =>
      socket.on('data', () => socket.write(Buffer.from([6, 0, 0, 0, 0, 4, 0, 0, 0, 0]))),
    hangs: () => undefined,
    aborts: (socket) => socket.on('data', () => socket.end(accepting)),
    'goes away': (socket) => socket.destroy(),
  };
  const store = `store/${ct.replaceAll('.', '-')}`;
  for (const [how, misbehave] of Object.entries(turns))
    test(`${how}: what passed before stays passed, what comes after is never passed, each item has a result`, async () => {
      await using good = await archive();
      const whole = createPlan(claims());
      // Each item waits for a peer that hangs: some are enough.
      const plan =
        how === 'hangs' ? { ...whole, items: whole.items.filter(({ id }, at) => at < 4 || id === store) } : whole;
      // reach, verification, and the first negotiation each take one connection.
      await using peer = await turning(good.port, 2, misbehave);
      const report = await runPlan(plan, peer.target, { care: { ...care, associate: 2, response: 2 } });
      assert.equal(resultOf(report, 'reach'), 'passed');
      assert.equal(resultOf(report, 'verification'), 'passed');
      assert.equal(report.results.length, plan.items.length);
      assert.ok(['failed', 'blocked'].includes(resultOf(report, store) ?? ''), resultOf(report, store));
      const after = report.results.filter(({ id }) => !['reach', 'verification'].includes(id));
      assert.deepEqual(
        after.filter(({ result }) => result === 'passed').map(({ id }) => id),
        [],
      );
      assert.equal(report.leftBehind.length, 0);
    });
});

describe('a peer that lies about its limits', () => {
  const limits = async (claimed: Parameters<typeof claims>[0], actual: Parameters<typeof archive>[0]) => {
    await using peer = await archive(actual);
    const plan = createPlan(claims(claimed));
    const target: Target = { host: '127.0.0.1', port: peer.port, calledAeTitle: 'ARCHIVE' };
    const allow = ['adds data', 'disturbs'] as const;
    const { results } = await runPlan(plan, target, {
      care,
      allow,
      only: ({ check }) => check?.kind === 'associations' || check?.kind === 'maximum length',
    });
    return results;
  };

  test('[CS-EXE-04] fewer associations than claimed, or more, are found; as many as claimed pass', async () => {
    const of = async (claimed: number, associations: number) =>
      (await limits({ associations: claimed }, { associations })).find(({ id }) => id.includes('associations'));
    const fewer = await of(4, 2);
    assert.equal(fewer?.result, 'failed');
    assert.match(fewer?.observed ?? '', /^2 were accepted/);
    const more = await of(2, 4);
    assert.equal(more?.result, 'failed');
    assert.match(more?.observed ?? '', /beyond 2 was accepted/);
    assert.equal((await of(3, 3))?.result, 'passed');
  });

  test('[CS-EXE-04] another maximum length than claimed is found', async () => {
    const of = async (maximumLength: number) =>
      (await limits({ maximumLength }, {})).filter(({ id }) => id.includes('length')).map(({ result }) => result);
    assert.ok((await of(32_768)).every((result) => result === 'failed'));
    const honest = await of(16_384);
    assert.ok(honest.length > 0 && honest.every((result) => result === 'passed'));
  });
});

describe('[CS-EXE-05] a peer that accepts everything and answers wrongly', () => {
  /** The value of an element of two bytes in a command set, replaced. PS3.7 6.3.1 */
  const withValue = (pdu: Buffer, element: number, value: number): Buffer => {
    const at = pdu.indexOf(Buffer.from([0, 0, element & 0xff, element >> 8, 2, 0, 0, 0]));
    if (at >= 0) pdu.writeUInt16LE(value, at + 8);
    return pdu;
  };
  const isDataSet = (pdu: Buffer): boolean => ((pdu[11] ?? 0) & 1) === 0;
  const tooLong = Buffer.alloc(6 + 2_000_000, 0);
  tooLong.set([4, 0]);
  tooLong.writeUInt32BE(2_000_000, 2);
  tooLong.writeUInt32BE(1_999_996, 6);
  tooLong.set([1, 3], 10);

  const wrongs: Readonly<Record<string, readonly [Tamper, store: string, find: string]>> = {
    'to another Message ID': [(pdu) => [withValue(pdu, 0x0120, 0x7777)], 'failed', 'failed'],
    'with a status that nobody has defined': [(pdu) => [withValue(pdu, 0x0900, 0xabcd)], 'failed', 'failed'],
    'on a context that was not accepted': [(pdu) => [pdu.fill(99, 10, 11)], 'failed', 'failed'],
    'in a PDU beyond the maximum that was negotiated': [() => [tooLong], 'failed', 'failed'],
    'with a command set of garbage': [(pdu) => [isDataSet(pdu) ? pdu : pdu.fill(0xee, 12)], 'failed', 'failed'],
    'with a data set of garbage': [(pdu) => [isDataSet(pdu) ? pdu.fill(0xee, 12) : pdu], 'passed', 'failed'],
    'with a fragment longer than its PDU': [(pdu) => [pdu.fill(0xff, 6, 8)], 'failed', 'failed'],
    'with nothing': [() => [], 'failed', 'failed'],
    'with half of it, and goes': [
      (pdu, write) => {
        write(pdu.subarray(0, pdu.length >> 1));
        return [Buffer.from([7, 0, 0, 0, 0, 4, 0, 0, 2, 0])];
      },
      'failed',
      'failed',
    ],
  };
  const store = `store/${ct.replaceAll('.', '-')}`;
  for (const [how, [tamper, stored, found]] of Object.entries(wrongs))
    test(`${how}: each step has a result with a reason, and the plan goes on to its end`, async () => {
      await using good = await archive();
      const whole = createPlan(claims());
      const finding = whole.items.find(({ check }) => check?.kind === 'find');
      assert.ok(finding);
      const wanted = ['reach', 'verification', 'negotiation/answer', store, `${store}/again`, finding.id];
      const plan = { ...whole, items: whole.items.filter(({ id }) => wanted.includes(id)) };
      await using peer = await tampering(good.port, 2, tamper);
      const report = await runPlan(plan, peer.target, { care });
      const told = report.results.map(({ id, result, observed, differences = [] }) => [
        id,
        `${result}: ${[observed, ...differences].join('; ')}`,
      ]);
      const textOf: Readonly<Record<string, string>> = Object.fromEntries(told);
      assert.equal(report.results.length, plan.items.length);
      assert.equal(resultOf(report, 'verification'), 'passed');
      assert.equal(resultOf(report, 'negotiation/answer'), 'passed', 'contexts are accepted as before');
      assert.equal(resultOf(report, store), stored, textOf[store]);
      assert.equal(resultOf(report, finding.id), stored === 'passed' ? found : 'blocked', textOf[finding.id]);
      for (const [id, text] of told) assert.match(text ?? '', /^\S+(?: \S+)*: \S/, id);
      assert.doesNotMatch(textOf[store] ?? '', /our side failed/);
    });

  test('with matches that never end, C-CANCEL or not: the item fails, and the plan goes on', async () => {
    await using good = await archive({ endless: true });
    await using peer = await tampering(good.port, 0, (pdu) => [pdu]);
    const whole = createPlan(claims());
    const items = whole.items.filter(
      ({ id, check }) => check?.kind === 'find' || /^(?:reach|verification|store)/.test(id),
    );
    const plan = { ...whole, items: items.slice(0, items.findIndex(({ check }) => check?.kind === 'find') + 1) };
    const { results } = await runPlan(plan, peer.target, { care, only: ({ id }) => !/bytes/.test(id) });
    const found = results.find(({ id }) => id.startsWith('find/'));
    assert.equal(found?.result, 'failed');
    assert.match(found?.observed ?? '', /2001 matches came after C-CANCEL/);
    assert.ok(results.every(({ observed }) => observed !== ''));
  });
});
