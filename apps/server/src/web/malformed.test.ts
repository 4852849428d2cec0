// The malformed requests of recent security reports, each by its number: a status and nothing of theirs in the answer; the server goes on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rawRequest } from '../../testing/raw-request.ts';
import { startWeb, webParts } from '../../testing/web.ts';

const host = 'Host: localhost\r\nConnection: close\r\n';

test('CVE-2026-5440: a Content-Length of 4 GB takes no memory before the bytes come', async (t) => {
  const { url, port } = await startWeb(t, webParts().parts);
  const before = process.memoryUsage().arrayBuffers;
  for (const path of ['/dicom-web/studies', '/api/peers/PACS/echo', '/api/jobs']) {
    const head = `POST ${path} HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 4294967295\r\n\r\n`;
    const answer = await rawRequest(port, head);
    assert.match(answer, /^HTTP\/1\.1 [245]\d\d/, path);
  }
  assert.ok(process.memoryUsage().arrayBuffers - before < 64 * 1024 * 1024);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
});

test('bytes that are no request are told so in a problem document, like every other error', async (t) => {
  const { parts, log } = webParts();
  const { url, port } = await startWeb(t, parts);
  for (const [request, status, kind] of [
    [
      `POST / HTTP/1.1\r\n${host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
      'malformed-request',
    ],
    ['<script>alert(1)</script>\r\n\r\n', 400, 'malformed-request'],
    [`GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`, 431, 'headers-too-large'],
    [`GET / HTTP/1.1\r\n${host}X: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
  ] as const) {
    const answer = await rawRequest(port, request);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    assert.ok(head.startsWith(`HTTP/1.1 ${status} `), head);
    assert.match(head, /^content-type: application\/problem\+json/im);
    assert.match(head, /^x-content-type-options: nosniff/im);
    const problem = JSON.parse(body);
    assert.deepEqual([problem.type, problem.status], [`urn:concord:problem:${kind}`, status]);
    assert.ok(log.lines.some(({ fields }) => JSON.stringify(fields).includes(problem.requestId)));
    assert.doesNotMatch(answer, /<script>/u);
  }
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
});

test('line breaks and markup in an address become neither headers nor markup (Orthanc 1.12.11, OE2 issue 108)', async (t) => {
  const { url, port } = await startWeb(t, webParts().parts);
  for (const name of ['1.2%0d%0aSet-Cookie:%20a=b', '%3Cscript%3E', '$(id)', '..%2f..%2fetc%2fpasswd', '1.2%00']) {
    const answer = await rawRequest(port, `GET /dicom-web/studies/${name} HTTP/1.1\r\n${host}\r\n`);
    assert.match(answer, /^HTTP\/1\.1 4\d\d/, name);
    assert.doesNotMatch(answer, /^set-cookie/im);
    assert.doesNotMatch(answer, /<script>|root:/);
  }
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
});
