// Released statements: kept as they were, found again, told apart from the present one, never a changed file.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { canonicalJson, type Statement, statementDigest } from '@concord/conformance';
import { implementation, verificationScp } from '@concord/network';
import fastify from 'fastify';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import { registerConformance } from './conformance.ts';

/** The server on a folder, with settings that may differ from one start to the next. */
const serving = (folder: string, ...argv: readonly string[]) => {
  const configuration = readConfiguration(['--data', folder, ...argv], {});
  const app = fastify();
  app.setErrorHandler((error: Error & { status?: number }, _request, reply) =>
    reply.code(error.status ?? 500).send(error.message),
  );
  registerConformance(app, {
    configuration,
    entities: ({ aeTitle, dicomPort: port }) => [
      { settings: { aeTitle, name: 'Concord AE', services: [] }, port, implementation, services: [verificationScp] },
    ],
    ports: new Map(),
  });
  const get = async (url: string) => {
    const { statusCode, body } = await app.inject(url);
    return { status: statusCode, body, json: () => JSON.parse(body) };
  };
  const release = async () => {
    const { statusCode, body } = await app.inject({ method: 'POST', url: '/conformance/releases' });
    return { status: statusCode, body };
  };
  return { get, release };
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
