// Who gets compressed answers, and what they are like.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { startDicomweb } from '../../testing/archive.ts';
import { madeFile, madeSeries, madeStudy } from '../../testing/instances.ts';
import { webParts } from '../../testing/web.ts';
import { closeServer, createHttpServer, listenOn } from '../web/http-server.ts';
import { webLimits } from '../web/limits.ts';
import { createWebApp } from '../web/web-server.ts';
import { gzip, wantsGzip } from './compression.ts';

test('only who asks for it, and not our own machine', () => {
  const far = '192.0.2.1';
  for (const accept of ['gzip', 'deflate, gzip;q=0.5', 'GZIP', '*', 'br, gzip ; q=1.0', '*;q=0, gzip'])
    assert.ok(wantsGzip(accept, far), accept);
  for (const accept of [
    undefined,
    '',
    'br',
    'gzip;q=0',
    'gzip;q=0, *',
    '*;q=0.5, gzip; q=0',
    '*;q=0',
    'identity',
    'xgzip',
    'gzip;q=x',
  ])
    assert.ok(!wantsGzip(accept, far), accept);
  for (const near of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) assert.ok(!wantsGzip('gzip', near), near);
  assert.ok(wantsGzip('gzip', '2001:db8::1'));
});

test('what goes in comes out', async () => {
  const stream = gzip();
  stream.write('[1,');
  stream.end('2]');
  assert.equal(gunzipSync(Buffer.concat(await Array.fromAsync(stream))).toString(), '[1,2]');
});

test('text for another machine is compressed, said to be so, and the very text inside; an object is not', async (t) => {
  const near = await startDicomweb(t);
  const sent = {
    method: 'POST',
    body: madeFile({ instance: '1.2.1' }),
    headers: { 'content-type': 'application/dicom' },
  };
  assert.equal((await fetch(`${near.service}/studies`, sent)).status, 200);
  const far = createHttpServer(webLimits);
  const app = await createWebApp(webParts({ archive: near.archive }).parts, far);
  // Every caller seems to be on another machine.
  far.prependListener('request', ({ socket }) =>
    Object.defineProperty(socket, 'remoteAddress', { value: '192.0.2.1', configurable: true }),
  );
  const service = `http://127.0.0.1:${await listenOn(far, '127.0.0.1', 0)}/dicom-web`;
  t.after(async () => {
    await app.close();
    await closeServer(far, 1000);
  });
  const one = `/studies/${madeStudy}/series/${madeSeries}/instances/1.2.1`;
  for (const path of ['/studies', `/studies/${madeStudy}/metadata`, `${one}/metadata`]) {
    const get = (more: object) => fetch(`${service}${path}`, { ...more });
    const zipped = await get({ headers: { 'accept-encoding': 'gzip' } });
    assert.equal(zipped.status, 200, path);
    assert.equal(zipped.headers.get('content-encoding'), 'gzip', path);
    assert.equal(zipped.headers.get('content-length'), null, 'the length of other bytes');
    assert.match(zipped.headers.get('vary') ?? '', /\bAccept-Encoding\b/u, path);
    const plain = await get({ headers: { 'accept-encoding': 'identity' } });
    assert.equal(plain.headers.get('content-encoding'), null, path);
    assert.match(plain.headers.get('vary') ?? '', /\bAccept-Encoding\b/u, path);
    const text = await plain.text();
    assert.equal(await zipped.text(), text);
    assert.equal(JSON.parse(text).length, 1);
    const tag = zipped.headers.get('etag');
    if (tag === null) continue;
    assert.match(tag, /^W\//u, 'other bytes, the same meaning');
    assert.equal((await get({ headers: { 'if-none-match': tag } })).status, 304);
    const head = await get({ method: 'HEAD', headers: { 'accept-encoding': 'gzip' } });
    assert.equal(head.headers.get('content-encoding'), 'gzip');
  }
  const object = await fetch(`${service}${one}`, {
    headers: { accept: 'application/dicom', 'accept-encoding': 'gzip' },
  });
  assert.equal(object.headers.get('content-encoding'), null);
  assert.equal(Buffer.from(await object.arrayBuffer()).toString('latin1', 128, 132), 'DICM');
});
