// Requests under conditions: a part of what has changed in between is never put to the part that a caller has. RFC 9110 13.1.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFilled } from '../../testing/archive.ts';
import { madePixels, madeSeriesPath } from '../../testing/instances.ts';

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
