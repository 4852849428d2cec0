// Pixel data that is not what a header makes one expect: left out, big endian bytes, video in fragments.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DataSet, readPart10, writePart10 } from '@concord/dicom';
import { pixelDataEnd, pixelDataFragment, pixelDataStart } from '@concord/imaging';
import { startDicomweb } from '../../testing/archive.ts';
import { madeDataSet, madeSeries, madeStudy } from '../../testing/instances.ts';

test('an image whose pixels were left out announces none, and a big endian one of bytes is not swapped', async (t) => {
  const { service } = await startDicomweb(t);
  const store = async (dataSet: DataSet, transferSyntaxUid: string) => {
    const body = Uint8Array.from(writePart10({ dataSet, transferSyntaxUid }));
    const sent = { method: 'POST', body, headers: { 'content-type': 'application/dicom' } };
    assert.equal((await fetch(`${service}/studies`, sent)).status, 200);
  };
  const without = madeDataSet({ instance: '1.2.1' });
  without.delete('PixelData');
  await store(without, '1.2.840.10008.1.2.1');
  const bytes = madeDataSet({ instance: '1.2.2', rows: 2, columns: 3 });
  for (const [keyword, value] of Object.entries({ BitsAllocated: 8, BitsStored: 8, HighBit: 7 }))
    bytes.set(keyword, value);
  bytes.set('PixelData', new Uint8Array([1, 2, 3, 4, 5, 6]), 'OB');
  await store(bytes, '1.2.840.10008.1.2.2');
  const series = `${service}/studies/${madeStudy}/series/${madeSeries}/instances`;
  const [metadata] = await (await fetch(`${series}/1.2.1/metadata`)).json();
  assert.equal(metadata['7FE00010'], undefined);
  assert.deepEqual(metadata['00280010'].Value, [4]);
  const frame = await fetch(`${series}/1.2.2/frames/1`, { headers: { accept: 'application/octet-stream' } });
  assert.deepEqual([...new Uint8Array(await frame.arrayBuffer())], [1, 2, 3, 4, 5, 6]);
});

test('big endian frames of an odd number of bytes in words come whole, one and many', async (t) => {
  const { service } = await startDicomweb(t);
  const series = `${service}/studies/${madeStudy}/series/${madeSeries}/instances`;
  for (const [instance, frames] of [
    ['1.2.1', 1],
    ['1.2.2', 3],
  ] as const) {
    const dataSet = madeDataSet({ instance, rows: 3, columns: 3, frames });
    for (const [keyword, value] of Object.entries({ BitsAllocated: 8, BitsStored: 8, HighBit: 7 }))
      dataSet.set(keyword, value);
    const samples = Uint8Array.from({ length: 9 * frames }, (_, index) => index + 1);
    dataSet.set('PixelData', samples, 'OW');
    const body = Uint8Array.from(writePart10({ dataSet, transferSyntaxUid: '1.2.840.10008.1.2.2' }));
    const sent = { method: 'POST', body, headers: { 'content-type': 'application/dicom' } };
    assert.equal((await fetch(`${service}/studies`, sent)).status, 200);
    for (let number = 1; number <= frames; number += 1) {
      const url = `${series}/${instance}/frames/${number}`;
      const frame = await fetch(url, { headers: { accept: 'application/octet-stream' } });
      const found = [...new Uint8Array(await frame.arrayBuffer())];
      assert.deepEqual(found, [...samples.subarray(9 * (number - 1), 9 * number)], `${instance}, frame ${number}`);
    }
    const little = await fetch(`${series}/${instance}`, {
      headers: { accept: 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1' },
    });
    const { dataSet: converted } = readPart10(new Uint8Array(await little.arrayBuffer()));
    assert.deepEqual([...(converted.bytes('PixelData') ?? [])].slice(0, 9 * frames), [...samples]);
  }
});

test('frames whose pixels share their colour in pairs come whole, also of an odd number of columns, and are refused where bytes are missing', async (t) => {
  const { service } = await startDicomweb(t);
  const series = `${service}/studies/${madeStudy}/series/${madeSeries}/instances`;
  let number = 0;
  for (const term of ['YBR_FULL_422', 'YBR_PARTIAL_422'])
    for (const [columns, frameLength, missing] of [
      [4, 32, 0],
      [3, 32, 0], // each row filled up to two pairs
      [3, 24, 0], // the second pair of a row goes on in the next
      [4, 32, 2],
      [3, 32, 2],
    ] as const) {
      number += 1;
      const change = (dataSet: DataSet) => {
        const image = { SamplesPerPixel: 3, PlanarConfiguration: 0, BitsAllocated: 8, BitsStored: 8, HighBit: 7 };
        for (const [keyword, value] of Object.entries(image)) dataSet.set(keyword, value);
        dataSet.set('PhotometricInterpretation', term);
      };
      const dataSet = madeDataSet({ instance: `1.2.${number}`, rows: 4, columns, frames: 2, change });
      const cells = Uint8Array.from({ length: 2 * frameLength - missing }, (_, index) => index + 1);
      dataSet.set('PixelData', cells, 'OB');
      const body = Uint8Array.from(writePart10({ dataSet, transferSyntaxUid: '1.2.840.10008.1.2.1' }));
      const sent = { method: 'POST', body, headers: { 'content-type': 'application/dicom' } };
      assert.equal((await fetch(`${service}/studies`, sent)).status, missing === 0 ? 200 : 202);
      const url = `${series}/1.2.${number}/frames/2`;
      const frame = await fetch(url, { headers: { accept: 'application/octet-stream' } });
      const what = `${term}, ${columns} columns, ${missing} bytes missing`;
      assert.equal(frame.status, missing === 0 ? 200 : 406, what);
      if (missing > 0) continue;
      assert.deepEqual([...new Uint8Array(await frame.arrayBuffer())], [...cells.subarray(frameLength)], what);
      assert.equal((await fetch(`${url}/rendered`, { headers: { accept: 'image/png' } })).status, 200, what);
    }
});

test('video passes through as it is, whatever its fragments: the stream as bulk data, no frames decoded, no picture', async (t) => {
  const { service } = await startDicomweb(t);
  const stream = Buffer.from(`000001b31400f0c4${'ab'.repeat(56)}`, 'hex');
  const fragments = [stream.subarray(0, 30), stream.subarray(30)];
  for (const [instance, syntax, mediaType] of [
    ['1.2.1', '1.2.840.10008.1.2.4.100', 'video/mpeg2'],
    ['1.2.2', '1.2.840.10008.1.2.4.102', 'video/mp4'],
    ['1.2.3', '1.2.840.10008.1.2.4.107', 'video/h265'],
  ] as const) {
    const dataSet = madeDataSet({ instance, frames: 25 });
    dataSet.delete('PixelData');
    const head = writePart10({ dataSet, transferSyntaxUid: syntax });
    const file = Buffer.concat([
      head,
      pixelDataStart(),
      ...fragments.flatMap((fragment) => pixelDataFragment(fragment)),
      pixelDataEnd(),
    ]);
    const sent = { method: 'POST', body: file, headers: { 'content-type': 'application/dicom' } };
    assert.equal((await fetch(`${service}/studies`, sent)).status, 200);
    const url = `${service}/studies/${madeStudy}/series/${madeSeries}/instances/${instance}`;
    const whole = await fetch(url, { headers: { accept: 'application/dicom' } });
    assert.match(whole.headers.get('content-type') ?? '', new RegExp(syntax.replaceAll('.', '\\.')));
    const got = Buffer.from(await whole.arrayBuffer());
    assert.ok(
      got.subarray(readPart10(got).dataSetOffset).equals(file.subarray(readPart10(file).dataSetOffset)),
      syntax,
    );
    const bulk = await fetch(`${url}/bulkdata/PixelData`, { headers: { accept: mediaType } });
    assert.equal(bulk.status, 200, bulk.status === 200 ? '' : await bulk.text());
    assert.equal(bulk.headers.get('content-type')?.split(';')[0], mediaType);
    assert.ok(Buffer.from(await bulk.arrayBuffer()).equals(stream));
    const part = await fetch(`${url}/bulkdata/PixelData`, { headers: { accept: mediaType, range: 'bytes=28-33' } });
    assert.deepEqual([part.status, Buffer.from(await part.arrayBuffer())], [206, stream.subarray(28, 34)]);
    const decoded = { headers: { accept: 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1' } };
    assert.equal((await fetch(url, decoded)).status, 406);
    assert.equal((await fetch(`${url}/rendered`, { headers: { accept: 'image/png' } })).status, 406);
  }
});
