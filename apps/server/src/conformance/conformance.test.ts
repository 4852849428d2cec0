// The statement over HTTP: forms, editions, tables, entity tags, and what follows from the configuration.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  type ActiveExecutor,
  compareStatements,
  createPlan,
  type GlossaryTerm,
  readStatement,
  validate,
} from '@concord/conformance';
import { type BoundService, bind, connect, implementation, listen, service, verificationScp } from '@concord/network';
import fastify, { type FastifyInstance } from 'fastify';
import { query, storage } from '../archive/declaration.ts';
import { queryKeys } from '../archive/keys.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import { hashPassword } from '../users/password.ts';
import { registerConformance } from './conformance.ts';
import { systemDecisions } from './decisions.ts';
import type { SystemParts } from './describe-system.ts';

const never = async () => {
  throw new Error('nothing is asked of it');
};
const bound = [
  verificationScp,
  bind(storage, { 'C-STORE': never }),
  bind(query, {
    async *'C-FIND'() {
      yield { code: 0x0000 };
    },
  }),
];
const partsOf = (argv: readonly string[], services: readonly BoundService[] = bound): SystemParts => {
  const configuration = readConfiguration(argv, {});
  return {
    configuration,
    entities: ({ aeTitle, dicomPort: port }) => [
      { settings: { aeTitle, name: 'Concord AE', services: [] }, port, implementation, services },
    ],
    ports: new Map([[configuration.aeTitle, 4711]]),
  };
};

function serving(parts: SystemParts): FastifyInstance {
  const app = fastify();
  app.setErrorHandler((error: Error & { status?: number }, _request, reply) =>
    reply.code(error.status ?? 500).send(error.message),
  );
  registerConformance(app, parts);
  return app;
}

const statementFrom = async (app: FastifyInstance, url = '/conformance?format=json') =>
  readStatement((await app.inject(url)).body);

describe('the statement of the running system', () => {
  let app: FastifyInstance;
  before(() => {
    app = serving(partsOf(['--ae-title', 'SITE']));
  });
  after(() => app.close());

  test('[CS-GEN-01] is made on request, and can be read back', async () => {
    const statement = await statementFrom(app);
    assert.equal(statement.edition, 'as-configured');
    assert.equal(statement.networking.state, 'described');
  });

  test('[CS-GEN-06] says what is in force beside the defaults, or the defaults only', async () => {
    const titlesOf = async (edition: string) => {
      const { networking } = await statementFrom(app, `/conformance?format=json&edition=${edition}`);
      return networking.state === 'described' ? networking.configuration.localTitles[0] : undefined;
    };
    assert.deepEqual(await titlesOf('as-configured'), {
      ae: 'concord',
      defaultTitle: 'CONCORD',
      defaultPort: 11112,
      effectiveTitle: 'SITE',
      effectivePort: 4711,
    });
    assert.deepEqual(await titlesOf('as-shipped'), { ae: 'concord', defaultTitle: 'CONCORD', defaultPort: 11112 });
  });

  test('[CS-GEN-11] lists every setting, with its default', async () => {
    const { networking } = await statementFrom(app);
    assert.ok(networking.state === 'described');
    const rows = networking.configuration.parameters;
    for (const name of Object.keys(readConfiguration([], {})))
      assert.ok(
        rows.some((row) => row.name === name || row.note?.startsWith(`Setting ${name}:`)),
        name,
      );
  });

  test('[CS-ACC-13] lists each key of a query with its matching', async () => {
    const { networking } = await statementFrom(app);
    assert.ok(networking.state === 'described');
    const [entity] = networking.applicationEntities;
    assert.ok(entity?.acceptance.state === 'described');
    const keys = entity.acceptance.activities.flatMap(({ sopConformance }) =>
      sopConformance.flatMap((each) => each.keys),
    );
    // Patient Root has every level, Study Root no PATIENT level, Patient/Study Only none below STUDY.
    const levels = (uid: string) =>
      new Set(
        entity.acceptance.state === 'described'
          ? entity.acceptance.activities.flatMap(({ sopConformance }) =>
              sopConformance
                .filter(({ sopClasses }) => sopClasses.includes(uid))
                .flatMap((each) => each.keys.map(({ level }) => level)),
            )
          : [],
      );
    assert.deepEqual(levels('1.2.840.10008.5.1.4.1.2.1.1'), new Set(['PATIENT', 'STUDY', 'SERIES', 'IMAGE']));
    assert.deepEqual(levels('1.2.840.10008.5.1.4.1.2.2.1'), new Set(['STUDY', 'SERIES', 'IMAGE']));
    assert.deepEqual(levels('1.2.840.10008.5.1.4.1.2.3.1'), new Set(['PATIENT', 'STUDY']));
    const patientRoot = entity.acceptance.activities
      .flatMap(({ sopConformance }) => sopConformance)
      .find(({ sopClasses }) => sopClasses.includes('1.2.840.10008.5.1.4.1.2.1.1'));
    assert.equal(patientRoot?.keys.length, queryKeys.length);
    const date = keys.find(({ attribute }) => attribute === 'Study Date');
    assert.deepEqual(date?.matching, ['single value', 'universal', 'range']);
    assert.equal(date?.type, 'Required');
  });

  test('[CS-UI-07] comes in the form that is accepted', async () => {
    const forms = {
      'text/html': '<!doctype html>',
      'application/json': '{"annexes"',
      'text/markdown': '# Concord',
      'application/docbook+xml': '<?xml',
    };
    for (const [mediaType, start] of Object.entries(forms)) {
      const answer = await app.inject({ url: '/conformance', headers: { accept: mediaType } });
      assert.match(answer.headers['content-type'] ?? '', new RegExp(mediaType.replace('+', '\\+')));
      assert.ok(answer.body.startsWith(start), mediaType);
    }
    assert.equal((await app.inject({ url: '/conformance', headers: { accept: 'image/png' } })).statusCode, 406);
    assert.equal((await app.inject('/conformance?format=word')).statusCode, 400);
    assert.equal((await app.inject('/conformance?edition=final')).statusCode, 400);
  });

  test('[CS-GEN-08] is the same for the same configuration, and is not sent twice', async () => {
    const first = await app.inject('/conformance?format=json');
    const second = await app.inject('/conformance?format=json');
    assert.ok(first.body === second.body);
    const etag = String(first.headers.etag);
    const again = await app.inject({ url: '/conformance?format=json', headers: { 'if-none-match': etag } });
    assert.equal(again.statusCode, 304);
  });

  test('[CS-RND-17] gives each table as CSV', async () => {
    const answer = await app.inject('/conformance/tables/concord-sop-class-table');
    assert.match(answer.body, /^SOP Class Name,SOP Class UID,SCU,SCP\r\n/);
    assert.match(answer.body, /CT Image Storage,1\.2\.840\.10008\.5\.1\.4\.1\.1\.2,Yes,Yes/);
    assert.equal((await app.inject('/conformance/tables/no-such-table')).statusCode, 404);
  });
});

test('[CS-GEN-05] a changed setting changes the statement and its entity tag', async () => {
  const tagOf = async (argv: readonly string[]) =>
    (await serving(partsOf(argv)).inject('/conformance?format=json')).headers.etag;
  assert.equal(await tagOf([]), await tagOf([]));
  for (const argv of [
    ['--ae-title', 'OTHER'],
    ['--maximum-pdu-length', '16384'],
    ['--idle-timeout', '60'],
    ['--called-ae-title', 'any'],
  ])
    assert.notEqual(await tagOf(argv), await tagOf([]), argv.join(' '));
});

describe('[CS-GEN-02] a service that is added, by its declaration alone', () => {
  const uid = '2.25.270695996825855179949881587723571202391';
  const implicit = '1.2.840.10008.1.2';
  const toy = bind(
    service({
      name: 'Toy',
      section: 'PS3.4 Annex X',
      role: 'SCP',
      sopClasses: [uid],
      transferSyntaxes: [implicit],
      operations: { 'C-ECHO': { statuses: { 0x0000: 'played', 0xc123: 'the toy is broken' } } },
    }),
    { 'C-ECHO': async () => ({ code: 0x0000 }) },
  );
  const services = [...bound, toy];
  let [app, without]: (FastifyInstance | undefined)[] = [];
  const textOf = async (url: string, from = app) => (await from?.inject(url))?.body ?? '';
  before(() => {
    app = serving(partsOf([], services));
    without = serving(partsOf([]));
  });
  after(async () => {
    await app?.close();
    await without?.close();
  });

  test('is in the statement in both orders of its chapters, in every form, and in the tables that the page shows', async () => {
    const statement = readStatement(await textOf('/conformance?format=json'));
    assert.ok(statement.overview.networkServices.some((row) => row.uid === uid));
    assert.ok(!(await textOf('/conformance?format=json', without)).includes(uid), 'and not without it');
    for (const form of ['format=html', 'format=docbook', 'format=markdown&template=annex-n']) {
      const text = await textOf(`/conformance?${form}`);
      for (const word of [uid, 'The toy is broken', 'Toy on our side'])
        assert.ok(text.includes(word), `${form}: ${word}`);
    }
    assert.match(await textOf('/conformance?format=markdown&template=annex-n'), /#### 7\.3\.2\.\d+\.1 Toy on our side/);
    const csv = await textOf('/conformance/tables/concord-sop-class-table');
    assert.match(csv, /2\.25\.270695996825855179949881587723571202391,No,Yes/);
  });

  test('is negotiated, and planned to be tested', async () => {
    const acceptor = await listen({ host: '127.0.0.1', port: 0, applicationEntities: [{ aeTitle: 'TOYS', services }] });
    const peer = { host: '127.0.0.1', port: acceptor.port, calledAeTitle: 'TOYS', callingAeTitle: 'TEST' };
    const association = await connect(peer, [{ abstractSyntax: uid, transferSyntaxes: [implicit] }]);
    assert.deepEqual(
      association.accepted.map(({ transferSyntax }) => transferSyntax),
      [implicit],
    );
    await association.release();
    await acceptor.close();
    const planned = createPlan(JSON.parse(await textOf('/conformance?format=json'))).items.flatMap(({ check }) =>
      check?.kind === 'negotiation' ? check.contexts : [],
    );
    assert.ok(planned.some(({ abstractSyntax, accepted }) => abstractSyntax === uid && accepted[0] === implicit));
  });

  test('is judged by the validator, which finds nothing wrong with it, and much with one whose UID nobody has registered', async () => {
    const findingsOf = async (from: FastifyInstance | undefined): Promise<readonly string[]> =>
      JSON.parse(await textOf('/conformance/validation', from)).findings.map(
        ({ rule, message }: { rule: string; message: string }) => `${rule} ${message}`,
      );
    assert.deepEqual(await findingsOf(app), await findingsOf(without));
    const stray = '1.2.826.0.1.3680043.10.9.1';
    const declaration = { ...toy.declaration, sopClasses: [stray] };
    const odd = serving(partsOf([], [...bound, { ...toy, declaration }]));
    assert.ok((await findingsOf(odd)).some((text) => text.startsWith(`CS-V71-08 ${stray} stands under no root`)));
    await odd.close();
  });

  test('is compared: who proposes it meets it here, and nowhere else', async () => {
    const named = (value: string) => ({ name: value, uid: value });
    const contexts = [{ abstractSyntax: named(uid), transferSyntaxes: [named(implicit)], role: 'SCU' }];
    const activities = [{ id: 'play', name: 'Play', contexts, grouping: 'one context for all transfer syntaxes' }];
    const player = {
      id: 'Player',
      networking: {
        state: 'described',
        applicationEntities: [{ id: 'main', name: 'Player', initiation: { state: 'described', activities } }],
      },
    };
    const answeredAt = async (from: FastifyInstance | undefined) => {
      const other: unknown = JSON.parse(await textOf('/conformance?format=json', from));
      const pairs = compareStatements(player, other).directions.flatMap((direction) => direction.pairs);
      return pairs.flatMap(({ sopClass, verdict, acceptor }) =>
        sopClass.uid === uid ? [`${verdict}: ${acceptor?.activityName}`] : [],
      );
    };
    assert.match((await answeredAt(app)).join(), /^can\b.*: Toy on our side$/);
    // An archive that takes classes it does not know takes this one for objects.
    assert.match((await answeredAt(without)).join(), /^can with limits: Keep instances$/);
  });
});

test('[CS-MODEL-08] a changed setting leaves its default as it is, with unit and range, and is told beside it', async () => {
  const rowOf = async (argv: readonly string[]) => {
    const { networking } = await statementFrom(serving(partsOf(argv)));
    assert.ok(networking.state === 'described');
    const row = networking.configuration.parameters.find(({ name }) =>
      name.startsWith('Time-out waiting for acceptance or'),
    );
    assert.ok(row);
    return row;
  };
  const [before, after] = [await rowOf([]), await rowOf(['--network-timeout', '77'])];
  assert.deepEqual([after.default, after.range, after.unit], [before.default, before.range, before.unit]);
  assert.equal(before.unit, 's');
  assert.deepEqual([before.effective, after.effective], [before.default, '77']);
  assert.equal(after.configurable, 'Yes');
});

test('[CS-MODEL-13] no secret is in any form of the statement', async () => {
  const password = await hashPassword('marker-of-a-passcode');
  const file = JSON.stringify({ users: [{ name: 'markeruser', password }] });
  const configuration = readConfiguration(['--config', 'site.json', '--user-identity', 'required'], {}, () => file);
  const app = serving({ ...partsOf([]), configuration });
  for (const form of ['html', 'json', 'markdown', 'docbook']) {
    const { body } = await app.inject(`/conformance?format=${form}`);
    assert.match(body, /passcode/, 'the mechanism is told');
    for (const secret of [password, password.slice(-20), 'marker-of-a-passcode'])
      assert.ok(!body.includes(secret), form);
  }
});

test('[CS-GEN-18] what anybody may read names no peer of the site', async () => {
  const file = JSON.stringify({ peers: [{ aeTitle: 'SECRETPEER', host: 'hidden.example', port: 104 }] });
  const configuration = readConfiguration(['--config', 'site.json'], {}, () => file);
  const app = serving({ ...partsOf([]), configuration });
  for (const form of ['html', 'json', 'markdown', 'docbook'])
    assert.ok(!/SECRETPEER|hidden\.example/.test((await app.inject(`/conformance?format=${form}`)).body), form);
  const site = await statementFrom(app, '/conformance?format=json&edition=site');
  assert.ok(site.networking.state === 'described');
  assert.deepEqual(site.networking.configuration.remotes, [
    { aeTitle: 'SECRETPEER', host: 'hidden.example', port: 104 },
  ]);
});

test('[CS-GEN-20] the entities of the executor are in the statement of the site while they are active, and only then', async () => {
  let active: ActiveExecutor | undefined;
  const app = serving({ ...partsOf([]), executor: () => active });
  const entitiesOf = async (edition: string) => {
    const statement = await statementFrom(app, `/conformance?format=json&edition=${edition}`);
    return statement.networking.state === 'described' ? { ...statement.networking, statement } : assert.fail();
  };
  const names = async (edition: string) => (await entitiesOf(edition)).applicationEntities.map(({ name }) => name);
  assert.deepEqual(await names('site'), ['Concord AE']);
  active = { calling: 'CSPROBE', sink: { host: '127.0.0.1', port: 11_190, aeTitle: 'CSSINK' } };
  assert.deepEqual(await names('site'), ['Concord AE', 'CS-PROBE', 'CS-SINK']);
  assert.deepEqual(await names('as-configured'), ['Concord AE']);
  const { applicationEntities, configuration, statement } = await entitiesOf('site');
  assert.deepEqual(
    validate(statement).findings.filter(({ level }) => level === 'E'),
    [],
  );
  const created = statement.annexes.createdObjects;
  const sink = applicationEntities.find(({ id }) => id === 'cs-sink');
  assert.deepEqual(
    sink?.sopClasses.find(({ uid }) => uid === '1.2.840.10008.1.1'),
    { name: 'Verification SOP Class', uid: '1.2.840.10008.1.1', scu: 'No', scp: 'Yes', type: 'standard', options: [] },
  );
  const title = configuration.localTitles.find(({ ae }) => ae === 'cs-sink');
  assert.deepEqual([title?.effectiveTitle, title?.effectivePort], ['CSSINK', 11_190]);
  assert.ok(created.state === 'described', 'the test objects have their table');
});

test('[CS-SCOPE-09] [CS-SCOPE-11] the glossary has the eleven terms of conformance and those taken over, and the schema uses the same words', async () => {
  const app = serving(partsOf([]));
  const terms: readonly GlossaryTerm[] = JSON.parse((await app.inject('/conformance/glossary')).body);
  const own = terms.filter(({ group }) => group === 'conformance').map(({ term }) => term);
  assert.equal(own.length, 11);
  for (const word of ['Standard Extended SOP Class', 'Augmented Application Profile', 'Security Profile'])
    assert.ok(own.includes(word), word);
  const taken = terms.filter(({ group }) => group === 'taken over');
  for (const word of [
    'Application Entity',
    'AE Title',
    'Real-World Activity',
    'Meta SOP Class',
    'Presentation Address',
  ])
    assert.ok(
      taken.some(({ term }) => term === word),
      word,
    );
  assert.ok(taken.length >= 29);
  assert.ok(terms.every(({ definition, section }) => definition.length > 30 && section !== ''));
  const schema = (await app.inject('/conformance/schema')).body;
  assert.match(schema, /"enum":\["standard","standard extended","specialized","private"\]/);
  assert.match(schema, /"enum":\["standard","augmented","private"\]/);
});

test('[CS-GEN-17] a statement that breaks a rule of level E is a draft, and names the rule', async () => {
  const { entities } = partsOf([]);
  const without = {
    ...partsOf([]),
    entities: (configuration: Parameters<typeof entities>[0]) =>
      entities(configuration).map((entity) => ({
        ...entity,
        services: entity.services.filter(({ declaration }) => declaration.name !== verificationScp.declaration.name),
      })),
  };
  const html = (await serving(without).inject('/conformance')).body;
  assert.match(html, /DRAFT, not conformant: [^<]*CS-V71-06/);
  assert.doesNotMatch((await serving(partsOf([])).inject('/conformance')).body, /DRAFT/);
});

test('[CS-V71-05] [CS-VX-30] the running system decides: a service without a handler, and a text that is not the declared one, are found', async () => {
  const { entities, configuration } = partsOf([]);
  const statement = await statementFrom(serving(partsOf([])));
  const facts = { configuration, statement, date: '2026-11-21' };
  const against = (own: ReturnType<typeof entities>): readonly string[] =>
    systemDecisions({ ...facts, entities: own }).flatMap(({ rule, holds, how }) => (holds ? [] : [`${rule} ${how}`]));
  const running = entities(configuration);
  assert.deepEqual(against(running), []);
  const changed = (change: (service: BoundService) => BoundService) =>
    against(running.map((entity) => ({ ...entity, services: entity.services.map(change) })));
  assert.match(changed((service) => ({ ...service, handlers: {} })).join(), /CS-V71-05 Not so: .*C-STORE of Storage/);
  const reworded = changed((service) => ({
    ...service,
    declaration: { ...service.declaration, text: { activity: 'a', remoteActivity: 'b', description: 'Another text.' } },
  }));
  assert.match(reworded.join(), /CS-VX-30 Not so/);
  const unlisted = changed((service) => ({
    ...service,
    declaration: { ...service.declaration, sopClasses: [...service.declaration.sopClasses, '1.2.3.4'] },
  }));
  assert.match(unlisted.join(), /CS-V73-27 Not so: .*1\.2\.3\.4/);
});

test('the statement as PDF and Word, in both orders, and what the validator says of it', async () => {
  const app = serving(partsOf([]));
  const pdf = await app.inject('/conformance?format=pdf');
  assert.equal(pdf.headers['content-type'], 'application/pdf');
  assert.match(pdf.rawPayload.subarray(0, 5).toString('latin1'), /^%PDF-/);
  const word = await app.inject('/conformance?format=docx');
  assert.match(String(word.headers['content-type']), /wordprocessingml/);
  assert.match(String(word.headers['content-disposition']), /conformance-statement\.docx/);
  assert.match(
    (await app.inject('/conformance?format=markdown&template=annex-n')).body,
    /## 5 Service and Interoperability Description/,
  );
  assert.equal((await app.inject('/conformance?template=annex-z')).statusCode, 400);
  const validation = JSON.parse((await app.inject('/conformance/validation')).body);
  assert.equal(validation.errors, 0);
  assert.equal(validation.claims.network, 'stands');
  const decided = validation.decided.map(({ rule, holds }: { rule: string; holds: boolean }) => [rule, holds]);
  assert.deepEqual(
    decided,
    ['CS-V73-02', 'CS-V73-27', 'CS-V71-05', 'CS-V71-06', 'CS-V76-04', 'CS-VX-30'].map((rule) => [rule, true]),
  );
  assert.ok(!validation.open.includes('CS-VX-30') && validation.open.includes('CS-V71-08'));
});
