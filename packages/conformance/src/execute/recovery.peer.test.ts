// Our side misbehaves while it calls: each fault stands at its point in a capture, real programs get over it, and what keeps pieces is found.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { bind, listen, queryFind, service, storage, verificationScp } from '@concord/network';
import { freePort, type Running, run, start, temporaryFolder } from '../../../network/testing/programs.ts';
import { startPeer } from '../../testing/live-peers.ts';
import { peerStatement } from '../../testing/peer-statements.ts';
import { recordingProxy } from '../../testing/recording-proxy.ts';
import { system } from '../../testing/systems.ts';
import { pdusIn, type SeenPdu } from '../../testing/tshark.ts';
import { createPlan } from '../plan/plan.ts';
import { storeCourses } from '../plan/recovery-faults.ts';
import { runPlan } from './run.ts';
import type { Target } from './target.ts';

const [verification, ct, find] = ['1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.5.1.4.1.2.2.1'];
const care = { pause: 0, objectsPerSecond: 1000, connect: 5, associate: 10, response: 10, patience: 0.4 };

type Options = NonNullable<Parameters<typeof runPlan>[2]>;

/** What became of the items, by identifier. */
async function results(claims: unknown, target: Target, ids: RegExp, more: Options = {}) {
  const { results: all } = await runPlan(createPlan(claims), target, {
    care,
    allow: ['adds data', 'changes data', 'disturbs'],
    only: ({ id }) => ids.test(id),
    ...more,
  });
  return Object.fromEntries(
    all
      .filter(({ id }) => ids.test(id))
      .map(({ id, result, observed, differences = [] }) => [id, `${result}: ${[observed, ...differences].join('; ')}`]),
  );
}

const archive = system({
  name: 'Archive',
  accepts: [
    { name: 'Echo', offers: [{ uid: verification }] },
    { name: 'Keep', offers: [{ uid: ct }] },
    { name: 'Answer', offers: [{ uid: find }] },
  ],
});

/** What the client sends on a connection: types, and of a P-DATA-TF the flags; the same many times is told once. */
const courseOf = (pdus: readonly SeenPdu[]): string =>
  pdus
    .filter(({ from }) => from === 'client')
    .map(({ type, flags }) => (type === 4 ? `data:${flags}` : String(type)))
    .filter((each, at, all) => each !== all[at - 1])
    .join(' ');

test('[CS-EXE-08] as SCU: each fault stands at its point, as tshark reads it, and storescp gets over each', async (context) => {
  await using peer = await startPeer('storescp');
  const proxy = await recordingProxy(context, peer.target.port);
  const claims = system({
    name: 'Store',
    accepts: [{ name: 'Keep', offers: [{ uid: verification }, { uid: ct }] }],
  });
  const found = await results(claims, { ...peer.target, port: proxy.port }, /^recovery\/(?!restart)/);
  assert.equal(Object.keys(found).length, 14);
  for (const [id, text] of Object.entries(found)) assert.match(text, /^passed: after/, id);
  const pdus = await pdusIn(proxy.connections);
  // Two connections before the first item; then the fault and the C-ECHO of each.
  const courses = new Map(
    Object.keys(found).map((id, index) => {
      const seen = pdus.filter(({ connection }) => connection === 2 + 2 * index);
      return [id.replace('recovery/', ''), { course: courseOf(seen), seen }];
    }),
  );
  const wanted = {
    'abort-before-a-data-set': '1 data:3 7',
    'abort-in-a-data-set': '1 data:3 data:0 7',
    'abort-after-a-data-set': '1 data:3 data:0 data:2 7',
    'cut-in-a-data-set': '1 data:3 data:0',
    'cut-after-a-data-set': '1 data:3 data:0 data:2',
    'silence-in-a-data-set': '1 data:3 data:0',
    'delay-in-a-data-set': '1 data:3 data:0 data:2 7',
    'short-pdus': '1 data:3 data:0 data:2 7',
    'refused-context': '1 data:3',
    abort: '1 7',
  };
  for (const [id, course] of Object.entries(wanted)) assert.equal(courses.get(id)?.course, course, id);
  assert.ok((courses.get('short-pdus')?.seen.length ?? 0) > 90, 'small fragments');
  for (const id of ['delay-in-a-data-set', 'short-pdus'])
    assert.ok(
      courses.get(id)?.seen.some(({ from, type }) => from === 'server' && type === 4),
      `${id} is answered`,
    );
});

test('[CS-TPL-13] dcmqrscp keeps nothing of what did not arrive whole, and all of what did', async () => {
  await using peer = await startPeer('dcmqrscp');
  const found = await results(peerStatement('dcmqrscp'), peer.target, /^recovery\/(?!restart)/);
  assert.equal(Object.keys(found).length, 6 + Object.keys(storeCourses).length);
  for (const [id, text] of Object.entries(found)) assert.match(text, /^passed/, id);
});

describe('an archive that is not careful', () => {
  /** Takes everything; finds everything, or nothing. */
  async function careless(matches: 0 | 1) {
    const acceptor = await listen({
      host: '127.0.0.1',
      port: 0,
      applicationEntities: [
        {
          aeTitle: 'ARCHIVE',
          services: [
            verificationScp,
            bind(service({ ...storage, sopClasses: [ct] }), {
              'C-STORE': async (request) => {
                for await (const _ of request.dataSet);
                return { code: 0x0000 };
              },
            }),
            bind(queryFind, {
              async *'C-FIND'({ identifier }) {
                if (matches === 1) yield { code: 0xff00, identifier };
                yield { code: 0x0000 };
              },
            }),
          ],
        },
      ],
    });
    const target: Target = { host: '127.0.0.1', port: acceptor.port, calledAeTitle: 'ARCHIVE' };
    return { target, [Symbol.asyncDispose]: () => acceptor.close() };
  }

  test('one that keeps pieces, and one that forgets what it answered with success, are found', async () => {
    await using keeps = await careless(1);
    const pieces = await results(archive, keeps.target, /^recovery\/abort-(?:before|in|after)/);
    assert.match(pieces['recovery/abort-before-a-data-set'] ?? '', /^failed: .*did not arrive whole is found/);
    assert.match(pieces['recovery/abort-in-a-data-set'] ?? '', /^failed: .*did not arrive whole is found/);
    assert.match(pieces['recovery/abort-after-a-data-set'] ?? '', /^passed/);
    await using forgets = await careless(0);
    const lost = await results(archive, forgets.target, /^recovery\/(?:short|delay|abort-in)/);
    assert.match(lost['recovery/short-pdus'] ?? '', /^failed: .*what was stored is not found/);
    assert.match(lost['recovery/delay-in-a-data-set'] ?? '', /^failed: .*what was stored is not found/);
    assert.match(lost['recovery/abort-in-a-data-set'] ?? '', /^passed/);
  });
});

describe('a restart', () => {
  async function restartable() {
    const folder = temporaryFolder();
    const port = await freePort();
    const files = join(folder.path, 'archive');
    writeFileSync(
      join(folder.path, 'dcmqrscp.cfg'),
      `NetworkTCPPort = ${port}\nMaxPDUSize = 16384\nMaxAssociations = 16\nHostTable BEGIN\nHostTable END\nAETable BEGIN\nARCHIVE ${files} RW (500, 1024mb) ANY\nAETable END\n`,
    );
    const begin = (): Promise<Running> => {
      mkdirSync(files, { recursive: true });
      return start('dcmqrscp', ['-c', 'dcmqrscp.cfg'], port, folder.path);
    };
    let running = await begin();
    /** With the processes that serve associations. */
    const end = async (): Promise<void> => {
      await run('pkill', ['-KILL', '-P', String(running.process.pid)]);
      await running.stop();
    };
    let restarting: Promise<void> = Promise.resolve();
    const again = async (between: () => void): Promise<void> => {
      await end();
      between();
      running = await begin();
    };
    return {
      target: { host: '127.0.0.1', port, calledAeTitle: 'ARCHIVE' },
      restart: (between: () => void = () => undefined): void => {
        restarting = again(between);
        restarting.catch(() => undefined);
      },
      files,
      [Symbol.asyncDispose]: async () => {
        await restarting;
        await end();
        folder[Symbol.dispose]();
      },
    };
  }
  const id = 'recovery/restart';
  const restarting = (ask: () => void, patience = 30): Options => ({
    assisted: true,
    ask,
    care: { ...care, patience },
  });

  test('[CS-TPL-37] dcmqrscp is stopped and started: what it had is there; one that comes back empty is found', async () => {
    await using peer = await restartable();
    const found = await results(
      archive,
      peer.target,
      /restart/,
      restarting(() => peer.restart()),
    );
    assert.match(found[id] ?? '', /^passed: there again, with 1 instances/);
    const emptied = () => peer.restart(() => rmSync(peer.files, { recursive: true }));
    const empty = await results(archive, peer.target, /restart/, restarting(emptied, 3));
    assert.match(empty[id] ?? '', /^failed: .*was stored before the restart, and is not found/);
  });

  test('one that nobody restarts is not judged', async () => {
    await using peer = await restartable();
    const found = await results(archive, peer.target, /restart/, { assisted: true, care: { ...care, patience: 0.5 } });
    assert.match(found[id] ?? '', /^inconclusive: the system was there all the time/);
  });
});
