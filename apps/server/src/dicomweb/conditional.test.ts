// Requests under conditions: a part of what has changed in between is never put to the part that a caller has. RFC 9110 13.1.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@concord/network';
import { startFilled } from '../../testing/archive.ts';
import { madePixels, madeSeriesPath } from '../../testing/instances.ts';
import { openReconciliation } from '../reconciliation/open-reconciliation.ts';

const one = `${madeSeriesPath}/instances/1.2.1`;
const octets = 'application/octet-stream';

test('a range is given to who has another part of the same bytes, all bytes to everybody else', async (t) => {
  const { get } = await startFilled(t, [{ instance: '1.2.1' }]);
  const pixels = Buffer.from(madePixels({}));
  for (const path of [`${one}/frames/1`, `${one}/bulkdata/PixelData`]) {
    const whole = await get(path, octets);
    const tag = whole.headers.get('etag') ?? '';
    assert.deepEqual(Buffer.from(await whole.arrayBuffer()), pixels);
    const part = await get(path, octets, { range: 'bytes=4-7', 'if-range': tag });
    assert.equal(part.status, 206, path);
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), pixels.subarray(4, 8));
    for (const condition of ['"another"', `W/${tag}`, 'Mon, 01 Jan 2035 00:00:00 GMT']) {
      const all = await get(path, octets, { range: 'bytes=4-7', 'if-range': condition });
      assert.equal(all.status, 200, `${path} ${condition}`);
      assert.equal(all.headers.get('content-range'), null);
      assert.deepEqual(Buffer.from(await all.arrayBuffer()), pixels);
    }
  }
});

test('whoever has any form of a resource already is told so', async (t) => {
  const { get } = await startFilled(t, [{ instance: '1.2.1' }]);
  const known = await get(`${one}/frames/1`, octets, { 'if-none-match': '*' });
  assert.equal(known.status, 304);
  assert.equal((await known.arrayBuffer()).byteLength, 0);
  assert.equal((await get(`${madeSeriesPath}/instances/1.2.9/frames/1`, octets, { 'if-none-match': '*' })).status, 404);
});

test('who wants one form of a resource only is not given another', async (t) => {
  const { get } = await startFilled(t, [{ instance: '1.2.1' }]);
  for (const path of [`${one}/frames/1`, `${one}/metadata`, one]) {
    const tag = (await get(path)).headers.get('etag') ?? '';
    for (const wanted of [tag, '*', `"another", ${tag}`])
      assert.equal((await get(path, '*/*', { 'if-match': wanted })).status, 200, `${path} ${wanted}`);
    for (const wanted of ['"another"', `W/${tag}`, ''])
      assert.equal((await get(path, '*/*', { 'if-match': wanted })).status, 412, `${path} ${wanted}`);
  }
});

test('what was put right since is sent again: nobody keeps a picture, a text or a value with the name of another', async (t) => {
  const { get, database } = await startFilled(t, [{ instance: '1.2.1' }]);
  const paths = ['', '/metadata', '/rendered?annotation=patient', '/bulkdata/PatientName'].map(
    (path) => `${one}${path}`,
  );
  const tags = await Promise.all(paths.map(async (path) => (await get(path)).headers.get('etag') ?? ''));
  const ask = (at: number) => get(paths[at] ?? '', '*/*', { 'if-none-match': tags[at] ?? '' });
  for (const [at, path] of paths.entries()) assert.equal((await ask(at)).status, 304, path);
  const reconciliation = openReconciliation({ database, system: 'TEST', now: () => new Date(), log: silentLog });
  const correction = { patient: { patientId: 'P1' }, values: { PatientName: 'RIGHT^ONE' } };
  await reconciliation.act({ kind: 'correct patient', ...correction }, { by: 'me', reason: 'mixed up' });
  for (const [at, path] of paths.entries()) {
    const anew = await ask(at);
    assert.equal(anew.status, 200, path);
    const text = Buffer.from(await anew.arrayBuffer()).toString('latin1');
    if (!path.includes('rendered')) assert.match(text, /RIGHT\^ONE/u, path);
  }
});

test('one value in two wrappings has two tags: a part of one is no part of the other', async (t) => {
  const { get } = await startFilled(t, [{ instance: '1.2.1' }]);
  const path = `${one}/bulkdata/PixelData`;
  const [multipart, single] = [
    await get(path, 'multipart/related; type="application/octet-stream"'),
    await get(path, octets),
  ];
  assert.notEqual(multipart.headers.get('etag'), single.headers.get('etag'));
});

test('a problem has no tag, no length and no place of what was asked for: nobody keeps it in its stead', async (t) => {
  const { get } = await startFilled(t, [{ instance: '1.2.1', change: (dataSet) => dataSet.set('Rows', 40) }]);
  for (const [path, accept, status, headers] of [
    [`${one}/frames/1`, octets, 406, {}],
    [`${one}/frames/9`, octets, 404, {}],
    [`${one}/rendered`, 'image/png', 406, {}],
    [`${one}/bulkdata/PatientName`, octets, 416, { range: 'bytes=900-' }],
    [`${one}/bulkdata/PatientName`, 'image/png', 406, {}],
    [one, 'image/png', 406, {}],
  ] as const) {
    const answer = await get(path, accept, headers);
    assert.equal(answer.status, status, `${path}: ${await answer.text()}`);
    for (const name of ['etag', 'content-location', 'content-disposition', 'accept-ranges'])
      assert.equal(answer.headers.get(name), null, `${path}: ${name}`);
    assert.equal(answer.headers.get('cache-control'), 'no-store', path);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/u, path);
  }
});
