// Application entities of the settings on the wire: titles, ports, what each offers, and what is said of them.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect, NetworkError, type ProposedContext } from '@concord/network';
import { startServer } from '../main.ts';
import { readConfiguration, SettingsError } from '../settings/read-configuration.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const [implicit, explicit, jpeg] = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.4.50'];
const [echo, ct, us, find] = [
  '1.2.840.10008.1.1',
  '1.2.840.10008.5.1.4.1.1.2',
  '1.2.840.10008.5.1.4.1.1.6.1',
  '1.2.840.10008.5.1.4.1.2.2.1',
];

const entities = [
  {
    aeTitle: 'KEEPER',
    name: 'Keeper',
    port: 0,
    services: [
      'verification',
      {
        service: 'storage',
        name: 'Storage of ultrasound',
        sopClasses: [us],
        transferSyntaxes: [jpeg, explicit, implicit],
      },
      { service: 'storage', sopClasses: [ct], transferSyntaxes: [implicit, explicit] },
    ],
    noContext: 'reject',
    maximumAssociations: 2,
    maximumPduLength: 16_384,
    implementationVersionName: 'KEEPER_1',
  },
  { aeTitle: 'FINDER', port: 0, services: ['verification', { service: 'query', extendedNegotiation: 'none' }] },
  { aeTitle: 'CALLER', services: [] },
];

async function start(context: { after(end: () => Promise<void>): void }, file: object) {
  const folder = mkdtempSync(join(tmpdir(), 'concord-entities-'));
  const config = join(folder, 'concord.json');
  writeFileSync(config, JSON.stringify(file));
  const argv = ['--config', config, '--data', join(folder, 'data'), '--http-port', '0'];
  const server = await startServer(readConfiguration(argv, {}), silent);
  context.after(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const associate = (calledAeTitle: string, contexts: readonly ProposedContext[], on = calledAeTitle) =>
    connect({ host: '127.0.0.1', port: server.ports.get(on) ?? 0, calledAeTitle, callingAeTitle: 'TEST' }, contexts);
  return { server, associate };
}

const proposed = (abstractSyntax: string, ...transferSyntaxes: string[]): ProposedContext => ({
  abstractSyntax,
  transferSyntaxes,
});
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => assert.fail('was accepted'),
    (error) => (error instanceof NetworkError ? error.refusal : Promise.reject(error)),
  );

test('each entity has its port, its services, its syntaxes in its order, and says who it is', async (context) => {
  const { server, associate } = await start(context, { entities });
  assert.notEqual(server.ports.get('KEEPER'), server.ports.get('FINDER'));
  assert.equal(server.ports.has('CALLER'), false, 'what offers nothing listens nowhere');
  const keeper = await associate('KEEPER', [
    proposed(us, explicit, jpeg),
    proposed(ct, explicit, implicit),
    proposed(ct, jpeg),
    proposed(find, implicit),
    proposed('1.2.3.4', implicit),
  ]);
  assert.deepEqual(
    keeper.accepted.map(({ abstractSyntax, transferSyntax }) => [abstractSyntax, transferSyntax]),
    [
      [us, jpeg],
      [ct, implicit],
    ],
  );
  assert.equal(keeper.peer.peerImplementation.versionName, 'KEEPER_1');
  await keeper.release();
  const finder = await associate('FINDER', [proposed(find, implicit), proposed(ct, implicit)]);
  assert.deepEqual(
    finder.accepted.map(({ abstractSyntax }) => abstractSyntax),
    [find],
  );
  await finder.release();
});

test('limits and policies are those of the entity that is called', async (context) => {
  const { associate } = await start(context, { entities });
  const two = [
    await associate('KEEPER', [proposed(echo, implicit)]),
    await associate('KEEPER', [proposed(echo, implicit)]),
  ];
  assert.deepEqual(await refusalOf(associate('KEEPER', [proposed(echo, implicit)])), {
    result: 2,
    source: 3,
    reason: 2,
  });
  await (await associate('FINDER', [proposed(echo, implicit)])).release();
  await Promise.all(two.map((association) => association.release()));
  assert.deepEqual(await refusalOf(associate('KEEPER', [proposed(find, implicit)])), {
    result: 1,
    source: 1,
    reason: 1,
  });
  const none = await associate('FINDER', [proposed(ct, implicit)]);
  assert.equal(none.accepted.length, 0);
  await none.release();
  const wrong = associate('FINDER', [proposed(echo, implicit)], 'KEEPER');
  assert.deepEqual(await refusalOf(wrong), { result: 1, source: 1, reason: 7 }, 'FINDER is not at this port');
});

test('the statement describes each of them, and who calls', async (context) => {
  const { server } = await start(context, { entities, callingAeTitle: 'CALLER' });
  const statement = await (await fetch(`http://127.0.0.1:${server.httpPort}/conformance?format=json`)).json();
  const { applicationEntities, configuration } = statement.networking;
  assert.deepEqual(
    applicationEntities.map((entity: { id: string; acceptance: { state: string }; initiation: { state: string } }) => [
      entity.id,
      entity.acceptance.state,
      entity.initiation.state,
    ]),
    [
      ['keeper', 'described', 'not supported'],
      ['finder', 'described', 'not supported'],
      ['caller', 'not supported', 'described'],
    ],
  );
  assert.equal(applicationEntities[0].implementation.versionName, 'KEEPER_1');
  assert.equal(configuration.localTitles[0].effectivePort, server.ports.get('KEEPER'));
  const pdu = configuration.parameters.find(
    ({ scope, name }: { scope: string; name: string }) =>
      scope === 'keeper' && name === 'Maximum PDU size the AE can receive',
  );
  assert.deepEqual([pdu.default, pdu.configurable], ['16384', 'Yes']);
});

test('what cannot be is refused before anything listens, in one line', () => {
  const refused = (list: unknown, message: RegExp) =>
    assert.throws(
      () => readConfiguration(['--config', 'c.json'], {}, () => JSON.stringify({ entities: list })),
      (error) => error instanceof SettingsError && message.test(error.message),
    );
  const entity = { aeTitle: 'A', services: ['storage'] };
  refused([{ ...entity, services: ['print'] }], /services: entry 1: must be one of verification, storage/);
  refused([{ ...entity, services: 'storage' }], /services: must be a list/);
  refused([{ ...entity, services: [{ service: 'storage', sopClasses: ['CT'] }] }], /sopClasses: .*"CT" is none/);
  refused([{ ...entity, aeTitle: '' }], /aeTitle: must be an AE title/);
  refused(
    [{ ...entity, implementationVersionName: 'SEVENTEEN_LETTERS' }],
    /implementationVersionName: must be 1 to 16/,
  );
  refused([{ ...entity, colour: 'red' }], /"colour"/);
  refused([entity, entity], /the AE title A is there twice on port 11112/);
  refused([entity, { ...entity, aeTitle: 'B', implementationVersionName: 'X' }], /A and B share port 11112/);
  refused([{ ...entity, services: ['storage', 'storage'] }], /A offers storage twice: give each part a name/);
});
