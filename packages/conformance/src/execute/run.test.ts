// Plans against peers that behave, that lie, that hang, that abort, that talk garbage.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import {
  bind,
  listen,
  queryFind,
  service,
  storage,
  verification as verificationDeclaration,
  verificationScp,
} from '@concord/network';
import { type OfferParts, operation, system } from '../../testing/systems.ts';
import { createPlan, type Plan } from '../plan/plan.ts';
import { asPlan } from '../plan/read-plan.ts';
import { renderMarkdown } from '../render/markdown.ts';
import { junitXml } from './junit.ts';
import { reportDocument } from './report-document.ts';
import { type RunOptions, type RunReport, runPlan } from './run.ts';
import { RunContext } from './run-context.ts';
import { defaultCare, type Target } from './target.ts';

const verification = '1.2.840.10008.1.1';
const ct = '1.2.840.10008.5.1.4.1.1.2';
const find = '1.2.840.10008.5.1.4.1.2.2.1';
const implicit = '1.2.840.10008.1.2';
const explicit = '1.2.840.10008.1.2.1';

const care = { pause: 0, objectsPerSecond: 1000, connect: 2, associate: 1, response: 1, patience: 0.1 };
/** Without the object of two gigabytes, which these peers would hold in memory. */
const everything: RunOptions = {
  care,
  allow: ['adds data', 'changes data', 'disturbs'],
  only: ({ id }) => !/-(?:giga|mega)bytes$/.test(id),
};

const status = (name: string, code: string) => ({ status: name, code, meaning: name, behavior: 'As said.' });
const claiming = (...more: readonly OfferParts[]) =>
  system({
    name: 'Archive',
    accepts: [
      { name: 'Echo', offers: [{ uid: verification, syntaxes: [explicit, implicit] }] },
      {
        name: 'Keep',
        offers: [{ uid: ct, syntaxes: [explicit, implicit] }, ...more],
        conformance: [
          operation('C-STORE', 'SCP', [ct], { statuses: [status('Success', '0000'), status('Failure', 'A900')] }),
        ],
      },
    ],
  });
const claimed = claiming();
const plan = createPlan(claimed);
const chosen = plan.items.filter(({ id }) => !/-(?:giga|mega)bytes$/.test(id));

const echo = bind(service({ ...verificationDeclaration, transferSyntaxes: [explicit, implicit] }), {
  'C-ECHO': async () => ({ code: 0x0000 }),
});

/** An archive that does what is claimed, or something else. */
async function archive(
  answer: (request: { readonly affectedSopClassUid: string; readonly declared: string }) => number,
) {
  const stored: string[] = [];
  const acceptor = await listen({
    host: '127.0.0.1',
    port: 0,
    limits: { associations: 4 },
    applicationEntities: [
      {
        aeTitle: 'ARCHIVE',
        services: [
          echo,
          bind(
            service({ ...storage, sopClasses: [ct], transferSyntaxes: [explicit, implicit], unknownSopClasses: false }),
            {
              'C-STORE': async (request) => {
                const bytes = Buffer.concat(await Array.fromAsync(request.dataSet));
                stored.push(request.affectedSopInstanceUid);
                const declared = bytes.toString('latin1').includes(`${ct}\0`) ? ct : 'another';
                return { code: answer({ affectedSopClassUid: request.affectedSopClassUid, declared }) as 0x0000 };
              },
            },
          ),
        ],
      },
    ],
  });
  const target: Target = { host: '127.0.0.1', port: acceptor.port, calledAeTitle: 'ARCHIVE' };
  return { target, stored, [Symbol.asyncDispose]: () => acceptor.close() };
}

/** A server of bytes. */
async function bytes(behave: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    behave(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  return {
    target: { host: '127.0.0.1', port: address.port, calledAeTitle: 'X' },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const honest = ({ affectedSopClassUid, declared }: { affectedSopClassUid: string; declared: string }) =>
  declared === affectedSopClassUid ? 0x0000 : 0xa900;

const resultOf = ({ results }: RunReport, id: string) => results.find((each) => each.id === id)?.result;

describe('against a system that keeps its word', () => {
  test('[CS-EXE-17] every automatic item passes, with what was exchanged; every test instance that the peer took is listed', async () => {
    await using peer = await archive(honest);
    const report = await runPlan(plan, peer.target, everything);
    assert.deepEqual(
      report.results.filter(({ result }) => !['passed', 'not automatable'].includes(result)),
      [],
    );
    const stored = report.results.find(({ id }) => id === 'store/1-2-840-10008-5-1-4-1-1-2');
    assert.equal(stored?.associations[0]?.messages[0]?.operation, 'C-STORE');
    assert.equal(stored?.associations[0]?.messages[0]?.status, '0000H');
    assert.ok(report.leftBehind.every(({ patientId }) => patientId.startsWith('ZZTEST-')));
    assert.ok(report.leftBehind.every(({ sopInstanceUid }) => peer.stored.includes(sopInstanceUid)));
    const taken = new Set(peer.stored);
    const listed = new Set(report.leftBehind.map(({ sopInstanceUid }) => sopInstanceUid));
    assert.ok(
      listed.size > 0 && [...taken].filter((uid) => !listed.has(uid)).length <= 1,
      'the refused one is not left',
    );
  });

  test('[CS-EXE-10] what disturbs is not done unless it is allowed; a system in clinical use is only read', async () => {
    await using peer = await archive(honest);
    const careful = await runPlan(plan, peer.target, { care });
    assert.equal(resultOf(careful, 'recovery/garbage'), 'not run');
    assert.equal(resultOf(careful, 'store/1-2-840-10008-5-1-4-1-1-2'), 'passed');
    const clinical = await runPlan(plan, peer.target, { ...everything, inClinicalUse: true });
    assert.equal(resultOf(clinical, 'store/1-2-840-10008-5-1-4-1-1-2'), 'not run');
    assert.equal(clinical.leftBehind.length, 0);
  });

  test('a dry run sends nothing', async () => {
    let connections = 0;
    await using peer = await bytes(() => (connections += 1));
    let cleaned = false;
    const cleaner = async () => {
      cleaned = true;
      return { by: '', deleted: 0, notFound: 0, kept: [] };
    };
    const report = await runPlan(plan, peer.target, { ...everything, dryRun: true, cleaner });
    assert.deepEqual([connections, cleaned, report.leftBehind.length], [0, false, 0]);
    assert.equal(report.counts['not run'] + report.counts['not automatable'], chosen.length);
    for (const { result, observed, title } of report.results)
      if (result === 'not run') assert.match(observed, /^dry run: \S|^out of scope/, title);
    assert.match(report.results[0]?.observed ?? '', /^dry run: Open a TCP connection/);
  });

  test('chosen items bring what they need, and no others', async () => {
    await using peer = await archive(honest);
    const { results } = await runPlan(plan, peer.target, { care, only: ({ id }) => id === 'negotiation/keep' });
    assert.deepEqual(
      results.map(({ id }) => id),
      ['reach', 'verification', 'negotiation/keep'],
    );
  });

  test('[CS-EXE-11] no more objects a second, and no more bytes in all, than the plan allows', async () => {
    await using peer = await archive(honest);
    const only: RunOptions['only'] = ({ id }) => id === 'store/many';
    const began = performance.now();
    await runPlan(plan, peer.target, { care: { ...care, objectsPerSecond: 50 }, only });
    assert.ok(performance.now() - began > 19 * 20);
    const before = peer.stored.length;
    const bytes = 30_000; // three objects of 96 times 96 pixels with their headers
    const { results } = await runPlan(plan, peer.target, { care: { ...care, bytes }, only });
    assert.match(results.find(({ id }) => id === 'store/many')?.observed ?? '', /as many bytes as it may/);
    assert.ok(peer.stored.length - before <= 3, `${peer.stored.length - before} objects`);
  });

  test('[CS-EXE-11] steps that go on beside each other have a turn each, and one sum of bytes', async () => {
    await using peer = await archive(honest);
    const limited = { ...defaultCare, ...care, objectsPerSecond: 50, pause: 30, bytes: 450 };
    const signal = new AbortController().signal;
    const parts = { target: peer.target, care: limited, signal, ourSide: undefined, ask: () => undefined };
    const run = new RunContext({ ...parts, encode: undefined });
    let began = performance.now();
    const allowed = await Promise.all([100, 100, 100, 100, 100].map((bytes) => run.mayExchange(bytes)));
    assert.deepEqual(allowed, [true, true, true, true, false]);
    assert.ok(performance.now() - began >= 3 * 20 - 2, 'four turns are three pauses');
    began = performance.now();
    const contexts = [{ abstractSyntax: verification, transferSyntaxes: [implicit] }];
    const open = await Promise.all([1, 2, 3].map(() => run.associate(contexts)));
    assert.ok(performance.now() - began >= 2 * 30 - 2, 'and so have associations');
    for (const association of open) await association.release();
  });
});

describe('against a system that does not', () => {
  test('[CS-EXE-04] a class that is claimed and refused, a status that is not listed, a mismatch that is stored in silence', async () => {
    await using peer = await archive(() => 0x0000);
    const claims = claiming({ uid: '1.2.840.10008.5.1.4.1.1.4' });
    const report = await runPlan(createPlan(claims), peer.target, everything);
    const negotiation = report.results.find(({ id }) => id === 'negotiation/keep');
    assert.deepEqual(negotiation?.differences, [
      'MR Image Storage in Implicit VR Little Endian is refused (result 3), and it is stated that it is accepted',
    ]);
    assert.equal(resultOf(report, 'store/class-mismatch'), 'failed');
  });

  test('[CS-PLAN-06] nobody there: the first item fails, all that need it are blocked, none is lost', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    assert.ok(address && typeof address === 'object');
    const report = await runPlan(plan, { host: '127.0.0.1', port: address.port, calledAeTitle: 'X' }, everything);
    assert.equal(resultOf(report, 'reach'), 'failed');
    assert.match(report.results[1]?.observed ?? '', /needs "reach"/);
    const automatic = chosen.filter(({ automation }) => automation === 'automatic');
    assert.equal(report.counts.blocked, automatic.length - 1);
  });

  const behaviours: Readonly<Record<string, (socket: Socket) => void>> = {
    hangs: () => undefined,
    'talks garbage': (socket) => socket.on('data', () => socket.write(Buffer.alloc(5000, 0xee))),
    aborts: (socket) => socket.on('data', () => socket.end(Buffer.from([7, 0, 0, 0, 0, 4, 0, 0, 0, 0]))),
    closes: (socket) => socket.destroy(),
  };
  for (const [name, behave] of Object.entries(behaviours))
    test(`[CS-EXE-05] a peer that ${name} is failed, never passed, and the run ends`, async () => {
      await using peer = await bytes(behave);
      const report = await runPlan(plan, peer.target, { ...everything, care: { ...care, associate: 0.2 } });
      assert.equal(resultOf(report, 'reach'), 'passed');
      assert.equal(resultOf(report, 'verification'), 'failed');
      assert.equal(report.results.length, chosen.length);
    });

  test('a peer that goes away in the middle of the plan', async () => {
    const peer = await archive(honest);
    const report = await runPlan(plan, peer.target, {
      ...everything,
      onResult: ({ id }) => void (id === 'negotiation/keep' && peer[Symbol.asyncDispose]()),
    });
    assert.equal(resultOf(report, 'negotiation/keep'), 'passed');
    assert.equal(resultOf(report, 'store/1-2-840-10008-5-1-4-1-1-2'), 'failed');
    await peer[Symbol.asyncDispose]();
  });

  test('[CS-EXE-09] a stopped run reports what was done and leaves nothing open', async () => {
    await using peer = await bytes(() => undefined);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    const began = performance.now();
    const report = await runPlan(plan, peer.target, {
      ...everything,
      care: { ...care, associate: 30 },
      signal: stop.signal,
    });
    assert.ok(performance.now() - began < 5000);
    assert.equal(report.results.length, chosen.length);
    assert.ok(
      report.results
        .slice(2)
        .every(({ result }) => result === 'not run' || result === 'blocked' || result === 'not automatable'),
    );
  });
});

describe('queries', () => {
  const key = (matching: readonly string[]) => ({
    level: 'STUDY',
    attribute: 'Patient ID',
    tag: '(0010,0020)',
    matching,
    returned: true,
  });
  const claims = system({
    name: 'Archive',
    accepts: [
      { name: 'Echo', offers: [{ uid: verification }] },
      { name: 'Keep', offers: [{ uid: ct, syntaxes: [explicit, implicit] }] },
      {
        name: 'Answer',
        offers: [{ uid: find, syntaxes: [explicit, implicit] }],
        conformance: [operation('C-FIND', 'SCP', [find], { keys: [key(['single value', 'wildcard'])] })],
      },
    ],
  });

  test('a key that is claimed and ignored is found out', async () => {
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
                const answer = identifier.clone();
                answer.set('PatientID', 'ANYBODY');
                yield { code: 0xff00, identifier: answer };
              },
            }),
          ],
        },
      ],
    });
    const target: Target = { host: '127.0.0.1', port: acceptor.port, calledAeTitle: 'ARCHIVE' };
    const report = await runPlan(createPlan(claims), target, everything);
    await acceptor.close();
    const item = report.results.find(({ title }) => title.includes('Patient ID'));
    assert.equal(item?.result, 'failed');
    assert.match(item?.differences?.join(' ') ?? '', /the key is not matched/);
  });
});

describe('reports', () => {
  test('[CS-EXE-14] names the system, the plan, the tester and every item; as JUnit XML for programs', async () => {
    await using peer = await archive(honest);
    const report = await runPlan(plan, peer.target, { ...everything, tester: 'A & B "C"' });
    const text = renderMarkdown(reportDocument(report));
    assert.match(text, /Interoperability test: Archive 1\.0/);
    assert.match(text, /by A & B "C"/);
    assert.match(text, /no certificate of conformance/);
    assert.equal(junitXml(report).match(/<testcase /g)?.length, report.results.length);
  });

  test('names from outside are text in JUnit XML', async () => {
    const odd: Plan = { ...plan, system: { ...plan.system, label: 'x" <y> & \u0001' }, items: plan.items.slice(0, 1) };
    const report = await runPlan(odd, { host: '127.0.0.1', port: 1, calledAeTitle: 'X' }, { care });
    const xml = junitXml(report);
    assert.match(xml, /name="x&quot; &lt;y&gt; &amp; \?: Associations"/);
    assert.ok(!xml.includes('\u0001'));
  });
});

test('a plan from a file is checked; what is none is none', () => {
  assert.deepEqual(asPlan(JSON.parse(JSON.stringify(plan))), plan);
  for (const value of [undefined, {}, [], { ...plan, items: [{ id: 'x' }] }, { ...plan, load: {} }])
    assert.equal(asPlan(value), undefined);
});
