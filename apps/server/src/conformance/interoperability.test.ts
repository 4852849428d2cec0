// Comparisons, plans and runs over HTTP.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { implementation, listen, verificationScp } from '@concord/network';
import type { FastifyInstance } from 'fastify';
import { bareWeb } from '../../testing/bare-web.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import { registerConformance } from './conformance.ts';

let app: FastifyInstance;
let acceptor: Awaited<ReturnType<typeof listen>>;

before(async () => {
  const applicationEntities = [{ aeTitle: 'TESTED', services: [verificationScp] }];
  acceptor = await listen({ host: '127.0.0.1', port: 0, applicationEntities });
  const file = JSON.stringify({ peers: [{ aeTitle: 'TESTED', host: '127.0.0.1', port: acceptor.port }] });
  const configuration = readConfiguration(['--config', 'site.json'], {}, () => file);
  app = bareWeb();
  registerConformance(app, {
    configuration,
    entities: ({ aeTitle, dicomPort: port }) => [
      { settings: { aeTitle, name: 'Concord AE', services: [] }, port, implementation, services: [verificationScp] },
    ],
    ports: new Map([[configuration.aeTitle, 4711]]),
  });
});
after(async () => {
  await app.close();
  await acceptor.close();
});

const post = (url: string, payload: unknown) =>
  app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify(payload),
  });

describe('comparisons and plans', () => {
  test('our statement with another: as data, as a page; with several a matrix', async () => {
    const comparison = (await post('/conformance/comparisons', { statements: [{ id: 'Other' }] })).json();
    assert.equal(comparison.systems[1].label, 'Other');
    const page = await post('/conformance/comparisons?format=html', { statements: [{ id: '<script>' }] });
    assert.match(page.body, /^<!doctype html>/);
    assert.doesNotMatch(page.body, /<script>/);
    assert.equal((await post('/conformance/comparisons', { statements: [{}, {}] })).json().cells.length, 6);
  });

  test('a plan for us or for another system, in each form', async () => {
    const plan = (await post('/conformance/plans', {})).json();
    assert.equal(plan.format, 'concord-test-plan-1');
    assert.match((await post('/conformance/plans?format=csv', {})).body, /^Service,Item/);
    assert.match((await post('/conformance/plans?format=markdown', {})).body, /^# Test plan/);
    assert.deepEqual((await post('/conformance/plans', { statement: {} })).json().items, []);
  });

  test('wrong bodies and forms are refused', async () => {
    const codeOf = async (url: string, payload: unknown) => (await post(url, payload)).statusCode;
    assert.equal(await codeOf('/conformance/comparisons', { statements: [] }), 400);
    assert.equal(await codeOf('/conformance/comparisons', { statements: Array(50).fill({}) }), 400);
    assert.equal(await codeOf('/conformance/plans?format=word', {}), 400);
    const broken = await app.inject({ method: 'POST', url: '/conformance/plans', payload: '{' });
    assert.equal(broken.statusCode, 400);
  });
});

describe('runs', () => {
  const ended = async (id: string) => {
    for (const until = Date.now() + 20_000; Date.now() < until; ) {
      const run = (await app.inject(`/conformance/runs/${id}`)).json();
      if (run.state === 'done' || run.state === 'failed') return run;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the run has not ended');
  };

  test('[CS-EXE-02] only a configured peer is called', async () => {
    assert.equal((await post('/conformance/runs', { peer: 'SOMEBODY' })).statusCode, 404);
    const address = await post('/conformance/runs', { peer: 'TESTED', host: '10.0.0.1' });
    assert.equal(address.statusCode, 400);
  });

  test('without a statement the peer is probed; the report comes in every form', async () => {
    const started = await post('/conformance/runs', {
      peer: 'TESTED',
      draft: true,
      services: ['Verification', 'Negotiation'],
    });
    assert.equal(started.statusCode, 201);
    assert.equal((await post('/conformance/runs', { peer: 'TESTED', draft: true })).statusCode, 409);
    const { id } = started.json();
    assert.equal((await app.inject(`/conformance/runs/${id}/report`)).statusCode, 404);
    const run = await ended(id);
    assert.equal(run.state, 'done', run.doing);
    assert.ok(run.results.every(({ result }: { result: string }) => result === 'passed'));
    const report = (format: string) => app.inject(`/conformance/runs/${id}/report?format=${format}`);
    assert.match((await report('junit')).body, /<testsuites>/);
    assert.match((await report('html')).body, /Interoperability test/);
    assert.equal((await report('json')).json().counts.failed, 0);
    assert.equal((await app.inject('/conformance/runs')).json()[0].id, id);
  });

  test('a run can be stopped; what is not there is not found', async () => {
    const { id } = (await post('/conformance/runs', { peer: 'TESTED', draft: true })).json();
    assert.equal((await app.inject({ method: 'DELETE', url: `/conformance/runs/${id}` })).statusCode, 204);
    const run = await ended(id);
    assert.ok(run.done < 5);
    assert.equal((await app.inject({ method: 'DELETE', url: '/conformance/runs/x' })).statusCode, 404);
  });
});
