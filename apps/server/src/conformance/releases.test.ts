// Released statements: kept as they were, found again, told apart from the present one, never a changed file.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { canonicalJson, type Facts, type Statement, statementDigest } from '@concord/conformance';
import { type BoundService, bind, implementation, verificationScp } from '@concord/network';
import { bareWeb } from '../../testing/bare-web.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { performedProcedureStep } from '../performed-procedure/declaration.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import { version } from '../version.ts';
import { registerConformance } from './conformance.ts';
import { registerReleases } from './release-endpoints.ts';
import { createReleases } from './releases.ts';
import type { StatementText } from './text-endpoints.ts';
import { textFacts } from './text-facts.ts';

/** The server on a folder, with settings that may differ from one start to the next. */
const servingWith = (
  services: readonly BoundService[],
  folder: string,
  { argv = [], facts = textFacts }: { argv?: readonly string[]; facts?: Facts } = {},
) => {
  const configuration = readConfiguration(['--data', folder, ...argv], {});
  const app = bareWeb();
  registerConformance(app, {
    configuration,
    facts,
    entities: ({ aeTitle, dicomPort: port }) => [
      { settings: { aeTitle, name: 'Concord AE', services: [] }, port, implementation, services },
    ],
    ports: new Map(),
  });
  const get = async (url: string) => {
    const { statusCode, body } = await app.inject(url);
    return { status: statusCode, body, json: () => JSON.parse(body) };
  };
  const release = async (words?: object) => {
    const payload = words && { payload: JSON.stringify(words) };
    const { statusCode, body } = await app.inject({ method: 'POST', url: '/conformance/releases', ...payload });
    return { status: statusCode, body };
  };
  const change = async (method: 'PUT' | 'DELETE', url: string, json?: object) => {
    const { statusCode, body } = await app.inject({ method, url, ...(json && { payload: JSON.stringify(json) }) });
    return { status: statusCode, body, json: () => JSON.parse(body) };
  };
  return { get, release, change };
};
const serving = (folder: string, ...argv: readonly string[]) => servingWith([verificationScp], folder, { argv });

const never = async () => {
  throw new Error('nothing is asked of it');
};

test('[CS-GEN-16] a released statement is fetched again as it was, under its digest, whatever runs now', async () => {
  const folder = await temporaryFolder();
  const first = serving(folder, '--ae-title', 'FIRST');
  assert.deepEqual((await first.get('/conformance/releases')).json(), []);
  const made = await first.release();
  assert.equal(made.status, 201, made.body);
  const { id, digest, date, version, edition } = JSON.parse(made.body);
  assert.match(`${date} ${version} ${edition}`, /^\d{4}-\d{2}-\d{2} \d+\.\d+\.\d+ as-configured$/);
  const present: Statement = (await first.get('/conformance?format=json')).json();
  // Later: other settings, a new run.
  const second = serving(folder, '--ae-title', 'SECOND', '--maximum-associations', '7');
  const again = await second.get(`/conformance/releases/${id}`);
  assert.equal(again.body, canonicalJson(present));
  assert.ok(statementDigest(again.json()).startsWith(digest));
  assert.match((await second.get(`/conformance/releases/${id}?format=html`)).body, /FIRST/);
  const changes = (await second.get(`/conformance/releases/${id}/changes`)).json();
  const told = changes.map(({ change, row }: { change: string; row: string }) => `${change} ${row}`).join('\n');
  assert.match(told, /removed .*FIRST/);
  assert.match(told, /added .*SECOND/);
  await second.release();
  assert.equal((await second.get('/conformance/releases')).json().length, 2);
  assert.deepEqual((await first.get(`/conformance/releases/${id}/changes`)).json(), []);
});

test('[CS-FRONT-02] [CS-GEN-07] only the statement of the version that runs is released', async () => {
  const folder = await temporaryFolder();
  const present: Statement = (await serving(folder).get('/conformance?format=json')).json();
  assert.ok(present.cover.state === 'described');
  const [product] = present.cover.products;
  assert.ok(product);
  assert.deepEqual(product.versions, [version]);
  const releasing = (statement: Statement) => {
    const app = bareWeb();
    registerReleases(app, {
      releases: createReleases(join(folder, 'conformance')),
      present: async () => statement,
      broken: () => [],
      html: () => '',
      version,
    });
    return app.inject({ method: 'POST', url: '/conformance/releases' });
  };
  const cover = { ...present.cover, products: [{ ...product, versions: ['0.0.9'] }] };
  for (const other of [
    { ...present, cover },
    { ...present, cover: { state: 'unknown', reason: 'None.' } as const },
  ]) {
    const refused = await releasing(other);
    assert.equal(refused.statusCode, 409, refused.body);
    assert.match(refused.body, new RegExp(`version ${version.replaceAll('.', '\\.')} runs here`));
  }
  assert.deepEqual((await serving(folder).get('/conformance/releases')).json(), []);
  assert.equal((await releasing(present)).statusCode, 201);
  // A product made with Concord has a version of its own.
  const named = serving(folder, '--document-product', 'Archive', '--document-version', '7.1');
  assert.equal((await named.release()).status, 201);
  assert.match((await named.get('/conformance?format=markdown')).body, /Archive, version 7\.1/);
});

test('the same words are released once; what was changed by hand is no release any more', async () => {
  const folder = await temporaryFolder();
  const { get, release } = serving(folder);
  const [one, two] = [await release(), await release()];
  assert.equal(one.body, two.body);
  const [name = ''] = readdirSync(join(folder, 'conformance'));
  const path = join(folder, 'conformance', name);
  writeFileSync(path, readFileSync(path, 'utf8').replace('CONCORD', 'CONCURS'));
  const { id } = JSON.parse(one.body);
  const changed = await get(`/conformance/releases/${id}/changes`);
  assert.equal(changed.status, 409);
  assert.match(changed.body, /was changed since it was released/);
  for (const odd of ['nothing', '..%2F..%2Fconcord', '2026-01-01_1.0_as-shipped_zz'])
    assert.equal((await get(`/conformance/releases/${odd}`)).status, 404, odd);
});

test('[CS-GEN-15] the revision history is what comparing releases gives; the author adds words, and takes none away', async () => {
  const folder = await temporaryFolder();
  const before = serving(folder);
  assert.equal((await before.release()).status, 201);
  const more = servingWith(
    [verificationScp, bind(performedProcedureStep, { 'N-CREATE': never, 'N-SET': never })],
    folder,
  );
  const rows = async () => {
    const { introduction } = (await more.get('/conformance?format=json')).json() as Statement;
    return introduction.revisions;
  };
  const [, derived] = await rows();
  const named = derived?.changes.filter((line) => line.includes('1.2.840.10008.3.1.2.3.3')) ?? [];
  assert.deepEqual(named, [
    'Added: SOP Class Modality Performed Procedure Step SOP Class (1.2.840.10008.3.1.2.3.3) of Concord AE: SCP, standard.',
  ]);
  const odd = await more.release({ remarks: 'For the new CT.', changes: ['Nothing.'] });
  assert.equal(odd.status, 400, odd.body);
  const made = await more.release({ author: 'R. Jones', remarks: 'For the new CT.' });
  assert.equal(made.status, 201, made.body);
  const kept = (await more.get(`/conformance/releases/${JSON.parse(made.body).id}`)).json() as Statement;
  const [first, second, ...none] = kept.introduction.revisions;
  assert.deepEqual(none, []);
  assert.equal(first?.changes.length, 1);
  assert.deepEqual(second, { ...derived, author: 'R. Jones', remarks: 'For the new CT.' });
  assert.deepEqual(await rows(), kept.introduction.revisions, 'what runs is what was released');
  const page = (await more.get('/conformance/tables/t-a-3-1')).body;
  assert.match(page, /R\. Jones,For the new CT\./);
  assert.match(page, /R\. Jones,"?Added: SOP Class Modality Performed/);
  assert.equal((await more.get('/conformance?format=json&edition=as-shipped')).json().introduction.revisions.length, 1);
});

const changedFacts: Facts = { ...textFacts, 'setting sendAttempts': { default: 7, range: '1 to 100' } };
const retries = '/conformance/texts/sending-again';

test('[CS-GEN-09] a retry count that changes makes its text stale: no release until somebody confirms or edits it', async () => {
  const folder = await temporaryFolder();
  const fresh = serving(folder);
  const texts: readonly StatementText[] = (await fresh.get('/conformance/texts')).json();
  for (const { id, state, describes } of texts)
    assert.equal(
      state,
      'current',
      `${id} is older than ${describes.filter(({ changed }) => changed).map(({ name }) => name)}: read it, then node scripts/confirm-texts.ts ${id}`,
    );
  for (const { id, path } of texts) assert.ok(path, `${id} stands in the statement`);
  const later = servingWith([verificationScp], folder, { facts: changedFacts });
  const stale = (await later.get('/conformance/texts')).json().find(({ id }: StatementText) => id === 'sending-again');
  assert.equal(stale.state, 'stale');
  assert.deepEqual(
    stale.describes.filter(({ changed }: { changed: boolean }) => changed),
    [{ name: 'setting sendAttempts', now: '{"default":7,"range":"1 to 100"}', changed: true }],
  );
  assert.match((await later.get('/conformance')).body, /DRAFT, not conformant: CS-VX-30.*TO BE CONFIRMED/s);
  const refused = await later.release();
  assert.equal(refused.status, 409);
  assert.match(refused.body, /CS-VX-30/);
  assert.equal((await later.get('/conformance/status')).json().errors, 1);
  const confirmed = (await later.change('PUT', retries, { author: 'A. Physicist' })).json();
  assert.deepEqual([confirmed.state, confirmed.edited, confirmed.author], ['current', false, 'A. Physicist']);
  assert.equal((await later.get('/conformance/status')).json().errors, 0);
  assert.equal((await later.release()).status, 201);
  assert.doesNotMatch((await later.get('/conformance')).body, /DRAFT|TO BE CONFIRMED/);
});

test('[CS-GEN-09] an edited text stands in every form, outlives the process, and goes stale itself; bad input changes nothing', async () => {
  const folder = await temporaryFolder();
  const words = 'Sent again seven times, as Dr. Example wants it.';
  const first = servingWith([verificationScp], folder, { facts: changedFacts });
  for (const [url, json, status] of [
    [retries, { author: 'A', text: ' ' }, 400],
    [retries, { text: words }, 400],
    [retries, { author: 'A', text: 'x'.repeat(20_001) }, 400],
    ['/conformance/texts/no-such-text', { author: 'A' }, 404],
  ] as const)
    assert.equal((await first.change('PUT', url, json)).status, status, JSON.stringify(json).slice(0, 60));
  assert.equal((await first.change('PUT', retries, { author: 'B. Author', text: words })).json().edited, true);
  const second = servingWith([verificationScp], folder, { facts: changedFacts });
  assert.match(
    (await second.get('/conformance?format=markdown')).body,
    /Sent again seven times, as Dr\. Example wants it\./,
  );
  assert.doesNotMatch(
    (await second.get('/conformance?format=markdown')).body,
    /declaration of Storage \(PS3/,
    'no provenance',
  );
  const statement: Statement = (await second.get('/conformance?format=json')).json();
  const place = statement.textBlocks?.find(({ id }) => id === 'sending-again')?.path;
  assert.ok(
    statement.provenance.some(
      ({ path, kind, source }) => path === place && kind === 'authored' && /B\. Author/.test(source),
    ),
  );
  assert.doesNotMatch((await second.get('/conformance?edition=as-shipped')).body, /Dr\. Example/);
  assert.equal((await serving(folder).get('/conformance/status')).json().errors, 1, 'the count is another again');
  assert.equal((await second.change('DELETE', retries)).json().edited, false);
});
