// Test runs over HTTP: kept over the end of the process, paused, answered by hand, repeated, at several targets, audited.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createPlan } from '@concord/conformance';
import { bind, implementation, listen, service, storage, storageSyntaxes, verificationScp } from '@concord/network';
import type { FastifyInstance } from 'fastify';
import { bareWeb } from '../../testing/bare-web.ts';
import { openTestIndex } from '../../testing/test-index.ts';
import type { Database } from '../database/database.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import { registerConformance } from './conformance.ts';
import { createRunStore } from './run-store.ts';
import { createTestRuns } from './test-runs.ts';

const [verification, ct, implicit] = ['1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.1.2'];
const compressed = [
  '5',
  '8.1',
  '4.50',
  '4.57',
  '4.70',
  '4.80',
  '4.81',
  '4.90',
  '4.91',
  '4.110',
  '4.201',
  '4.202',
  '4.203',
].map((end) => `1.2.840.10008.1.2.${end}`);

/** A statement of entities, each with what it accepts. */
const statement = (
  entities: Readonly<Record<string, readonly string[]>>,
  syntaxes: readonly string[] = [implicit],
) => ({
  id: 'Tested',
  networking: {
    applicationEntities: Object.entries(entities).map(([id, uids]) => ({
      id,
      acceptance: {
        activities: uids.map((uid) => ({
          id: `accept-${uid.split('.').at(-1)}`,
          contexts: [
            {
              abstractSyntax: { uid },
              transferSyntaxes: (uid === verification ? [implicit] : syntaxes).map((each) => ({ uid: each })),
              role: 'SCP',
            },
          ],
        })),
      },
    })),
  },
});

let folder: string;
let database: Database;
let refuses = false;
let acceptors: readonly Awaited<ReturnType<typeof listen>>[];

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'concord-runs-'));
  database = await openTestIndex(folder);
  const keeper = bind(
    service({ ...storage, sopClasses: [ct], transferSyntaxes: [...storageSyntaxes, ...compressed] }),
    {
      'C-STORE': async (request) => {
        for await (const _ of request.dataSet);
        return { code: refuses ? 0xa700 : 0x0000 };
      },
    },
  );
  acceptors = await Promise.all(
    [
      ['TESTED', [verificationScp, keeper]],
      ['OTHER', [verificationScp]],
    ].map(([aeTitle, services]) =>
      listen({
        host: '127.0.0.1',
        port: 0,
        applicationEntities: [{ aeTitle: aeTitle as string, services: services as (typeof verificationScp)[] }],
      }),
    ),
  );
});
after(async () => {
  await Promise.all(acceptors.map((each) => each.close()));
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

function serving(): FastifyInstance {
  const titles = ['TESTED', 'OTHER'];
  const peers = acceptors.map(({ port }, index) => ({ aeTitle: titles[index], host: '127.0.0.1', port }));
  const configuration = readConfiguration(['--config', 'site.json'], {}, () => JSON.stringify({ peers }));
  const app = bareWeb();
  registerConformance(app, {
    configuration,
    entities: ({ aeTitle, dicomPort: port }) => [
      { settings: { aeTitle, name: 'Concord AE', services: [] }, port, implementation, services: [verificationScp] },
    ],
    ports: new Map([[configuration.aeTitle, 4711]]),
    database,
  });
  return app;
}

const post = (app: FastifyInstance, url: string, payload: unknown = {}) =>
  app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify(payload),
  });

/** Waits for a state; generously, as machines differ. */
async function until<T>(look: () => Promise<T>, done: (value: T) => boolean): Promise<T> {
  for (const end = Date.now() + 100_000; Date.now() < end; ) {
    const value = await look();
    if (done(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  throw new Error('it did not come about');
}
const ended = (app: FastifyInstance, id: string) =>
  until(
    async () => (await app.inject(`/conformance/runs/${id}`)).json(),
    ({ state }) => state !== 'probing' && state !== 'running',
  );

const wish = {
  peer: 'TESTED',
  inClinicalUse: false,
  allow: ['adds data'],
  rate: 1000,
  tester: 'A. Physicist',
  draft: true,
};

describe('runs', () => {
  const claims = statement({ main: [verification, ct] }, [implicit, ...compressed]);

  test('[CS-EXE-18] [CS-EXE-12] our own encoders make every compressed object; the run and who made it are there after a restart', async () => {
    const app = serving();
    const prefix = `store/${ct.replaceAll('.', '-')}/`;
    const items = createPlan(claims).items.flatMap(({ id }) => (id.startsWith(prefix) ? [id] : []));
    const { id } = (await post(app, '/conformance/runs', { ...wish, statement: claims, items })).json();
    const run = await ended(app, id);
    assert.equal(run.state, 'done', run.doing);
    const stored = run.results.filter((each: { id: string }) => each.id.startsWith(prefix));
    assert.equal(stored.length, compressed.length);
    assert.deepEqual(
      stored.filter(({ result }: { result: string }) => result !== 'passed'),
      [],
    );
    await app.close();
    const later = serving();
    const again = (await later.inject(`/conformance/runs/${id}`)).json();
    assert.deepEqual([again.state, again.results.length], ['done', run.results.length]);
    assert.equal((await later.inject(`/conformance/runs/${id}/report?format=json`)).json().tester, 'A. Physicist');
    const audit = (await later.inject('/conformance/runs/audit')).json();
    const mine = audit.filter((each: { run: string }) => each.run === id).reverse();
    assert.deepEqual(
      mine.map(({ event, who, peer }: Record<string, string>) => [event, who, peer]),
      [
        ['started', 'A. Physicist', 'TESTED'],
        ['ended', 'A. Physicist', 'TESTED'],
      ],
    );
    assert.match(mine[1].detail, /\d+ passed/);
    await later.close();
  });

  test('[CS-EXE-12] a run whose process was killed is told as interrupted, with the results that it had', async () => {
    const store = createRunStore(database);
    const progress = {
      id: 'killed',
      peer: 'TESTED',
      state: 'running' as const,
      startedAt: new Date().toISOString(),
      tester: 'A',
      done: 1,
      total: 9,
      doing: 'x',
      paused: false,
      log: [],
      results: [],
    };
    await store.save(progress, false);
    const result = {
      id: 'reach',
      title: 'Reach',
      service: 'Associations',
      result: 'passed' as const,
      expected: '',
      observed: '',
    };
    await store.result('killed', 1, result);
    const runs = createTestRuns({ store, silence: -1 });
    const told = await runs.find('killed');
    assert.equal(told?.state, 'interrupted');
    assert.deepEqual(told?.results, [result]);
    assert.ok((await runs.list()).some(({ id, state }) => id === 'killed' && state === 'interrupted'));
    await runs.close();
  });

  test('[CS-EXE-13] what failed is run again, and what has changed is told', async () => {
    const app = serving();
    const only = {
      ...wish,
      statement: statement({ main: [verification, ct] }),
      items: [`store/${ct.replaceAll('.', '-')}`],
    };
    refuses = true;
    const first = (await post(app, '/conformance/runs', only)).json();
    assert.equal((await ended(app, first.id)).results.at(-1).result, 'failed');
    refuses = false;
    const { items: _, ...rest } = only;
    const second = (await post(app, '/conformance/runs', { ...rest, failedIn: first.id })).json();
    const again = await ended(app, second.id);
    assert.equal(again.results.at(-1).result, 'passed');
    const { items, changed } = (await app.inject(`/conformance/runs/${second.id}/history`)).json();
    assert.deepEqual(
      changed.map(({ before, now }: Record<string, string>) => [before, now]),
      [['failed', 'passed']],
    );
    assert.ok(items.some(({ results }: { results: unknown[] }) => results.length > 1));
    assert.equal((await post(app, '/conformance/runs', { ...rest, failedIn: 'nothing' })).statusCode, 404);
    await app.close();
  });

  test('[CS-UI-05] [CS-GEN-20] a run waits while it is paused, and for a person where an item is done by hand; so long the executor is in the statement of the site', async () => {
    const app = serving();
    const claim = statement({ main: [verification, ct] }, [implicit, '1.2.840.10008.1.2.4.100']);
    const byHand = createPlan(claim).items.find(
      ({ automation, id }) => automation === 'manual' && id.endsWith('4-100'),
    );
    assert.ok(byHand);
    const { id } = (
      await post(app, '/conformance/runs', { ...wish, statement: claim, items: [byHand.id], attended: true })
    ).json();
    const look = async () => (await app.inject(`/conformance/runs/${id}`)).json();
    const titlesOfSite = async (): Promise<readonly string[]> =>
      (await app.inject('/conformance?format=json&edition=site'))
        .json()
        .networking.configuration.localTitles.map(({ effectiveTitle }: Record<string, string>) => effectiveTitle);
    const { prompt } = await until(look, (run) => run.prompt !== undefined);
    assert.equal(prompt.item, byHand.id);
    assert.match(prompt.instructions, /Send it with C-STORE/);
    assert.equal((await post(app, `/conformance/runs/${id}/pause`)).statusCode, 204);
    assert.equal((await look()).paused, true);
    assert.ok((await titlesOfSite()).includes('CSPROBE'));
    assert.equal((await post(app, `/conformance/runs/${id}/resume`)).statusCode, 204);
    assert.equal((await post(app, `/conformance/runs/${id}/answer`, { result: 'sure' })).statusCode, 400);
    assert.equal(
      (await post(app, `/conformance/runs/${id}/answer`, { result: 'passed', note: 'seen' })).statusCode,
      204,
    );
    const run = await ended(app, id);
    assert.deepEqual([run.results.at(-1).result, run.results.at(-1).observed], ['passed', 'seen']);
    assert.ok(!(await titlesOfSite()).includes('CSPROBE'), 'and no longer');
    assert.ok(run.log.some((line: string) => /passed: /.test(line)));
    assert.equal((await post(app, `/conformance/runs/${id}/answer`, { result: 'passed' })).statusCode, 409);
    await app.close();
  });

  test('entities of a plan at places of their own; a place that nobody configured is refused', async () => {
    const app = serving();
    const claim = statement({ keeper: [verification, ct], other: [verification] });
    const targets = { keeper: 'TESTED', other: 'OTHER' };
    const request = { ...wish, statement: claim, services: ['Verification'], targets };
    const { id } = (await post(app, '/conformance/runs', request)).json();
    const run = await ended(app, id);
    assert.deepEqual(
      run.results.map(({ result }: { result: string }) => result),
      ['passed', 'passed', 'passed', 'passed'],
    );
    const report = (await app.inject(`/conformance/runs/${id}/report`)).json();
    assert.deepEqual(
      report.entities.map(({ calledAeTitle }: Record<string, string>) => calledAeTitle),
      ['TESTED', 'OTHER'],
    );
    const wrong = { ...request, targets: { keeper: 'NOBODY' } };
    assert.equal((await post(app, '/conformance/runs', wrong)).statusCode, 404);
    await app.close();
  });
});
