// The administration API: each endpoint against its declaration, events, metrics, and the document drawn from it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWeb, statistics, webParts } from '../../testing/web.ts';
import { conformanceAddresses } from '../conformance/conformance-addresses.ts';
import type { Endpoint } from './endpoint.ts';
import { endpoints } from './endpoints.ts';

/** Reads a stream of events until `enough` of its text has come. */
const readUntil = async (response: Response, enough: RegExp): Promise<string> => {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (enough.test(text)) return text;
  }
  return `${text}<end>`;
};

/** Query parameters that endpoints do not go without. */
const queries: Readonly<Record<string, string>> = {
  mediaFolders: '?path=/disc',
  uploadFile: '?path=DICOMDIR',
  mediumInstances: '?item=others',
};

const anOrder = {
  ...{ patientName: 'DOE^JANE', patientId: 'P1' },
  steps: [{ modality: 'CT', startDate: '20260302', startTime: '1000' }],
};

/** What those endpoints are sent that want a body, by their names. */
const bodies: Readonly<Record<string, object>> = {
  send: { destination: 'PACS', selection: { studyInstanceUid: '1.2' } },
  retrieve: { studyInstanceUid: '1.2' },
  expect: { studyInstanceUid: '1.2', count: 3 },
  addRule: { name: 'Knees', destinations: ['PACS'] },
  changeRule: { name: 'Knees', destinations: ['PACS'] },
  acknowledgeAlert: { by: 'vet' },
  addExamType: { name: 'KNEE' },
  addKeyObjectTitle: { code: 'X1', meaning: 'For the owner' },
  addOrder: { order: anOrder },
  createKeyObjects: { title: '113000', references: [{ sopInstanceUid: '1.2' }] },
  changeOrder: { order: anOrder },
  setOrderState: { state: 'ARRIVED' },
  arrangeRules: { order: ['0192'] },
  tryRule: { rule: '0192' },
  putPeer: { host: 'pacs.example', port: 104 },
  rejectStudy: { reason: 'twice' },
  openMedium: { path: '/disc' },
  openUpload: { title: 'a disc' },
  actOnMedium: { kind: 'import' },
  reconcile: { act: { kind: 'accept study', studyInstanceUid: '1.2' } },
};

test('every endpoint answers what it declares', async (t) => {
  const { url } = await startWeb(t, webParts().parts);
  for (const [name, endpoint] of Object.entries(endpoints)) {
    if (endpoint.mediaType !== 'application/json') continue;
    const path = endpoint.path
      .replace(':aeTitle', 'PACS')
      .replace(':conflict', '7')
      .replace(':name', 'KNEE')
      .replace(':code', 'X1');
    const body = name in bodies ? JSON.stringify(bodies[name]) : null;
    const response = await fetch(url + path + (queries[name] ?? ''), { method: endpoint.method, body });
    assert.equal(response.status, 'success' in endpoint ? endpoint.success : 200, path);
    assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    const answer = await response.json();
    if ('response' in endpoint) endpoint.response.parse(answer);
  }
  assert.deepEqual((await (await fetch(`${url}/api/system`)).json()).statistics, statistics);
});

test('associations are asked for by filters; a wrong one is refused by its name', async (t) => {
  const asked: object[] = [];
  const { parts } = webParts();
  const { url } = await startWeb(t, {
    ...parts,
    associations: async (query) => {
      asked.push(query);
      return [];
    },
  });
  const get = (query: string) => fetch(`${url}/api/associations?${query}`);
  assert.equal((await get('aeTitle=CT1&outcome=refused&since=2026-05-01T12:00:00%2B02:00&limit=5')).status, 200);
  assert.deepEqual(asked, [
    { aeTitle: 'CT1', outcome: 'refused', limit: 5, since: '2026-05-01T10:00:00.000Z', until: undefined },
  ]);
  for (const [query, name] of [
    ['limit=0', 'limit'],
    ['limit=1e3', 'limit'],
    ['outcome=bad', 'outcome'],
    ['since=yesterday', 'since'],
    ['colour=red', 'colour'],
    ['aeTitle=A&aeTitle=B', 'aeTitle'],
  ] as const) {
    const response = await get(query);
    assert.equal(response.status, 400, query);
    assert.match((await response.json()).detail, new RegExp(name), query);
  }
  assert.equal(asked.length, 1);
});

test('an unknown peer is 404, and its name comes back quoted, never as markup', async (t) => {
  const { url } = await startWeb(t, webParts().parts);
  const name = encodeURIComponent('<script>alert(1)</script>\r\nX: y');
  const response = await fetch(`${url}/api/peers/${name}/echo`, { method: 'POST' });
  assert.equal(response.status, 404);
  assert.match(response.headers.get('content-type') ?? '', /problem\+json/);
  assert.equal(response.headers.get('x'), null);
});

test('events: what was stored is told once per series, gathered', async (t) => {
  const { parts, changes } = webParts();
  const { url } = await startWeb(t, parts);
  const response = await fetch(`${url}/api/events`);
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  const change = { kind: 'instances-stored', studyInstanceUid: '1.2', seriesInstanceUid: '1.2.3', count: 2 } as const;
  for (const tell of changes) {
    tell(change);
    tell(change);
    tell({ ...change, seriesInstanceUid: '1.2.4' });
  }
  const text = await readUntil(response, /1\.2\.4/);
  assert.match(text, /event: stored\ndata: {"studyInstanceUid":"1.2","seriesInstanceUid":"1.2.3","instances":4}\n\n/);
});

test('events: signs of life, a bound on listeners, and an end when the server stops', async (t) => {
  const { parts, changes } = webParts({ limits: { heartbeatMs: 50, eventListeners: 1 } });
  const { url, server } = await startWeb(t, parts);
  const first = await fetch(`${url}/api/events`);
  const second = await fetch(`${url}/api/events`);
  assert.equal(second.status, 503);
  assert.equal(second.headers.get('retry-after'), '10');
  assert.match(await readUntil(first, /still here/), /still here/);
  for (let tries = 0; tries < 100; tries += 1) {
    const again = await fetch(`${url}/api/events`); // the first listener has gone: its place is free
    if (again.status === 200) {
      const ended = readUntil(again, /never/);
      await server.close();
      assert.match(await ended, /<end>$/);
      assert.equal(changes.size, 0);
      return;
    }
    await again.text();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail('the place of a listener that left was not given to another');
});

test('metrics count requests by route, never by address', async (t) => {
  const { url } = await startWeb(t, webParts().parts);
  await (await fetch(`${url}/api/system?x=1`)).text();
  await (await fetch(`${url}/no/such/address`)).text();
  const response = await fetch(`${url}/metrics`);
  const text = await response.text();
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain/);
  assert.match(text, /concord_http_requests_total{method="GET",route="\/api\/system",status="200"} 1/);
  assert.match(text, /concord_archive{what="instances"} 4/);
  assert.doesNotMatch(text, /such/);
});

test('the OpenAPI document has every endpoint', async (t) => {
  const { url } = await startWeb(t, webParts().parts);
  const document = await (await fetch(`${url}/api/openapi.json`)).json();
  assert.equal(document.openapi, '3.1.0');
  const told = Object.entries<Record<string, { operationId: string }>>(document.paths);
  const all = Object.values<Endpoint>({ ...endpoints, ...conformanceAddresses });
  assert.deepEqual(
    told.flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)).sort(),
    all.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/gu, '{$1}')}`).sort(),
  );
  const names = told.flatMap(([, methods]) => Object.values(methods).map(({ operationId }) => operationId));
  assert.equal(new Set(names).size, names.length, 'an operationId stands twice');
  const run = document.paths['/conformance/runs'].post;
  assert.equal(run.requestBody.content['application/json'].schema.properties.peer.type, 'string');
  assert.equal(document.paths['/conformance/runs/{id}'].delete.responses[204].content, undefined);
  const echo = document.paths['/api/peers/{aeTitle}/echo'].post;
  assert.deepEqual(echo.parameters[0].name, 'aeTitle');
  assert.equal(echo.responses[200].content['application/json'].schema.properties.milliseconds.type, 'number');
});
