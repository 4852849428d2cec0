// Several threads on one port: limits of all together, threads that die, the end. PS3.8 7.1, 9.3.4.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { testAuthority } from '../../testing/certificates.ts';
import { deadlyInstance, type EchoData, slowInstance } from '../../testing/echo-thread.ts';
import { ctImageStorage, implicitVrLittleEndian } from '../../testing/instances.ts';
import {
  type Association,
  type AssociationRecord,
  connect,
  type Limits,
  type Log,
  listenOnThreads,
  NetworkError,
  type Peer,
  type ThreadsOptions,
} from '../index.ts';

const module = pathToFileURL(join(import.meta.dirname, '../../testing/echo-thread.ts'));
const contexts = [
  { abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: [implicitVrLittleEndian] },
  { abstractSyntax: ctImageStorage, transferSyntaxes: [implicitVrLittleEndian] },
];

async function threads(limits: Partial<Limits> = {}, options: Partial<ThreadsOptions> & { data?: EchoData } = {}) {
  const records: AssociationRecord[] = [];
  const lines: string[] = [];
  const write = (level: string) => (fields: Readonly<Record<string, unknown>>, text: string) => {
    lines.push(`${level} ${text} ${JSON.stringify(fields)}`);
  };
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const acceptor = await listenOnThreads({
    threads: 2,
    module,
    host: '127.0.0.1',
    port: 0,
    limits,
    log,
    onAssociation: (record) => records.push(record),
    ...options,
  });
  const peer = (callingAeTitle = 'TEST', calledAeTitle = 'CONCORD'): Peer => {
    return { host: '127.0.0.1', port: acceptor.port, calledAeTitle, callingAeTitle };
  };
  return { acceptor, records, lines, peer, [Symbol.asyncDispose]: () => acceptor.close({ graceMs: 0 }) };
}

/** As many as get in of `count` that come at once, and why the others do not. */
async function crowd(peer: (index: number) => Peer, count: number) {
  const came = await Promise.allSettled(Array.from({ length: count }, (_, index) => connect(peer(index), contexts)));
  const open = came.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const why = came.flatMap((one) => (one.status === 'rejected' ? [one.reason as NetworkError] : []));
  return { open, refusals: why.map(({ refusal }) => `${refusal?.result}/${refusal?.source}/${refusal?.reason}`) };
}

const until = async (what: () => boolean | Promise<boolean>): Promise<void> => {
  for (let waited = 0; !(await what()); waited += 10) {
    assert.ok(waited < 15_000, 'it did not come about');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
const releaseAll = (open: readonly Association[]): Promise<unknown> => Promise.all(open.map((one) => one.release()));
const instance = (sopInstanceUid: string) => ({
  sopClassUid: ctImageStorage,
  sopInstanceUid,
  transferSyntaxUid: implicitVrLittleEndian,
  open: async function* () {
    yield Buffer.alloc(1000);
  },
});

test('associations come to all threads, each with an id of its own, and their records and log lines to the main one', async () => {
  await using it = await threads({}, { threads: 3 });
  const { open } = await crowd(() => it.peer(), 24);
  assert.equal(open.length, 24);
  const there = await it.acceptor.associations();
  assert.equal(new Set(there.map(({ id }) => id)).size, 24);
  for (const association of open) assert.equal((await association.echo()).code, 0);
  await releaseAll(open);
  await until(() => it.records.length === 24);
  assert.deepEqual(new Set(it.records.map(({ end }) => end.kind)), new Set(['released']));
  assert.deepEqual(it.records[0]?.counts, { 'C-ECHO 0000H': 1 });
  assert.equal(it.lines.filter((line) => line.startsWith('info association from TEST')).length, 24);
  assert.deepEqual(await it.acceptor.associations(), []);
});

test('the limit of associations holds for all threads together, and a place that is given back is taken again', async () => {
  await using it = await threads({ associations: 10 });
  const { open, refusals } = await crowd(() => it.peer(), 40);
  assert.ok(open.length <= 10, `${open.length} were let in`);
  // Of those that come for the last place at the same moment none may get it: then it is there for the next.
  while (open.length < 10) open.push(await connect(it.peer(), contexts));
  assert.deepEqual(new Set(refusals), new Set(['2/3/2']));
  await assert.rejects(connect(it.peer(), contexts), { fault: 'rejected' });
  await open.pop()?.release();
  await until(async () => (await it.acceptor.associations()).length === 9);
  open.push(await connect(it.peer(), contexts));
  await assert.rejects(connect(it.peer(), contexts), { fault: 'rejected' });
  await releaseAll(open);
});

test('limits per calling AE title, per address and of one application entity hold for all threads together', async () => {
  const count = async (limits: Partial<Limits>, data: EchoData, peer: (index: number) => Peer): Promise<number> => {
    await using it = await threads(limits, { data });
    const withPort = (index: number): Peer => ({ ...peer(index), port: it.acceptor.port });
    const { open } = await crowd(withPort, 20);
    assert.ok(open.length <= 4, `${open.length} were let in`);
    for (let more = 0; open.length < 4 && more < 20; more += 1) open.push(await connect(withPort(0), contexts));
    await assert.rejects(connect(withPort(0), contexts), { fault: 'rejected' });
    const elsewhere = await connect({ ...withPort(0), callingAeTitle: 'ELSE', calledAeTitle: 'OTHER' }, contexts).then(
      async (association) => {
        await association.release();
        return 1;
      },
      () => 0,
    );
    await releaseAll(open);
    return elsewhere;
  };
  const peer = (callingAeTitle: string): Peer => {
    return { host: '127.0.0.1', port: 0, calledAeTitle: 'CONCORD', callingAeTitle };
  };
  assert.equal(await count({ associationsPerAeTitle: 4 }, {}, () => peer('CT1')), 1);
  assert.equal(await count({}, { associations: 4 }, (index) => peer(`CT${index}`)), 1);
  assert.equal(await count({ associationsPerAddress: 4 }, {}, (index) => peer(`CT${index}`)), 0);
});

test('connections beyond the limit of all threads are closed', async () => {
  await using it = await threads({ connections: 6 });
  const { open } = await crowd(() => it.peer(), 30);
  assert.ok(open.length >= 1 && open.length <= 6, `${open.length} were let in`);
  assert.ok(it.lines.some((line) => line.includes('connections are open, as many as allowed')) || open.length === 6);
  await releaseAll(open);
});

test('a thread that dies gives back its places and is started again; the others go on', async () => {
  await using it = await threads({ associations: 8 });
  const open: Association[] = [];
  while (open.length < 8) open.push(await connect(it.peer(), contexts));
  const [killer, ...others] = open;
  await assert.rejects(async () => {
    await killer?.store(instance(deadlyInstance));
    await killer?.echo();
  }, NetworkError);
  await until(() =>
    it.lines.some((line) => /^error thread \d .*this instance is deadly.*starting it again/.test(line)),
  );
  const alive = await Promise.all(
    others.map((association) =>
      association.echo().then(
        () => true,
        () => false,
      ),
    ),
  );
  const left = alive.filter(Boolean).length;
  assert.equal((await it.acceptor.associations()).length, left);
  assert.ok(left < 8);
  await until(() => it.acceptor.threads === 2);
  const again = await crowd(() => it.peer(), 8 - left);
  const all = [...again.open, ...others.filter((_, index) => alive[index])];
  while (all.length < 8) all.push(await connect(it.peer(), contexts));
  await assert.rejects(connect(it.peer(), contexts), { fault: 'rejected' });
  await releaseAll(all);
});

test('closing lets requests come to their end, aborts the rest and ends all threads', async () => {
  const it = await threads();
  const open = await Promise.all(Array.from({ length: 6 }, () => connect(it.peer(), contexts)));
  const storing = open.slice(0, 4).map((association) => association.store(instance(slowInstance)));
  await new Promise((resolve) => setTimeout(resolve, 100));
  await it.acceptor.close({ graceMs: 5000 });
  assert.deepEqual(
    (await Promise.all(storing)).map(({ code }) => code),
    [0, 0, 0, 0],
  );
  assert.equal(it.acceptor.threads, 0);
  assert.equal(it.records.length, 6);
  assert.deepEqual(new Set(it.records.map(({ end }) => end.kind)), new Set(['aborted by us']));
  await assert.rejects(connect(it.peer(), contexts), { fault: 'refused' });
});

test('one association of any thread is aborted by its id', async () => {
  await using it = await threads();
  const open = await Promise.all(Array.from({ length: 6 }, () => connect(it.peer(), contexts)));
  const [first] = await it.acceptor.associations();
  assert.equal(await it.acceptor.abort('none'), false);
  assert.equal(await it.acceptor.abort(first?.id ?? ''), true);
  await until(() => it.records.length === 1);
  assert.equal(it.records[0]?.id, first?.id);
  assert.equal((await it.acceptor.associations()).length, 5);
  for (const association of open) association.abort();
});

test('a TLS port beside the plain one, its certificate renewed in all threads', async () => {
  using authority = testAuthority();
  using renewed = testAuthority();
  const shown = ({ certificate, key }: { certificate: string; key: string }) => {
    return { certificate, key, clientCertificates: 'none' as const };
  };
  await using it = await threads({}, { securePort: { port: 0, tls: shown(authority.issue('first')) } });
  const trusts = async ({ certificate }: typeof authority): Promise<void> => {
    const peer = { ...it.peer(), port: it.acceptor.securePort ?? 0, tls: { authorities: [certificate] } };
    await releaseAll(await Promise.all(Array.from({ length: 8 }, () => connect(peer, contexts))));
  };
  await releaseAll([await connect(it.peer(), contexts)]);
  await trusts(authority);
  await assert.rejects(trusts(renewed), { fault: 'tls' });
  await assert.rejects(it.acceptor.reloadTls({ certificate: 'none', key: 'none' }), { fault: 'tls' });
  await it.acceptor.reloadTls(shown(renewed.issue('second')));
  await trusts(renewed);
  await assert.rejects(trusts(authority), { fault: 'tls' });
});

test('a port that another program has is not joined; a module that does not do and a wrong number are said', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await assert.rejects(threads({}, { port }), { fault: 'refused' });
  server.close();
  await using first = await threads();
  await assert.rejects(threads({}, { port: first.acceptor.port }), { fault: 'refused' });
  await assert.rejects(threads({}, { data: { fails: 'at once' } }), { fault: 'not-possible', detail: 'no disk' });
  const nothing = pathToFileURL(join(import.meta.dirname, 'association-id.ts'));
  await assert.rejects(threads({}, { module: nothing }), { fault: 'not-possible', detail: /exports no function/ });
  for (const number of [0, 65, 1.5, Number.NaN])
    await assert.rejects(threads({}, { threads: number }), { fault: 'not-possible' });
});
