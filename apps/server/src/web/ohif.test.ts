// The OHIF viewer's files at /ohif: there once they are installed, as pages of a strict policy, and nothing beside them.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { rawRequest } from '../../testing/raw-request.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { startWeb, webParts } from '../../testing/web.ts';

test('installed while the server runs: pages, files, and addresses of studies', async (t) => {
  const data = await temporaryFolder();
  const ohifFolder = join(data, 'ohif');
  const { parts } = webParts({ ohifFolder });
  const { url } = await startWeb(t, parts);
  const missing = await fetch(`${url}/ohif/`);
  assert.equal(missing.status, 404);
  assert.match((await missing.json()).detail, /concord ohif install/u);

  mkdirSync(ohifFolder);
  writeFileSync(join(data, 'index.sqlite'), 'secret');
  writeFileSync(join(ohifFolder, 'index.html'), '<!doctype html><title>OHIF</title>');
  writeFileSync(join(ohifFolder, 'app.bundle.0123456789abcdef.js'), 'export {};');
  writeFileSync(join(ohifFolder, '.hidden'), 'secret');
  for (const path of ['/ohif', '/ohif/', '/ohif/viewer?StudyInstanceUIDs=1.2.3']) {
    const page = await fetch(url + path, { headers: { accept: 'text/html' } });
    assert.equal(page.status, 200, path);
    assert.match(await page.text(), /OHIF/u);
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/u);
    assert.equal(page.headers.get('cross-origin-embedder-policy'), 'require-corp');
    assert.equal(page.headers.get('cross-origin-opener-policy'), 'same-origin');
    assert.match(page.headers.get('content-security-policy') ?? '', /script-src 'self' 'wasm-unsafe-eval';/u);
  }
  const script = await fetch(`${url}/ohif/app.bundle.0123456789abcdef.js`);
  assert.match(script.headers.get('content-type') ?? '', /javascript/u);
  assert.match(script.headers.get('cache-control') ?? '', /immutable/u);
  assert.equal((await fetch(`${url}/ohif/`, { method: 'HEAD' })).status, 200);
});

test('nothing beside the folder can be had', async (t) => {
  const data = await temporaryFolder();
  const ohifFolder = join(data, 'ohif');
  mkdirSync(ohifFolder);
  writeFileSync(join(data, 'index.sqlite'), 'secret');
  writeFileSync(join(ohifFolder, 'index.html'), 'page');
  writeFileSync(join(ohifFolder, '.hidden.js'), 'secret');
  const { parts } = webParts({ ohifFolder });
  const { port, url } = await startWeb(t, parts);
  for (const path of [
    ...['/ohif/../index.sqlite', '/ohif/%2e%2e/index.sqlite', '/ohif/..%2findex.sqlite', '/ohif/missing.js'],
    ...['/ohif//etc/passwd.txt', '/ohif/.hidden.js', '/ohif/%00.js', '/ohif/..\\index.sqlite'],
  ]) {
    const answer = await rawRequest(port, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 4\d\d/u, path);
    assert.doesNotMatch(answer, /secret|root:/u, path);
  }
  assert.equal((await fetch(`${url}/ohif/`, { method: 'POST' })).status, 404);
});
