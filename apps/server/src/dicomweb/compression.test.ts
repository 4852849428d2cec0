// Who gets compressed answers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { gzip, wantsGzip } from './compression.ts';

test('only who asks for it, and not our own machine', () => {
  const far = '192.0.2.1';
  for (const accept of ['gzip', 'deflate, gzip;q=0.5', 'GZIP', '*', 'br, gzip ; q=1.0'])
    assert.ok(wantsGzip(accept, far), accept);
  for (const accept of [undefined, '', 'br', 'gzip;q=0', 'identity', 'xgzip', 'gzip;q=x'])
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
