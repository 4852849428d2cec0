// Other systems' statements over HTTP: read, kept in versions, planned from, approved, run; and who may do it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { mostSystems } from '@concord/conformance';
import { implementation, listen, verificationScp } from '@concord/network';
import type { FastifyInstance } from 'fastify';
import { bareWeb } from '../../testing/bare-web.ts';
import { openTestIndex } from '../../testing/test-index.ts';
import type { Database } from '../database/database.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import { hashPassword } from '../users/password.ts';
import { registerConformance } from './conformance.ts';
import { conformanceAddresses } from './conformance-addresses.ts';
import { mostStatements } from './requests.ts';

let folder: string;
let database: Database;
let acceptor: Awaited<ReturnType<typeof listen>>;
const opened: FastifyInstance[] = [];

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'concord-statements-'));
  database = await openTestIndex(folder);
  const applicationEntities = [{ aeTitle: 'TESTED', services: [verificationScp] }];
  acceptor = await listen({ host: '127.0.0.1', port: 0, applicationEntities });
});
after(async () => {
  for (const app of opened) await app.close();
  await acceptor.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** With every address it answers, as `METHOD /path`. */
function serving(settings: object = {}): FastifyInstance & { readonly routes: readonly string[] } {
  const peers = [{ aeTitle: 'TESTED', host: '127.0.0.1', port: acceptor.port }];
  const file = JSON.stringify({ peers, data: folder, ...settings });
  const configuration = readConfiguration(['--config', 'site.json'], {}, () => file);
  const app = bareWeb();
  const routes: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    routes.push(`${method} ${url}`);
  });
  registerConformance(app, {
    configuration,
    entities: ({ aeTitle, dicomPort: port }) => [
      { settings: { aeTitle, name: 'Concord AE', services: [] }, port, implementation, services: [verificationScp] },
    ],
    ports: new Map([[configuration.aeTitle, 4711]]),
    database,
  });
  opened.push(app);
  return Object.assign(app, { routes });
}

test('every address under /conformance is in the OpenAPI document, and no other', () => {
  assert.deepEqual(
    serving()
      .routes.filter((route) => !route.startsWith('HEAD '))
      .sort(),
    Object.values(conformanceAddresses)
      .map(({ method, path }) => `${method} ${path}`)
      .sort(),
  );
  assert.equal(mostStatements, mostSystems - 1, 'with our own');
});

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
const call = (app: FastifyInstance, method: Method, url: string, payload?: unknown, user?: string) =>
  app.inject({
    method,
    url,
    headers: {
      ...(payload !== undefined && { 'content-type': 'application/json' }),
      ...(user !== undefined && { authorization: `Basic ${Buffer.from(user).toString('base64')}` }),
    },
    ...(payload !== undefined && { payload: JSON.stringify(payload) }),
  });

const text = `Accepted Presentation Contexts
Verification 1.2.840.10008.1.1 Implicit VR Little Endian 1.2.840.10008.1.2 SCP None
Query 1.840.10008.5.1.4.1.2.2.1 Implicit VR Little Endian 1.2.840.10008.1.2 SCU None
`;
const claims = (uid: string) => ({
  id: 'Tested',
  networking: {
    applicationEntities: [
      {
        id: 'main',
        acceptance: {
          activities: [
            {
              id: 'accept',
              contexts: [{ abstractSyntax: { uid }, transferSyntaxes: [{ uid: '1.2.840.10008.1.2' }], role: 'SCP' }],
            },
          ],
        },
      },
    ],
  },
});
const verification = '1.2.840.10008.1.1';

describe('statements of other systems', () => {
  test('of a text each fact names its line, and what was not sure says why; JSON that lacks parts says which', async () => {
    const app = serving();
    const imported = (await call(app, 'POST', '/conformance/imports', { name: 'Scanner', text })).json();
    assert.equal(imported.origin, 'text');
    const classes = imported.facts.filter(({ kind }: { kind: string }) => kind === 'SOP Class');
    assert.deepEqual(
      classes.map(({ line, text: what }: { line: number; text: string }) => [line, what.split(',')[0]]),
      [
        [2, 'Verification SOP Class'],
        [3, 'Study Root Query/Retrieve Information Model - FIND'],
      ],
    );
    assert.match(classes[1].doubts.join(), /without its 1\.2/);
    assert.deepEqual(classes[0].doubts, []);
    const data = await call(app, 'POST', '/conformance/imports', { name: 'x', text: 'networking: {}\n' });
    assert.ok(data.json().faults.some(({ path }: { path: string }) => path === '/schemaVersion'));
    for (const wrong of ['', 'Dear colleague,\n', '%PDF-1.7 x', '{', '[]', '\0\0\0'])
      assert.equal(
        (await call(app, 'POST', '/conformance/imports', { name: 'x', text: wrong })).statusCode,
        400,
        wrong,
      );
  });

  test('each state is a version, which stays as it was; what says the same is not kept again; a system is deleted', async () => {
    const app = serving();
    const keep = async (statement: unknown) =>
      (await call(app, 'POST', '/conformance/statements', { name: 'CT 1', statement, by: 'Ann' })).json();
    const first = await keep(claims(verification));
    assert.deepEqual(await keep(claims(verification)), first);
    const second = await keep(claims('1.2.840.10008.5.1.4.1.1.2'));
    assert.deepEqual([second.id, second.version], [first.id, 2]);
    const [listed] = (await call(app, 'GET', '/conformance/statements')).json();
    assert.deepEqual(
      [listed.name, listed.versions.map(({ version, keptBy }: Record<string, unknown>) => [version, keptBy])],
      [
        'CT 1',
        [
          [2, 'Ann'],
          [1, 'Ann'],
        ],
      ],
    );
    const url = `/conformance/statements/${first.id}`;
    assert.deepEqual((await call(app, 'GET', `${url}?version=1`)).json(), claims(verification));
    assert.deepEqual((await call(app, 'GET', url)).json(), claims('1.2.840.10008.5.1.4.1.1.2'));
    assert.equal((await call(app, 'GET', `${url}?format=html`)).statusCode, 409);
    assert.ok((await call(app, 'GET', `${url}/validation`)).json().findings.length > 0);
    assert.equal((await call(app, 'GET', `${url}?version=9`)).statusCode, 404);
    const refused = await app.inject({
      method: 'POST',
      url: '/conformance/statements',
      payload: `{"name":"Deep","statement":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`,
    });
    assert.equal(refused.statusCode, 400);
    assert.equal((await call(app, 'DELETE', url)).statusCode, 204);
    assert.equal((await call(app, 'GET', url)).statusCode, 404);
    assert.deepEqual((await call(app, 'GET', '/conformance/statements')).json(), []);
  });

  test('a whole statement is printed, and its versions are compared row by row', async () => {
    const app = serving();
    const own = (await call(app, 'GET', '/conformance?format=json&edition=as-shipped')).json();
    const keep = (statement: unknown) => call(app, 'POST', '/conformance/statements', { name: 'Whole', statement });
    const { id } = (await keep(own)).json();
    assert.equal((await call(app, 'GET', `/conformance/statements/${id}/changes`)).statusCode, 404);
    const [product] = own.cover.products;
    await keep({ ...own, cover: { ...own.cover, products: [{ ...product, name: 'Whole & Sons' }] } });
    const page = await call(app, 'GET', `/conformance/statements/${id}?format=html`);
    assert.match(page.body, /Whole &amp; Sons/);
    assert.equal((await call(app, 'GET', `/conformance/statements/${id}/changes`)).statusCode, 200);
    await call(app, 'DELETE', `/conformance/statements/${id}`);
  });
});

describe('plans', () => {
  test('[CS-EXE-01] a run is refused without an approved plan, and where a statement has changed since; both leave a trace', async () => {
    const app = serving();
    const keep = (statement: unknown) => call(app, 'POST', '/conformance/statements', { name: 'CT 2', statement });
    const { id: statement } = (await keep(claims(verification))).json();
    const plan = (await call(app, 'POST', '/conformance/test-plans', { statement, withOwn: false })).json();
    assert.match(plan.refused, /not been approved/);
    const run = (more: object = { plan: plan.id }) =>
      call(app, 'POST', '/conformance/runs', { peer: 'TESTED', tester: 'Bob', services: ['Verification'], ...more });
    assert.equal((await run({})).statusCode, 409);
    assert.match((await run()).body, /has not been approved/);
    const url = `/conformance/test-plans/${plan.id}`;
    assert.equal((await call(app, 'POST', `${url}/approval`, { by: ' ' })).statusCode, 400);
    const approved = (await call(app, 'POST', `${url}/approval`, { by: 'Ann' })).json();
    assert.deepEqual([approved.approval.by, approved.refused], ['Ann', undefined]);
    const { id } = (await run()).json();
    const ended = async () => {
      for (const until = Date.now() + 100_000; Date.now() < until; ) {
        const now = (await call(app, 'GET', `/conformance/runs/${id}`)).json();
        if (now.state === 'done' || now.state === 'failed') return now;
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      throw new Error('the run has not ended');
    };
    const over = await ended();
    assert.equal(over.state, 'done', over.doing);
    assert.ok(over.results.some(({ result }: { result: string }) => result === 'passed'));
    await keep(claims('1.2.840.10008.5.1.4.1.1.2'));
    assert.match((await run()).body, /statement of Tested has changed/);
    assert.equal((await run({ plan: plan.id, dryRun: true })).statusCode, 201);
    const audit = (await call(app, 'GET', '/conformance/runs/audit')).json();
    const refusals = audit.filter(({ event, who }: Record<string, string>) => event === 'refused' && who === 'Bob');
    assert.deepEqual(
      refusals.map(({ peer }: Record<string, string>) => peer),
      ['TESTED', 'TESTED', 'TESTED'],
    );
    assert.ok(audit.some(({ event, who }: Record<string, string>) => event === 'approved' && who === 'Ann'));
    for (const form of ['html', 'markdown', 'csv', 'json'])
      assert.equal((await call(app, 'GET', `${url}?format=${form}`)).statusCode, 200);
    assert.equal((await call(app, 'DELETE', `/conformance/statements/${statement}`)).statusCode, 204);
    assert.equal((await call(app, 'GET', url)).statusCode, 404);
    assert.equal((await run()).statusCode, 404);
  });
});

describe('rights', () => {
  const users = async () => {
    const password = await hashPassword('secret');
    return [
      { name: 'viewer', password, rights: ['view'] },
      { name: 'editor', password, rights: ['view', 'edit'] },
      { name: 'head', password, rights: ['view', 'approve'] },
      { name: 'tester', password, rights: ['view', 'execute'] },
      { name: 'nameonly', rights: ['view'] },
    ];
  };

  test('[CS-UI-08] the published edition is open; all else needs rights, each apart; who lacks one is refused and audited', async () => {
    const app = serving({ conformanceAccess: 'users', users: await users() });
    const open = [
      '/conformance?edition=as-shipped&format=json',
      '/conformance?format=json',
      '/conformance/validation?edition=as-shipped',
      '/conformance/schema',
      '/conformance/schema/fields',
      '/conformance/rights',
    ];
    for (const url of open) assert.equal((await call(app, 'GET', url)).statusCode, 200, url);
    assert.equal((await call(app, 'GET', '/conformance?format=json')).json().edition, 'as-shipped');
    const closed = app.routes.filter(
      (route) =>
        !/^GET \/conformance(\/(validation|schema(\/fields)?|glossary|rights|status|tables\/:anchor))?$/.test(route),
    );
    assert.ok(closed.length > 20, closed.join());
    for (const route of closed) {
      const [method, url = ''] = route.split(' ');
      if (method === 'HEAD') continue;
      const answer = await call(app, method as Method, url.replaceAll(/:\w+/g, 'x'));
      assert.equal(answer.statusCode, 401, route);
    }
    assert.equal((await call(app, 'GET', '/conformance?edition=as-configured')).statusCode, 401);
    const needs = {
      view: ['GET', '/conformance/statements', undefined],
      edit: ['POST', '/conformance/statements', { name: 'R', statement: claims(verification) }],
      approve: ['POST', '/conformance/test-plans/x/approval', { by: 'somebody else' }],
      execute: ['POST', '/conformance/runs', { peer: 'TESTED', plan: 'x' }],
    } as const;
    const rightsOf = {
      viewer: ['view'],
      editor: ['view', 'edit'],
      head: ['view', 'approve'],
      tester: ['view', 'execute'],
    };
    for (const [user, rights] of Object.entries(rightsOf))
      for (const [right, [method, url, body]] of Object.entries(needs)) {
        const { statusCode } = await call(app, method, url, body, `${user}:secret`);
        assert.equal(statusCode === 403, !rights.includes(right), `${user} ${right}: ${statusCode}`);
        assert.notEqual(statusCode, 401);
      }
    for (const wrong of ['viewer:wrong', 'nobody:secret', 'nameonly:', 'viewer'])
      assert.equal((await call(app, 'GET', '/conformance/statements', undefined, wrong)).statusCode, 401, wrong);
    assert.equal(
      (await call(app, 'POST', '/conformance/runs', { peer: 'TESTED', draft: true }, 'tester:secret')).statusCode,
      403,
    );
    const kept = (await call(app, 'GET', '/conformance/statements', undefined, 'viewer:secret')).json();
    const named = kept.find(({ name }: { name: string }) => name === 'R');
    assert.equal(named.versions[0].keptBy, 'editor', 'who has proven a name does not take another');
    assert.equal(
      (await call(app, 'GET', '/conformance?format=json', undefined, 'viewer:secret')).json().edition,
      'as-configured',
    );
    const audit = (await call(app, 'GET', '/conformance/runs/audit', undefined, 'viewer:secret')).json();
    const told = (who: string, what: RegExp) =>
      audit.some(
        (line: Record<string, string>) => line.event === 'refused' && line.who === who && what.test(line.detail ?? ''),
      );
    assert.ok(told('viewer', /the right to edit/) && told('editor', /the right to approve/) && told('nobody', /view/));
    assert.deepEqual((await call(app, 'GET', '/conformance/rights', undefined, 'head:secret')).json(), {
      ...{ open: false, user: 'head', rights: ['view', 'approve'] },
    });
  });

  test('without the setting everybody may do everything, as before', async () => {
    const app = serving();
    assert.deepEqual((await call(app, 'GET', '/conformance/rights')).json().open, true);
    assert.equal((await call(app, 'GET', '/conformance?format=json')).json().edition, 'as-configured');
    assert.equal((await call(app, 'GET', '/conformance/statements')).statusCode, 200);
  });
});
