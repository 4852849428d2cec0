// The HTTP face as a whole: pages, headers, problems, who may ask, and what hostile requests get.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { rawRequest } from '../../testing/raw-request.ts';
import { builtPages, startWeb, webParts } from '../../testing/web.ts';
import type { StoredInstance } from '../archive/archive.ts';

const html = { headers: { accept: 'text/html' } };

test('pages are served with a strict policy, and any address of the interface gets its first page', async (t) => {
  const { url } = await startWeb(t, webParts({ staticFolder: builtPages() }).parts);
  for (const path of ['/', '/index.html', '/studies/1.2.3', '/peers/']) {
    const response = await fetch(url + path, html);
    assert.equal(response.status, 200, path);
    assert.match(await response.text(), /<title>Concord/);
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'; script-src 'self' 'wasm-unsafe-eval'/);
    assert.doesNotMatch(policy.replace(/style-src[^;]+/u, ''), /unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)/);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
  }
  assert.match((await fetch(`${url}/app.js`)).headers.get('content-type') ?? '', /javascript/);
});

test('what is no page is a problem in JSON, never HTML', async (t) => {
  const { url } = await startWeb(t, webParts({ staticFolder: builtPages() }).parts);
  const paths = [
    '/missing.js',
    '/api/nothing',
    '/dicom-web/nothing',
    '/.hidden',
    '/<script>.x',
    '/assets/index-12345678.js',
  ];
  for (const path of paths) {
    const response = await fetch(url + path, html);
    const text = await response.text();
    assert.equal(response.status, 404, path);
    assert.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8');
    assert.match(response.headers.get('content-security-policy') ?? '', /sandbox/);
    assert.doesNotMatch(text, /<script|passwd|secret/);
    assert.equal(JSON.parse(text).status, 404);
    assert.equal(JSON.parse(text).requestId, response.headers.get('x-request-id'));
  }
});

test('raw requests that no client sends get a status, and the server goes on', async (t) => {
  const { url, port } = await startWeb(t, webParts({ staticFolder: builtPages() }).parts);
  const host = 'Host: localhost\r\nConnection: close\r\n\r\n';
  const expected: [string, RegExp][] = [
    [`GET /../../etc/passwd HTTP/1.1\r\n${host}`, /^HTTP\/1.1 40[04]/],
    [`GET /%00 HTTP/1.1\r\n${host}`, /^HTTP\/1.1 40[04]/],
    [`GET /%zz HTTP/1.1\r\n${host}`, /^HTTP\/1.1 40[04]/],
    [`GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${host}`, /^HTTP\/1.1 431/],
    [`GET / HTTP/1.1\r\nConnection: close\r\n\r\n`, /^HTTP\/1.1 400/],
    [`GET / HTTP/1.1\r\nHost: <script>\r\nConnection: close\r\n\r\n`, /^HTTP\/1.1 400/],
    ['\0\x01\0\0\0\x64 this is an A-ASSOCIATE-RQ', /^HTTP\/1.1 400/],
    [`BREW / HTTP/1.1\r\n${host}`, /^HTTP\/1.1 400/],
  ];
  for (const [request, answer] of expected) {
    const text = await rawRequest(port, request);
    assert.match(text, answer, request.slice(0, 60));
    assert.doesNotMatch(text, /root:|<script/);
  }
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
});

test('a name that was rebound to our address is not answered', async (t) => {
  const { port } = await startWeb(t, webParts({ origins: { allowedOrigins: [] } }).parts);
  const get = (host: string) => rawRequest(port, `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  assert.match(await get('evil.example'), /^HTTP\/1.1 421/);
  for (const host of ['localhost:8080', '127.0.0.1', '[::1]:8080'])
    assert.match(await get(host), /^HTTP\/1.1 200/, host);
  const open = await startWeb(t, webParts({ origins: { allowedOrigins: [], allowedHosts: ['pacs.example'] } }).parts);
  const answer = await rawRequest(
    open.port,
    'GET /healthz HTTP/1.1\r\nHost: PACS.example\r\nConnection: close\r\n\r\n',
  );
  assert.match(answer, /^HTTP\/1.1 200/);
});

test('a page of another origin changes nothing and reads nothing, unless it is on the list', async (t) => {
  const allowed = 'https://viewer.example';
  const { url } = await startWeb(t, webParts({ origins: { allowedOrigins: [allowed], allowedHosts: [] } }).parts);
  const post = async (headers: Record<string, string>) =>
    (await fetch(`${url}/api/peers/PACS/echo`, { method: 'POST', headers })).status;
  assert.equal(await post({}), 200);
  assert.equal(await post({ origin: url, 'sec-fetch-site': 'same-origin' }), 200);
  assert.equal(await post({ origin: allowed, 'sec-fetch-site': 'cross-site' }), 200);
  assert.equal(await post({ origin: 'https://evil.example' }), 403);
  assert.equal(await post({ origin: 'null' }), 403);
  assert.equal(await post({ 'sec-fetch-site': 'cross-site' }), 403);
  assert.equal(await post({ 'sec-fetch-site': 'same-site' }), 403);
  const read = async (origin: string) =>
    (await fetch(`${url}/api/system`, { headers: { origin } })).headers.get('access-control-allow-origin');
  assert.equal(await read(allowed), allowed);
  assert.equal(await read('https://evil.example'), null);
  const preflight = async (origin: string, name = 'access-control-allow-methods') =>
    (
      await fetch(`${url}/dicom-web/studies`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      })
    ).headers.get(name);
  assert.match((await preflight(allowed)) ?? '', /POST/);
  assert.match((await preflight(allowed, 'access-control-allow-headers')) ?? '', /Authorization, Content-Encoding/);
  assert.equal(await preflight('https://evil.example'), null);
  const { headers } = await fetch(`${url}/api/system`, { headers: { origin: allowed } });
  // Without Location a page that makes a work item never learns its UID.
  for (const name of ['Location', 'Content-Location', 'ETag', 'Content-Range', 'Warning'])
    assert.ok(headers.get('access-control-expose-headers')?.split(', ').includes(name), name);
});

test('without a list there is no CORS at all', async (t) => {
  const { url } = await startWeb(t, webParts().parts);
  const response = await fetch(`${url}/api/system`, { headers: { origin: 'https://viewer.example' } });
  assert.deepEqual(
    [...response.headers.keys()].filter((name) => name.startsWith('access-control')),
    [],
  );
  assert.equal(response.headers.get('cross-origin-resource-policy'), 'same-origin');
});

test('the log has one line for each request, without its query', async (t) => {
  const { parts, log } = webParts();
  const { url } = await startWeb(t, parts);
  const response = await fetch(`${url}/healthz?PatientName=Doe`);
  const id = response.headers.get('x-request-id');
  await response.text();
  while (log.lines.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const [line] = log.lines;
  assert.deepEqual(
    [line?.fields.requestId, line?.fields.method, line?.fields.path, line?.fields.status],
    [id, 'GET', '/healthz', 200],
  );
  assert.doesNotMatch(JSON.stringify(log.lines), /Doe/);
});

test('a failure of ours is a 500 without its reason, which stands in the log', async (t) => {
  const { parts, log } = webParts();
  const failing = {
    ...parts,
    archive: {
      ...parts.archive,
      statistics: async () => {
        throw new Error('disk /secret');
      },
    },
  };
  const { url } = await startWeb(t, failing);
  const response = await fetch(`${url}/api/system`);
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /secret/);
  assert.match(String(log.lines.find((line) => line.level === 'error')?.fields.err), /secret/);
});

test('headers that dribble in are cut off', async (t) => {
  const { port } = await startWeb(t, webParts({ limits: { headersMs: 500 } }).parts);
  const started = performance.now();
  assert.match(await rawRequest(port, 'GET / HTTP/1.1\r\nHost: loc', 10_000), /^HTTP\/1.1 408/);
  assert.ok(performance.now() - started < 6000);
});

test('a port in use is an error that says so', async (t) => {
  const { port } = await startWeb(t, webParts().parts);
  await assert.rejects(startWeb(t, webParts({ port }).parts), { code: 'EADDRINUSE' });
});

test('an answer that breaks off is cut off for the caller, and stands in the log', async (t) => {
  const breaking = async function* () {
    yield new Uint8Array(100_000);
    throw new Error('the disk is gone');
  };
  const { parts, log } = webParts();
  const instance = { sopInstanceUid: '1.2', digest: '', size: 1e6, transferSyntaxUid: '1.2.840.10008.1.2.1' };
  const lendPart10 = () => ({ length: 1e6, chunks: breaking });
  const archive = { ...parts.archive, instances: async () => [instance as StoredInstance], lendPart10 };
  const { url } = await startWeb(t, { ...parts, archive });
  const response = await fetch(`${url}/dicom-web/studies/1.2`);
  assert.equal(response.status, 200);
  await assert.rejects(response.arrayBuffer());
  assert.match(String(log.lines.find((line) => line.level === 'error')?.fields.err), /disk is gone/);
});

test('stopping does not wait for connections that brought nothing, or rest after an answer; a request that has begun is still answered', async (t) => {
  const { server, port } = await startWeb(t, webParts({ limits: { closeMs: 20_000 } }).parts);
  const connections = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    }),
  );
  const [resting, begun, ...silent] = connections;
  assert.ok(resting && begun);
  resting.write('GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(resting, 'data');
  begun.write('GET /nowhere HTTP/1.1\r\nHost: loc');
  // Its bytes are there when those of the next connection are.
  await rawRequest(port, 'GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 5000);
  const ends = [resting, ...silent].map((socket) => once(socket.resume(), 'close'));
  const answered = once(begun, 'data');
  const started = performance.now();
  const closing = server.close();
  await Promise.all(ends);
  begun.write('alhost\r\n\r\n');
  assert.match(String((await answered)[0]), /^HTTP\/1\.1 503/);
  await closing;
  assert.ok(performance.now() - started < 10_000, `${performance.now() - started} ms`);
});

test('stopping ends a download that nobody reads, after its time', async (t) => {
  const endless = async function* () {
    for (;;) yield new Uint8Array(65_536);
  };
  const { parts } = webParts({ limits: { closeMs: 300 } });
  const instance = { sopInstanceUid: '1.2', digest: '', size: 1e9, transferSyntaxUid: '1.2.840.10008.1.2.1' };
  const lendPart10 = () => ({ length: 1e12, chunks: endless });
  const archive = { ...parts.archive, instances: async () => [instance as StoredInstance], lendPart10 };
  const { server, port } = await startWeb(t, { ...parts, archive });
  const reading = rawRequest(port, 'GET /dicom-web/studies/1.2 HTTP/1.1\r\nHost: localhost\r\n\r\n', 5000);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const started = performance.now();
  await server.close();
  assert.ok(performance.now() - started < 3000);
  await reading;
});
