// A probe of peers that are known: what it sees is what they do, the rest is unknown, and nothing stops it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { bind, listen, queryFind, queryRetrieveSopClasses, service, storage, verificationScp } from '@concord/network';
import { compareStatements } from '../compare/compare.ts';
import { asStatement } from '../model/read-statement.ts';
import { createPlan } from '../plan/plan.ts';
import { observedStatement } from './observed-statement.ts';
import { probe } from './probe.ts';

const ct = '1.2.840.10008.5.1.4.1.1.2';
const implicit = '1.2.840.10008.1.2';
const explicit = '1.2.840.10008.1.2.1';
const jpeg = '1.2.840.10008.1.2.4.50';
const find = queryRetrieveSopClasses.studyRootFind;

const quick = { pause: 0, care: { connect: 2, associate: 1, response: 1 } };

async function known() {
  const asked: string[] = [];
  const acceptor = await listen({
    host: '127.0.0.1',
    port: 0,
    limits: { maximumLength: 65_536 },
    policy: { preference: 'first offered' },
    applicationEntities: [
      {
        aeTitle: 'KNOWN',
        services: [
          verificationScp,
          bind(service({ ...storage, sopClasses: [ct], transferSyntaxes: [jpeg, explicit, implicit] }), {
            'C-STORE': async () => ({ code: 0x0000 }),
          }),
          bind(service({ ...queryFind, sopClasses: [find] }), {
            async *'C-FIND'({ identifier }) {
              asked.push(identifier.string('PatientID') ?? '');
              yield { code: 0x0000 };
            },
          }),
        ],
      },
    ],
  });
  return { acceptor, asked, target: { host: '127.0.0.1', port: acceptor.port, calledAeTitle: 'KNOWN' } };
}

test('classes, syntaxes, choice, length, identification and extended negotiation, as they are', async () => {
  const { acceptor, target, asked } = await known();
  const seen = await probe(target, quick);
  await acceptor.close();
  assert.deepEqual(seen.classes.map(({ uid }) => uid).sort(), ['1.2.840.10008.1.1', ct, find].sort());
  const seenCt = seen.classes.find(({ uid }) => uid === ct);
  assert.deepEqual(new Set(seenCt?.transferSyntaxes), new Set([jpeg, explicit, implicit]));
  assert.deepEqual(
    [seenCt?.chosen[0], seenCt?.chosen[1]],
    [seenCt?.transferSyntaxes[0], seenCt?.transferSyntaxes.at(-1)],
  );
  assert.deepEqual([seen.maximumLength, seen.echo, seen.troubles], [65_536, 'status 0000', []]);
  assert.match(seen.implementation.versionName ?? '', /^CONCORD/);
  assert.ok(seen.classes.find(({ uid }) => uid === find)?.extendedNegotiation);
  assert.deepEqual(asked, ['ZZTEST-NOBODY']);
});

test('[CS-MODEL-04] the draft keeps to the model, is compared and planned with, and what was not seen is unknown', async () => {
  const { acceptor, target } = await known();
  const draft = observedStatement(await probe(target, quick));
  await acceptor.close();
  const statement = asStatement(JSON.parse(JSON.stringify(draft)));
  assert.equal(statement.edition, 'observed');
  for (const part of ['media', 'characterSets', 'security'] as const) assert.equal(statement[part].state, 'unknown');
  assert.ok(statement.networking.state === 'described');
  const [entity] = statement.networking.applicationEntities;
  assert.ok(entity?.acceptance.state === 'described' && entity.initiation.state === 'unknown');
  assert.deepEqual(
    entity.acceptance.activities.map(({ acceptanceRules }) => acceptanceRules.selection.rule),
    ['first offered', 'first offered', 'first offered'],
  );
  const { directions, questions } = compareStatements(statement, statement);
  assert.deepEqual(directions[0].pairs, []);
  assert.ok(questions.length > 0);
  const plan = createPlan(statement);
  assert.ok(plan.items.length > 0);
  assert.match(plan.unknown.join(' '), /initiates is not stated/);
});

test('a peer that rejects us, hangs, talks garbage or is not there: the draft says what happened', async () => {
  const behaviours: Readonly<Record<string, (socket: Socket) => void>> = {
    rejects: (socket) => socket.on('data', () => socket.end(Buffer.from([3, 0, 0, 0, 0, 4, 0, 1, 1, 7]))),
    hangs: () => undefined,
    'talks garbage': (socket) => socket.on('data', () => socket.write(Buffer.alloc(1000, 0xee))),
  };
  for (const [name, behave] of Object.entries(behaviours)) {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.on('error', () => undefined));
      behave(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(address && typeof address === 'object');
    const target = { host: '127.0.0.1', port: address.port, calledAeTitle: 'X' };
    const seen = await probe(target, { ...quick, care: { ...quick.care, associate: 0.1 } });
    for (const socket of sockets) socket.destroy();
    server.close();
    assert.deepEqual(seen.classes, [], name);
    if (name === 'rejects') assert.match(seen.rejection ?? '', /called AE title/);
    else assert.ok(seen.troubles.length > 0, name);
    assert.equal(observedStatement(seen).networking.state, 'unknown');
    asStatement(JSON.parse(JSON.stringify(observedStatement(seen))));
  }
  const nobody = await probe({ host: '127.0.0.1', port: 1, calledAeTitle: 'X' }, quick);
  assert.equal(nobody.reachable, false);
});
