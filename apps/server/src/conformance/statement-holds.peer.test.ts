// What the statement says is what the running server does: negotiation, limits, rejections, identification, statuses, seen from outside.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { generateStatement, readStatement, type Statement, valuesOfField } from '@concord/conformance';
import { transferSyntaxes } from '@concord/dicom';
import { implementation, NetworkError, type ProposedContext, verificationScp } from '@concord/network';
import { ledgerFields } from '../../../../packages/conformance/testing/ledger-fields.ts';
import { ScriptedPeer } from '../../../../packages/network/testing/scripted-peer.ts';
import {
  associateRq,
  dataSet,
  pData,
  readAccept,
  storeRq,
  windowItem,
} from '../../../../packages/network/testing/wire.ts';
import { ctSlice, encoded } from '../../testing/data-sets.ts';
import { madeFile } from '../../testing/instances.ts';
import { type ProfiledServer, startProfile } from '../../testing/profile.ts';
import { run, runWithInput } from '../../testing/programs.ts';
import { assertValidStatement, validatorOf } from '../../testing/valid-statement.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import { version } from '../version.ts';
import { systemDescription } from './describe-system.ts';

const implicit = '1.2.840.10008.1.2';
const explicit = '1.2.840.10008.1.2.1';
const lossless = '1.2.840.10008.1.2.4.70';
const ct = '1.2.840.10008.5.1.4.1.1.2';
const echo = '1.2.840.10008.1.1';
const storageServiceClass = '1.2.840.10008.4.2';

/** Pointers by the field, as the server tells them. */
function templateFieldsOf(told: unknown): ReadonlyMap<string, readonly string[]> {
  assert.ok(Array.isArray(told));
  return new Map(told.map((row: { field: string; at: string[] }) => [row.field, row.at]));
}

type Networking = Extract<Statement['networking'], { state: 'described' }>;
type Accepted = Extract<Networking['applicationEntities'][number]['acceptance'], { state: 'described' }>;

async function statementOf(server: ProfiledServer, edition = 'as-configured'): Promise<Statement> {
  return readStatement(JSON.stringify(await server.json(`/conformance?format=json&edition=${edition}`)));
}

function networkingOf(statement: Statement): Networking {
  assert.ok(statement.networking.state === 'described');
  return statement.networking;
}

const acceptanceOf = (statement: Statement, index = 0): Accepted => {
  const acceptance = networkingOf(statement).applicationEntities[index]?.acceptance;
  assert.ok(acceptance?.state === 'described');
  return acceptance;
};
const contextsOf = (statement: Statement) =>
  acceptanceOf(statement).activities.flatMap((activity) =>
    activity.contexts.map((context) => ({ ...context, notes: activity.notes })),
  );
const one = (abstractSyntax: string, ...transferSyntaxes: string[]): ProposedContext => ({
  abstractSyntax,
  transferSyntaxes,
});

/** What is refused, in hexadecimal: type, result, source, reason. */
async function refusal(server: ProfiledServer, request: Parameters<typeof associateRq>[0]): Promise<string> {
  using peer = await ScriptedPeer.connect(server.dicomPort);
  peer.send(associateRq(request));
  return await peer.nextHex();
}

describe('the statement of a server as shipped', () => {
  const ends: (() => Promise<void>)[] = [];
  let server: ProfiledServer;
  let statement: Statement;
  let title = '';
  before(async () => {
    server = await startProfile({ after: (end) => void ends.push(end) }, 'default');
    statement = await statementOf(server);
    title = networkingOf(statement).configuration.localTitles[0]?.effectiveTitle ?? '';
  });
  after(async () => {
    for (const end of ends) await end();
  });

  test('[CS-SCOPE-01] [CS-GEN-07] it belongs to one product and version, and names services, objects and protocols', async () => {
    assert.ok(statement.cover.state === 'described');
    assert.deepEqual(
      statement.cover.products.map(({ name, versions }) => [name, versions]),
      [['Concord', [version]]],
    );
    const association = await server.associate(title, [one(echo, implicit)]);
    const wire = association.peer.peerImplementation.versionName ?? '';
    await association.release();
    assert.equal(networkingOf(statement).applicationEntities[0]?.implementation.versionName, wire);
    assert.equal(wire, `CONCORD_${version.split('.').slice(0, 2).join('_')}`);
    const categories = new Set(statement.overview.networkServices.map(({ category }) => category));
    assert.ok(
      ['Transfer', 'Query/Retrieve', 'Workflow Management'].every((each) => categories.has(each as 'Transfer')),
    );
    assert.ok(networkingOf(statement).interfaces.protocols.includes('TCP/IP'));
    const file = join(server.folder, 'one.dcm');
    writeFileSync(file, madeFile({ instance: '1.2.3.77' }));
    assert.equal((await run('storescu', ...server.called(title), file)).exitCode, 0);
    const found = await run('findscu', '-S', '-k', '0008,0052=STUDY', '-k', '0020,000D', ...server.called(title));
    assert.equal(found.exitCode, 0, found.output);
    const moved = await run(
      'movescu',
      '-S',
      '-aem',
      'NOBODY',
      '-k',
      '0008,0052=STUDY',
      '-k',
      '0020,000D=1.2.3',
      ...server.called(title),
    );
    assert.match(moved.output, /A801|Move Destination|UnknownMoveDestination|Refused/i);
  });

  test('[CS-MODEL-01] it is valid by the published schema, and has a value for each mandatory field of the template', async () => {
    await assertValidStatement(server);
    const places = templateFieldsOf(await server.json('/conformance/schema/fields'));
    const claimed = { ...statement.claim };
    const without = ledgerFields()
      .filter(
        ({ field, presence }) =>
          /^M(?! if| \(may be empty)/u.test(presence) && (claimed.media || !field.startsWith('media')),
      )
      .filter(({ field }) => valuesOfField(statement, { field, at: places.get(field) ?? [] }).length === 0);
    assert.deepEqual(
      without.map(({ field }) => field),
      [],
    );
  });

  test('[CS-MODEL-01] by the names of the template it is valid by their schema, and jq finds each mandatory field at its path', async () => {
    const [view, schema] = await Promise.all(
      ['/conformance/template', '/conformance/schema/template'].map((path) => server.json(path)),
    );
    const isValid = validatorOf(Object(schema));
    assert.ok(isValid(view), JSON.stringify(isValid.errors?.slice(0, 3)));
    const { claim } = statement;
    const mandatory = ledgerFields()
      .filter(({ presence }) => /^M(?! if| \(may be empty)/u.test(presence))
      .filter(({ field }) => claim.media || !field.startsWith('media'));
    assert.ok(mandatory.length > 60, String(mandatory.length));
    const found = mandatory.map(({ field }) => `[.${field.replaceAll('[]', '[]?')}|select(. != null)]|length`);
    const { output, exitCode } = await runWithInput(
      JSON.stringify(view),
      'jq',
      '-c',
      `[${found.map((each) => `(${each})`).join(',')}]`,
    );
    assert.equal(exitCode, 0, output);
    const counts: readonly number[] = JSON.parse(output);
    assert.deepEqual(
      mandatory.filter((_, at) => (counts[at] ?? 0) === 0).map(({ field }) => field),
      [],
    );
  });

  test('[CS-SCOPE-04] without media there is one sentence, and no claim', async (t) => {
    const storing = await startProfile(t, 'echoes-server');
    const { claim, media } = await statementOf(storing);
    assert.deepEqual(claim, { network: true, media: false });
    assert.equal(media.state, 'not supported');
    const markdown = await (await fetch(`http://127.0.0.1:${storing.httpPort}/conformance?format=markdown`)).text();
    const section = /\n## 5 Media Interchange\n([\s\S]*?)\n## 6 /.exec(markdown)?.[1] ?? '';
    assert.match(section, /No media storage service is provided/);
    assert.doesNotMatch(section, /\|/);
  });

  test('[CS-GEN-03] [CS-ACC-02] what is accepted is exactly what the tables say, class by class and syntax by syntax', async () => {
    const stated = new Set<string>();
    const rows = contextsOf(statement).filter(({ abstractSyntax }) => abstractSyntax.uid !== storageServiceClass);
    for (const { abstractSyntax, transferSyntaxes: each } of rows)
      for (const { uid } of each) stated.add(`${abstractSyntax.uid} ${uid}`);
    const classes = [...new Set(rows.map(({ abstractSyntax }) => abstractSyntax.uid))];
    const syntaxes = transferSyntaxes.map(({ uid }) => uid);
    const all = [...classes, '1.2.840.10008.5.1.4.31', '1.2.840.10008.5.1.1.9'].flatMap((uid) =>
      syntaxes.map((syntax) => one(uid, syntax)),
    );
    const accepted = new Set<string>();
    for (let start = 0; start < all.length; start += 128) {
      const association = await server.associate(title, all.slice(start, start + 128));
      for (const { abstractSyntax, transferSyntax } of association.accepted)
        accepted.add(`${abstractSyntax} ${transferSyntax}`);
      await association.release();
    }
    assert.deepEqual(
      [...accepted].filter((pair) => !stated.has(pair)),
      [],
    );
    assert.deepEqual(
      [...stated].filter((pair) => !accepted.has(pair)),
      [],
    );
    assert.ok(stated.size > 1000);
    for (const { role, abstractSyntax } of rows) assert.match(role, /^(SCU|SCP|BOTH)$/, abstractSyntax.uid);
  });

  test('[CS-GEN-03] DCMTK sees the same of a sample', async () => {
    const sample = contextsOf(statement)
      .filter(({ abstractSyntax }) => abstractSyntax.uid.startsWith('1.2.840.10008.5.1.4.1.1.'))
      .slice(0, 40);
    const configuration = join(server.folder, 'probe.cfg');
    const contexts = sample.map(
      ({ abstractSyntax }, at) => `PresentationContext${at + 1} = ${abstractSyntax.uid}\\Both`,
    );
    writeFileSync(
      configuration,
      `[[TransferSyntaxes]]\n[Both]\nTransferSyntax1 = ${explicit}\nTransferSyntax2 = ${implicit}\n[[PresentationContexts]]\n[Sample]\n${contexts.join('\n')}\n[[Profiles]]\n[Probe]\nPresentationContexts = Sample\n`,
    );
    const file = join(server.folder, 'sample.dcm');
    writeFileSync(file, madeFile({ instance: '1.2.3.78' }));
    const { output } = await run('storescu', '-d', '-xf', configuration, 'Probe', ...server.called(title), file);
    const answer = output.slice(output.indexOf('A-ASSOCIATE-AC'));
    assert.equal(answer.match(/\(Accepted\)/g)?.length, sample.length, output.slice(-2000));
    assert.doesNotMatch(answer, /\(Abstract Syntax Not Supported\)|\(Transfer Syntaxes Not Supported\)/);
  });

  test('[CS-ACC-06] of several syntaxes in one context the one that the stated rule picks is accepted, in any order', async () => {
    const activity = acceptanceOf(statement).activities.find(({ contexts }) =>
      contexts.some(({ abstractSyntax }) => abstractSyntax.uid === ct),
    );
    assert.ok(activity);
    const own = activity.contexts.find(({ abstractSyntax }) => abstractSyntax.uid === ct)?.transferSyntaxes ?? [];
    const { rule } = activity.acceptanceRules.selection;
    for (const offered of [
      [implicit, explicit, lossless],
      [lossless, implicit, explicit],
      [explicit, lossless, implicit],
    ]) {
      const association = await server.associate(title, [one(ct, ...offered)]);
      const [accepted] = association.accepted.map(({ transferSyntax }) => transferSyntax);
      await association.release();
      const expected = {
        'own order': own.find(({ uid }) => offered.includes(uid))?.uid,
        'first offered': offered[0],
        'explicit first': offered.find((uid) => uid !== implicit),
        other: undefined,
        unknown: undefined,
      }[rule];
      assert.equal(accepted, expected, `${rule}: ${offered.join(' ')}`);
    }
  });

  test('[CS-ACC-07] a context that is not acceptable is answered with the result that the statement names', async () => {
    const { priority } = acceptanceOf(statement).activities[0]?.acceptanceRules ?? { priority: '' };
    assert.match(priority, /unknown abstract syntax is answered with 3.*transfer syntax with 4/);
    const contexts = [one('1.2.840.10008.5.1.1.9', implicit), one(ct, '1.2.3.4.6'), one(echo, implicit)];
    const association = await server.associate(title, contexts);
    assert.deepEqual(
      association.rejected.map(({ id, result }) => [id, result]),
      [
        [1, 3],
        [3, 4],
      ],
    );
    await association.release();
  });

  test('[CS-GEN-19] [CS-ACC-04] the whole service class has a row with its name and a note', () => {
    const row = contextsOf(statement).find(({ abstractSyntax }) => abstractSyntax.uid === storageServiceClass);
    assert.ok(row?.commonExtendedNegotiation);
    assert.match(row.notes.map(({ text }) => text).join(), /SOP Class Common Extended Negotiation/);
  });

  test('[CS-ACC-03] the note says that specializations are taken, and they are', async () => {
    const row = contextsOf(statement).find(({ abstractSyntax }) => abstractSyntax.uid === storageServiceClass);
    assert.match(
      row?.notes.map(({ text }) => text).join() ?? '',
      /specializations are treated as their related general/,
    );
    const specialized = {
      ...one('1.2.826.0.1.3680043.10.9.7', implicit),
      commonExtendedNegotiation: { serviceClassUid: storageServiceClass, relatedGeneralSopClassUids: [ct] },
    };
    const association = await server.associate(title, [specialized, one('1.2.826.0.1.3680043.10.9.8', implicit)]);
    const accepted = association.accepted.map(({ abstractSyntax }) => abstractSyntax);
    await association.release();
    assert.ok(accepted.includes('1.2.826.0.1.3680043.10.9.7'));
  });

  test('[CS-AE-07] the application context is stated; another is refused with 1, 1, 2', async () => {
    for (const { applicationContext } of networkingOf(statement).applicationEntities)
      assert.equal(applicationContext, '1.2.840.10008.3.1.1.1');
    const contexts = [{ id: 1, abstract: echo, transfer: [implicit] }];
    assert.equal(await refusal(server, { contexts, called: title, applicationContext: '1.2.3' }), '03 00010102');
  });

  test('[CS-ACC-11] rejections are those of the table: called title, protocol version', async () => {
    const reasons = acceptanceOf(statement).rejections.map(({ result, source, reason }) =>
      [result, source, reason].map((each) => each[0]).join('/'),
    );
    const contexts = [{ id: 1, abstract: echo, transfer: [implicit] }];
    assert.equal(await refusal(server, { contexts, called: 'NOBODY' }), '03 00010107');
    assert.equal(await refusal(server, { contexts, called: title, protocolVersion: 2 }), '03 00010202');
    for (const reason of ['1/1/7', '1/1/2', '1/2/2', '2/3/2']) assert.ok(reasons.includes(reason), reason);
  });

  test('[CS-AE-10] [CS-AE-11] the window, the implementation and the longest PDU on the wire are those of the statement', async () => {
    using peer = await ScriptedPeer.connect(server.dicomPort);
    const contexts = [{ id: 1, abstract: echo, transfer: [implicit] }];
    peer.send(associateRq({ contexts, called: title, user: [windowItem(7, 7)] }));
    const answer = await peer.next();
    assert.ok(answer !== 'closed' && answer.type === 2);
    const { user } = readAccept(answer.body);
    const [entity] = networkingOf(statement).applicationEntities;
    assert.equal(user.get(0x52)?.[0]?.toString('latin1'), entity?.implementation.classUid);
    assert.equal(user.get(0x55)?.[0]?.toString('latin1'), entity?.implementation.versionName);
    assert.equal(user.get(0x53)?.[0]?.readUInt16BE(0), entity?.asynchronous.acceptor);
    const longest = networkingOf(statement).configuration.parameters.find(
      ({ scope, name }) => scope === entity?.id && name === 'Maximum PDU size the AE can receive',
    );
    assert.equal(String(user.get(0x51)?.[0]?.readUInt32BE(0)), longest?.effective ?? longest?.default);
  });

  test('[CS-AE-11] files that are kept and given away have the same implementation', async () => {
    const file = join(server.folder, 'given.dcm');
    writeFileSync(file, madeFile({ instance: '1.2.3.79' }));
    assert.equal((await run('storescu', ...server.called(title), file)).exitCode, 0);
    const search = await server.json('/dicom-web/instances?SOPInstanceUID=1.2.3.79');
    assert.ok(Array.isArray(search) && search.length === 1);
    const uidOf = (tag: string): string => String(search[0][tag].Value[0]);
    const answer = await fetch(
      `http://127.0.0.1:${server.httpPort}/dicom-web/studies/${uidOf('0020000D')}/series/${uidOf('0020000E')}/instances/1.2.3.79`,
      { headers: { accept: 'application/dicom' } },
    );
    const [entity] = networkingOf(statement).applicationEntities;
    const bytes = Buffer.from(await answer.arrayBuffer()).toString('latin1');
    assert.ok(bytes.includes(entity?.implementation.classUid ?? '?'));
    assert.ok(bytes.includes(entity?.implementation.versionName ?? '?'));
  });

  test('[CS-CFG-03] the default title of each entity that accepts is answered at its port', async () => {
    const rows = networkingOf(await statementOf(server, 'as-shipped')).configuration.localTitles;
    assert.equal(rows.length, networkingOf(statement).applicationEntities.length);
    for (const { defaultTitle = '', defaultPort } of rows) {
      assert.ok(defaultPort !== undefined && defaultPort > 0);
      assert.equal((await run('echoscu', ...server.called(defaultTitle))).exitCode, 0, defaultTitle);
    }
  });

  test('[CS-NIF-05] no AE title comes from the host name', () => {
    const titles = networkingOf(statement).configuration.localTitles.map(({ effectiveTitle = '' }) => effectiveTitle);
    const host = hostname().toUpperCase().slice(0, 16);
    for (const each of titles) assert.ok(host.length < 3 || !each.includes(host), each);
  });

  test('[CS-NIF-01] [CS-NIF-02] interfaces, protocols and addresses are told', async () => {
    const { interfaces } = networkingOf(statement);
    assert.match(interfaces.protocols.join(), /HTTP/);
    assert.ok(interfaces.ipv4.supported && interfaces.ipv6.supported);
    const markdown = await (await fetch(`http://127.0.0.1:${server.httpPort}/conformance?format=markdown`)).text();
    assert.match(markdown, /4\.3\.1 Physical Network Interface\n+Any interface that carries TCP\/IP/);
    assert.equal((await run('echoscu', ...server.called(title))).exitCode, 0);
  });

  test('[CS-ACC-09] the storage table has success, resources, mismatch and what is not understood, each with its reason', async () => {
    const store = acceptanceOf(statement)
      .activities.flatMap(({ sopConformance }) => sopConformance)
      .find(({ operation, sopClasses }) => operation === 'C-STORE' && sopClasses.includes(ct));
    const codes = store?.statuses.map(({ code }) => code) ?? [];
    assert.ok(codes.includes('0000'));
    for (const family of [/^A7/, /^A9/, /^C/])
      assert.ok(
        codes.some((code) => family.test(code)),
        String(family),
      );
    for (const { behavior } of store?.statuses ?? []) assert.ok(behavior.length > 5);
    const mr = '1.2.840.10008.5.1.4.1.1.4';
    const slice = ctSlice({});
    using peer = await ScriptedPeer.associate(server.dicomPort, {
      called: title,
      contexts: [{ id: 1, abstract: mr, transfer: [explicit] }],
    });
    peer.send(storeRq(1, mr, slice.string('SOPInstanceUID') ?? ''), dataSet(1, encoded(slice)));
    const answered = Number((await peer.nextCommand()).get(0x0900));
    assert.equal(answered >> 8, 0xa9);
    assert.ok(codes.includes(answered.toString(16).toUpperCase()));
  });

  test('[CS-ACC-12] a sender that is killed in the middle leaves nothing behind, as stated', async () => {
    const store = acceptanceOf(statement)
      .activities.flatMap(({ sopConformance }) => sopConformance)
      .find(({ operation }) => operation === 'C-STORE');
    const aborted = store?.failures.find(({ exception }) => /aborted/.test(exception));
    assert.match(aborted?.behavior ?? '', /an object that was not complete is discarded/);
    using peer = await ScriptedPeer.associate(server.dicomPort, {
      called: title,
      contexts: [{ id: 1, abstract: ct, transfer: [implicit] }],
    });
    peer.send(storeRq(1, ct, '1.2.3.81'), pData(1, 0, Buffer.alloc(100)));
    peer.socket.destroy();
    await once(peer.socket, 'close');
    assert.equal((await run('echoscu', ...server.called(title))).exitCode, 0);
    const found = await fetch(`http://127.0.0.1:${server.httpPort}/dicom-web/instances?SOPInstanceUID=1.2.3.81`);
    assert.deepEqual(await found.json(), []);
  });
});

test('[CS-AE-08] as many associations as the statement says are accepted at a time, and one more is refused', async (t) => {
  const server = await startProfile(t, 'default', { maximumAssociations: 3 });
  const statement = await statementOf(server);
  const { associations } = acceptanceOf(statement);
  assert.deepEqual(associations, { value: 3, configurable: true });
  const title = networkingOf(statement).configuration.localTitles[0]?.effectiveTitle ?? '';
  const open = [];
  for (let count = 0; count < 3; count += 1) open.push(await server.associate(title, [one(echo, implicit)]));
  await assert.rejects(server.associate(title, [one(echo, implicit)]), NetworkError);
  const contexts = [{ id: 1, abstract: echo, transfer: [implicit] }];
  assert.equal(await refusal(server, { contexts, called: title }), '03 00020302');
  for (const association of open) await association.release();
});

test('[CS-AE-09] a limit for each calling title is a row of its own, and is kept', async (t) => {
  const server = await startProfile(t, 'default', { maximumAssociations: 10, maximumAssociationsPerPeer: 2 });
  const statement = await statementOf(server);
  const { associations, rules } = acceptanceOf(statement);
  assert.equal(associations.value, 10);
  assert.ok(rules.some(({ scope, limit }) => scope === 'each calling AE title' && limit === '2 at a time'));
  const title = networkingOf(statement).configuration.localTitles[0]?.effectiveTitle ?? '';
  const open = [
    await server.associate(title, [one(echo, implicit)]),
    await server.associate(title, [one(echo, implicit)]),
  ];
  await assert.rejects(server.associate(title, [one(echo, implicit)]), NetworkError);
  const contexts = [{ id: 1, abstract: echo, transfer: [implicit] }];
  using other = await ScriptedPeer.associate(server.dicomPort, { contexts, called: title, calling: 'ANOTHER' });
  assert.ok(other);
  for (const association of open) await association.release();
});

test('[CS-ACC-11] a calling title that is not known is refused as the table says, where only known ones may call', async (t) => {
  const server = await startProfile(t, 'default', { callers: 'known peers' });
  const statement = await statementOf(server);
  const reasons = acceptanceOf(statement).rejections.map(({ reason }) => reason);
  assert.ok(reasons.includes('3 calling-AE-title-not-recognized'));
  const title = networkingOf(statement).configuration.localTitles[0]?.effectiveTitle ?? '';
  const contexts = [{ id: 1, abstract: echo, transfer: [implicit] }];
  assert.equal(await refusal(server, { contexts, called: title }), '03 00010103');
});

test('[CS-AE-13] entities that share a title both stand in table A.4.4-1 with it', () => {
  const shared = (name: string, port: number) => ({ aeTitle: 'SHARED', name, port, sharesTitle: 'may', services: [] });
  const file = JSON.stringify({ entities: [shared('One AE', 4001), shared('Two AE', 4002)] });
  const configuration = readConfiguration(['--config', 'site.json'], {}, () => file);
  const entities = () =>
    configuration.entities.map((settings) => ({
      settings,
      port: settings.port ?? 0,
      implementation,
      services: [verificationScp],
    }));
  const statement = generateStatement(systemDescription({ configuration, entities, ports: new Map() }), {
    edition: 'as-configured',
  });
  const { localTitles } = networkingOf(statement).configuration;
  assert.deepEqual(
    localTitles.map(({ ae, effectiveTitle, effectivePort }) => [ae, effectiveTitle, effectivePort]),
    [
      ['one', 'SHARED', 4001],
      ['two', 'SHARED', 4002],
    ],
  );
});

test('[CS-SEC-04] [CS-SEC-05] restrictions by title and by user are told, and kept', async (t) => {
  const server = await startProfile(t, 'default', { userIdentity: 'required', callers: 'known peers' });
  const { security, networking } = await statementOf(server);
  assert.ok(security.state === 'described' && networking.state === 'described');
  assert.match(security.associationLevel, /called AE title.*calling AE title.*user.*address.*certificate/);
  assert.deepEqual(
    security.userIdentity.map(({ type, direction, positiveResponse }) => [type, direction, positiveResponse]),
    [
      ['1 user name', 'accepted', true],
      ['2 user name and passcode', 'accepted', true],
    ],
  );
  const title = networking.configuration.localTitles[0]?.effectiveTitle ?? '';
  assert.notEqual((await run('echoscu', ...server.called(title))).exitCode, 0);
  const contexts = [{ id: 1, abstract: echo, transfer: [implicit] }];
  assert.equal(await refusal(server, { contexts, called: title }), '03 00010103');
});

test('[CS-GEN-04] what an association that we open offers is what the statement says', async (t) => {
  const seen = Promise.withResolvers<Buffer>();
  const listener = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (bytes) => {
      seen.resolve(bytes);
      socket.destroy();
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  t.after(() => listener.close());
  const address = listener.address();
  assert.ok(typeof address === 'object' && address !== null);
  const peers = [{ aeTitle: 'PEER', host: '127.0.0.1', port: address.port }];
  const server = await startProfile(t, 'default', { peers });
  const statement = await statementOf(server);
  const [entity] = networkingOf(statement).applicationEntities;
  const asked = fetch(`http://127.0.0.1:${server.httpPort}/api/peers/PEER/echo`, { method: 'POST' }).catch(
    () => undefined,
  );
  const bytes = await seen.promise;
  await asked;
  const body = readAccept(bytes.subarray(6));
  assert.ok(bytes.includes(echo) && bytes.includes('1.2.840.10008.3.1.1.1'));
  assert.equal(body.user.get(0x52)?.[0]?.toString('latin1'), entity?.implementation.classUid);
  assert.equal(body.user.get(0x55)?.[0]?.toString('latin1'), entity?.implementation.versionName);
  assert.equal(body.user.has(0x53), entity?.asynchronous.initiator !== 1);
  assert.ok(entity?.initiation.state === 'described');
  const row = entity.initiation.activities
    .flatMap(({ contexts }) => contexts)
    .find(({ abstractSyntax }) => abstractSyntax.uid === echo);
  assert.equal(row?.role, 'SCU');
  for (const { uid } of row?.transferSyntaxes ?? []) assert.ok(bytes.includes(uid), uid);
});
