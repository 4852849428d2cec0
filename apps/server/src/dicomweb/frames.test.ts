// WADO-RS frames against a real archive: as stored, decoded, and in another lossless syntax.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  deflatedExplicitVrLittleEndian,
  explicitVrBigEndian,
  explicitVrLittleEndian,
  implicitVrLittleEndian,
  readPart10,
} from '@concord/dicom';
import { partsOf } from '../../testing/answer-parts.ts';
import { startFilled } from '../../testing/archive.ts';
import { madePixels, madeSeriesPath } from '../../testing/instances.ts';

const one = `${madeSeriesPath}/instances/1.2.1`;
const octets = 'multipart/related; type="application/octet-stream"';

test('frames: single, several, in any order, in ranges, and beyond the last', async (t) => {
  const { get, service } = await startFilled(t, [{ instance: '1.2.1', frames: 3 }]);
  const pixels = Buffer.from(madePixels({ frames: 3 }));
  const frame = (number: number) => pixels.subarray((number - 1) * 40, number * 40);
  const parts = await partsOf(await get(`${one}/frames/3,1`, octets));
  assert.deepEqual(
    parts.map(({ bytes }) => bytes),
    [frame(3), frame(1)],
  );
  assert.equal(parts[0]?.type, `application/octet-stream; transfer-syntax=${explicitVrLittleEndian}`);
  assert.equal(parts[0]?.location, `${service}${one}/frames/3`);
  const single = await get(`${one}/frames/2`, 'application/octet-stream');
  assert.deepEqual(Buffer.from(await single.arrayBuffer()), frame(2));
  const part = await get(`${one}/frames/2`, 'application/octet-stream', { range: 'bytes=4-7' });
  assert.equal(part.status, 206);
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), frame(2).subarray(4, 8));
  for (const [list, status] of [
    ['4', 404],
    ['0', 400],
    ['1,99', 404],
    ['x', 400],
    ['-1', 400],
  ] as const) {
    assert.equal((await get(`${one}/frames/${list}`, octets)).status, status, list);
  }
  assert.equal((await get(`${one}/frames/1,2`, 'application/octet-stream')).status, 406);
});

test('frames of every uncompressed syntax are little endian cells', async (t) => {
  for (const transferSyntaxUid of [implicitVrLittleEndian, explicitVrBigEndian, deflatedExplicitVrLittleEndian]) {
    const { get } = await startFilled(t, [{ instance: '1.2.1', transferSyntaxUid, frames: 2 }]);
    const [second] = await partsOf(await get(`${one}/frames/2`, octets));
    assert.deepEqual(second?.bytes, Buffer.from(madePixels({ frames: 2 })).subarray(40), transferSyntaxUid);
  }
});

test('another lossless syntax, where it is asked for by its UID or its media type', async (t) => {
  const { get, service } = await startFilled(t, [{ instance: '1.2.1', rows: 32, columns: 32, frames: 2 }]);
  for (const syntax of [
    '1.2.840.10008.1.2.5',
    '1.2.840.10008.1.2.4.70',
    '1.2.840.10008.1.2.4.80',
    '1.2.840.10008.1.2.4.90',
  ]) {
    const response = await get(one, `application/dicom; transfer-syntax=${syntax}`);
    assert.equal(response.status, 200, await response.clone().text());
    const { dataSet, transferSyntaxUid } = readPart10(new Uint8Array(await response.arrayBuffer()));
    assert.equal(transferSyntaxUid, syntax);
    assert.equal(dataSet.string('SOPInstanceUID'), '1.2.1');
  }
  for (const [accept, type] of [
    ['image/jls', 'image/jls; transfer-syntax=1.2.840.10008.1.2.4.80'],
    ['image/jp2', 'image/jp2; transfer-syntax=1.2.840.10008.1.2.4.90'],
    ['image/jpeg', 'image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.70'],
    ['image/jphc', 'image/jphc; transfer-syntax=1.2.840.10008.1.2.4.201'],
    ['image/jxl', 'image/jxl; transfer-syntax=1.2.840.10008.1.2.4.110'],
  ]) {
    const [part] = await partsOf(await get(`${one}/frames/2`, `multipart/related; type="${accept}"`));
    assert.equal(part?.type, type);
    assert.ok((part?.bytes.length ?? 0) > 20);
  }
  // Nothing here writes part 2 of JPEG 2000, which every stream of part 1 is as well: what is kept in it is given in it.
  assert.equal((await get(`${one}/frames/2`, 'multipart/related; type="image/jpx"')).status, 406);
  const part1 = await get(one, 'application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90');
  const text = Buffer.from(await part1.arrayBuffer()).toString('latin1');
  const part2 = text.replaceAll('1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.92').replaceAll('1.2.1\0', '1.2.7\0');
  const sent = { method: 'POST', body: Buffer.from(part2, 'latin1'), headers: { 'content-type': 'application/dicom' } };
  const stored = await fetch(`${service}/studies`, sent);
  assert.equal(stored.status, 200, await stored.text());
  const [kept] = await partsOf(
    await get(`${madeSeriesPath}/instances/1.2.7/frames/2`, 'multipart/related; type="image/jpx"'),
  );
  assert.equal(kept?.type, 'image/jpx; transfer-syntax=1.2.840.10008.1.2.4.92');
  assert.ok(text.includes(kept?.bytes.toString('latin1') ?? '?'), 'the very stream');
  // What an Accept may bring about loses nothing: no lossy syntax is made of an image that has lost nothing.
  for (const lossy of ['50', '51', '81', '91', '203', '112']) {
    const syntax = `transfer-syntax=1.2.840.10008.1.2.4.${lossy}`;
    assert.equal((await get(one, `application/dicom; ${syntax}`)).status, 406, lossy);
    const type = { 81: 'image/jls', 91: 'image/jp2', 203: 'image/jphc', 112: 'image/jxl' }[lossy] ?? 'image/jpeg';
    const frame = await get(`${one}/frames/1`, `multipart/related; type="${type}"; ${syntax}`);
    assert.equal(frame.status, 406, `frames in ${lossy}`);
  }
  assert.equal((await get(one, 'application/dicom; transfer-syntax=1.2.840.10008.1.2')).status, 406);
});
