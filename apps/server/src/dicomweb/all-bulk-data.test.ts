// Bulk data of a study, a series and an instance in one answer: every value that the metadata names, and no other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDicomweb } from '../../testing/archive.ts';
import { madeFile, madePixels, madeSeries, madeStudy } from '../../testing/instances.ts';
import { readMultipart } from './multipart.ts';

const study = `/studies/${madeStudy}`;
const series = `${study}/series/${madeSeries}`;

const start = async (t: Parameters<typeof startDicomweb>[0]) => {
  const { service } = await startDicomweb(t);
  const large = new Uint8Array(2000).fill(7);
  const files = [
    madeFile({ instance: '1.2.1', frames: 2, change: (dataSet) => dataSet.set('ICCProfile', large, 'OB') }),
    madeFile({ instance: '1.2.2' }),
    madeFile({ instance: '1.2.3', series: '1.3.9' }),
    madeFile({ instance: '1.2.4', study: '1.4', series: '1.4.1', transferSyntaxUid: '1.2.840.10008.1.2.2' }),
  ];
  for (const body of files) {
    const sent = { method: 'POST', body, headers: { 'content-type': 'application/dicom' } };
    assert.equal((await fetch(`${service}/studies`, sent)).status, 200);
  }
  const parts = async (path: string, resource = 'bulkdata') => {
    const response = await fetch(`${service}${path}/${resource}`);
    assert.equal(response.status, 200, await response.clone().text());
    const boundary = /boundary=(.+)$/u.exec(response.headers.get('content-type') ?? '')?.[1] ?? '';
    const found = new Map<string, Buffer>();
    for await (const part of readMultipart(response.body ?? new Blob([]).stream(), boundary)) {
      const location = part.headers.get('content-location') ?? '';
      found.set(location.slice(service.length), Buffer.concat(await Array.fromAsync(part.body)));
    }
    return found;
  };
  return { service, parts };
};

test('values and pixels of an instance, a series, a study', async (t) => {
  const { service, parts } = await start(t);
  const one = await parts(`${series}/instances/1.2.1`);
  const place = `${series}/instances/1.2.1/bulkdata`;
  assert.deepEqual(
    [...one.keys()].map((path) => path.startsWith(place)),
    [true, true],
  );
  assert.deepEqual(one.get(`${place}/PixelData`), Buffer.from(madePixels({ frames: 2 })));
  for (const [path, bytes] of one) {
    const alone = await fetch(`${service}${path}`, { headers: { accept: 'application/octet-stream' } });
    assert.deepEqual(Buffer.from(await alone.arrayBuffer()), bytes, path);
  }
  assert.equal((await parts(series)).size, 3);
  assert.equal((await parts(study)).size, 4);
});

test('pixels that are not stored as they are sent come frame by frame', async (t) => {
  const { parts } = await start(t);
  const found = await parts('/studies/1.4');
  const path = '/studies/1.4/series/1.4.1/instances/1.2.4/frames/1';
  assert.deepEqual([...found], [[path, Buffer.from(madePixels({}))]]);
});

test('values of an object in big endian come in little endian, whole and in ranges, held and left in the file', async (t) => {
  const { service } = await start(t);
  const words = (count: number) => new Uint8Array(Uint16Array.from({ length: count }, (_, index) => index).buffer);
  const values = { RedPaletteColorLookupTableData: words(700), LUTData: words(700_000) };
  const body = madeFile({
    ...{ instance: '1.2.6', study: '1.6', series: '1.6.1', transferSyntaxUid: '1.2.840.10008.1.2.2' },
    change: (dataSet) => {
      for (const [keyword, value] of Object.entries(values)) dataSet.set(keyword, value, 'OW');
    },
  });
  const sent = { method: 'POST', body, headers: { 'content-type': 'application/dicom' } };
  assert.equal((await fetch(`${service}/studies`, sent)).status, 200);
  const place = `${service}/studies/1.6/series/1.6.1/instances/1.2.6/bulkdata`;
  for (const [keyword, value] of Object.entries(values)) {
    const asked = (range?: string) =>
      fetch(`${place}/${keyword}`, { headers: { accept: 'application/octet-stream', ...(range && { range }) } });
    assert.deepEqual(Buffer.from(await (await asked()).arrayBuffer()), Buffer.from(value), keyword);
    for (const [first, last] of [
      [1, 1],
      [3, 8],
      [501, value.length - 2],
      [value.length - 1, value.length - 1],
    ] as const) {
      const answer = await asked(`bytes=${first}-${last}`);
      assert.equal(answer.status, 206);
      const expected = Buffer.from(value.subarray(first, last + 1));
      assert.deepEqual(Buffer.from(await answer.arrayBuffer()), expected, `${keyword} ${first}`);
    }
  }
});

test('pixel data alone, of each level', async (t) => {
  const { service, parts } = await start(t);
  const pixels = async (path: string) => [...(await parts(path, 'pixeldata')).keys()];
  const place = `${series}/instances/1.2.1`;
  assert.deepEqual(await pixels(place), [`${place}/bulkdata/PixelData`]);
  assert.equal((await pixels(series)).length, 2);
  assert.equal((await pixels(study)).length, 3);
  const empty = madeFile({ instance: '1.2.5', study: '1.5', series: '1.5.1', rows: 0, columns: 0 });
  const sent = { method: 'POST', body: empty, headers: { 'content-type': 'application/dicom' } };
  assert.equal((await fetch(`${service}/studies`, sent)).status, 200);
  assert.equal((await fetch(`${service}/studies/1.5/pixeldata`)).status, 404);
});

test('what cannot be had', async (t) => {
  const { service } = await start(t);
  assert.equal((await fetch(`${service}/studies/1.9.9/bulkdata`)).status, 404);
  const refused = await fetch(`${service}${study}/bulkdata`, { headers: { accept: 'image/png' } });
  assert.equal(refused.status, 406);
  assert.deepEqual((await refused.json()).acceptable, ['multipart/related; type="application/octet-stream"']);
});
