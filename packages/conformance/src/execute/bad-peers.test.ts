// Peers that go bad in the middle of a plan, and peers that lie about their limits: found, told, and the run ends. PS3.2 6
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { bind, verification as declared, listen, service, storage } from '@concord/network';
import { system } from '../../testing/systems.ts';
import { createPlan } from '../plan/plan.ts';
import { type RunReport, runPlan } from './run.ts';
import type { Target } from './target.ts';

const [verification, ct, implicit] = ['1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.1.2'];
const care = { pause: 0, objectsPerSecond: 1000, connect: 2, associate: 2, response: 2, patience: 0.1 };
const name = 'Maximum PDU size the AE can receive';

const claims = (parts: { associations?: number; maximumLength?: number } = {}) =>
  system({
    name: 'Archive',
    accepts: [
      { name: 'Echo', offers: [{ uid: verification }] },
      { name: 'Keep', offers: [{ uid: ct }] },
    ],
    ...(parts.associations !== undefined && { associations: { acceptor: parts.associations } }),
    ...(parts.maximumLength !== undefined && {
      parameters: [{ ae: 'main', name, configurable: false, default: String(parts.maximumLength), unit: 'bytes' }],
    }),
  });

async function archive({ associations = 8 } = {}) {
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
