// Released statements: kept as they were, found again, told apart from the present one, never a changed file.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { canonicalJson, type Statement, statementDigest } from '@concord/conformance';
import { type BoundService, bind, implementation, verificationScp } from '@concord/network';
import { bareWeb } from '../../testing/bare-web.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { performedProcedureStep } from '../performed-procedure/declaration.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import { registerConformance } from './conformance.ts';

/** The server on a folder, with settings that may differ from one start to the next. */
const servingWith = (services: readonly BoundService[], folder: string, ...argv: readonly string[]) => {
  const configuration = readConfiguration(['--data', folder, ...argv], {});
  const app = bareWeb();
  registerConformance(app, {
    configuration,
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
  return { get, release };
};
const serving = (folder: string, ...argv: readonly string[]) => servingWith([verificationScp], folder, ...argv);

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
