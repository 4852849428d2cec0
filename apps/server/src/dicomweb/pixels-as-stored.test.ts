// Pixel data that is not what a header makes one expect: left out, big endian bytes, video in fragments.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DataSet, readPart10, writePart10 } from '@concord/dicom';
import { describeImage, pixelDataEnd, pixelDataFragment, pixelDataStart } from '@concord/imaging';
import { createImagingPool } from '@concord/imaging/node';
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

const little = '1.2.840.10008.1.2.1';
const big = '1.2.840.10008.1.2.2';
const rle = '1.2.840.10008.1.2.5';

test('frames whose pixels share their colour in pairs come whole, as the metadata say, also of an odd number of columns and of big endian, and are refused where bytes are missing', async (t) => {
  const { service } = await startDicomweb(t);
  const series = `${service}/studies/${madeStudy}/series/${madeSeries}/instances`;
  let number = 0;
  for (const [term, transferSyntaxUid, vr] of [
    ['YBR_FULL_422', little, 'OB'],
    ['YBR_PARTIAL_422', little, 'OB'],
    ['YBR_FULL_422', big, 'OB'],
    ['YBR_FULL_422', big, 'OW'],
    ['YBR_PARTIAL_422', big, 'OW'],
  ] as const)
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
      // The pixel that a row is filled up with is none: what stands for it is the one before.
      if (columns === 3 && frameLength === 32)
        for (let at = 4; at < cells.length; at += 8) cells[at + 1] = cells[at] ?? 0;
      dataSet.set('PixelData', cells, vr);
      const body = Uint8Array.from(writePart10({ dataSet, transferSyntaxUid }));
      const sent = { method: 'POST', body, headers: { 'content-type': 'application/dicom' } };
      assert.equal((await fetch(`${service}/studies`, sent)).status, missing === 0 ? 200 : 202);
      const url = `${series}/1.2.${number}/frames/2`;
      const frame = await fetch(url, { headers: { accept: 'application/octet-stream' } });
      const what = `${term}, ${transferSyntaxUid} ${vr}, ${columns} columns, ${missing} bytes missing`;
      assert.equal(frame.status, missing === 0 ? 200 : 406, what);
      if (missing > 0) continue;
      assert.deepEqual([...new Uint8Array(await frame.arrayBuffer())], [...cells.subarray(frameLength)], what);
      assert.equal((await fetch(`${url}/rendered`, { headers: { accept: 'image/png' } })).status, 200, what);
    }
});

test('frames of JPEG whose metadata say that pairs of pixels share their colour come so as octets, in the colours of each pixel before', async (t) => {
  const { service } = await startDicomweb(t);
  const imaging = createImagingPool({ threads: 1 });
  t.after(() => imaging.close());
  const [rows, columns, jpegBaseline] = [16, 24, '1.2.840.10008.1.2.4.50'];
  const colours = (term: string) => (dataSet: DataSet) => {
    const image = { SamplesPerPixel: 3, PlanarConfiguration: 0, BitsAllocated: 8, BitsStored: 8, HighBit: 7 };
    for (const [keyword, value] of Object.entries(image)) dataSet.set(keyword, value);
    dataSet.set('PhotometricInterpretation', term);
  };
  const header = madeDataSet({ instance: '1.2.1', rows, columns, change: colours('RGB') });
  const rgb = Uint8Array.from({ length: rows * columns * 3 }, (_, at) => {
    const [column, row] = [Math.floor(at / 3) % columns, Math.floor(at / 3 / columns)];
    return [60 + column * 4, 90 + row * 5, 200 - column * 2 - row * 3][at % 3] ?? 0;
  });
  const native = { image: describeImage(header), transferSyntaxUid: little, encoded: rgb };
  const { bytes: encoded } = await imaging.transcode({ ...native, target: jpegBaseline });
  const dataSet = madeDataSet({ instance: '1.2.1', rows, columns, change: colours('YBR_FULL_422') });
  const image = describeImage(dataSet);
  dataSet.delete('PixelData');
  const head = writePart10({ dataSet, transferSyntaxUid: jpegBaseline });
  const body = Buffer.concat([head, pixelDataStart(), ...pixelDataFragment(encoded), pixelDataEnd()]);
  const sent = { method: 'POST', body, headers: { 'content-type': 'application/dicom' } };
  assert.equal((await fetch(`${service}/studies`, sent)).status, 200);
  const place = `${service}/studies/${madeStudy}/series/${madeSeries}/instances/1.2.1`;
  const [metadata] = await (await fetch(`${place}/metadata`)).json();
  assert.deepEqual([metadata['00280004'].Value, metadata['00280002'].Value], [['YBR_FULL_422'], [3]]);
  const octets = await fetch(`${place}/frames/1`, { headers: { accept: 'application/octet-stream' } });
  const pairs = new Uint8Array(await octets.arrayBuffer());
  assert.equal(pairs.length, rows * columns * 2);
  // Read as the metadata say, they are the pixels that the JPEG decodes to.
  const found = await imaging.decode({ image, transferSyntaxUid: little, encoded: pairs });
  const wanted = await imaging.decode({ image, transferSyntaxUid: jpegBaseline, encoded });
  assert.equal(found.length, wanted.length);
  for (const [at, value] of found.entries())
    assert.ok(Math.abs(value - (wanted[at] ?? 0)) <= (at % 3 === 0 ? 0 : 8), `sample ${at}: ${value}, ${wanted[at]}`);
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

test('frames in planes come in planes as octets, as the metadata say, also of big endian and of RLE', async (t) => {
  const { service } = await startDicomweb(t);
  const imaging = createImagingPool({ threads: 1 });
  t.after(() => imaging.close());
  const series = `${service}/studies/${madeStudy}/series/${madeSeries}/instances`;
  let number = 0;
  for (const [transferSyntaxUid, bitsAllocated] of [
    [little, 8],
    [big, 8],
    [big, 16],
    [rle, 8],
    [rle, 16],
  ] as const) {
    number += 1;
    const change = (dataSet: DataSet) => {
      const depth = { BitsAllocated: bitsAllocated, BitsStored: bitsAllocated, HighBit: bitsAllocated - 1 };
      for (const [keyword, value] of Object.entries({ SamplesPerPixel: 3, PlanarConfiguration: 1, ...depth }))
        dataSet.set(keyword, value);
      dataSet.set('PhotometricInterpretation', 'RGB');
    };
    const dataSet = madeDataSet({ instance: `1.2.${number}`, rows: 4, columns: 6, change });
    const planes = Uint8Array.from({ length: (4 * 6 * 3 * bitsAllocated) / 8 }, (_, index) => (index * 7) & 0xff);
    let body = Uint8Array.from([]);
    if (transferSyntaxUid === rle) {
      const native = { image: describeImage(dataSet), transferSyntaxUid: little, encoded: planes };
      const { bytes } = await imaging.transcode({ ...native, target: rle });
      dataSet.delete('PixelData');
      const head = writePart10({ dataSet, transferSyntaxUid });
      body = Uint8Array.from(Buffer.concat([head, pixelDataStart(), ...pixelDataFragment(bytes), pixelDataEnd()]));
    } else {
      dataSet.set('PixelData', planes, 'OW');
      body = Uint8Array.from(writePart10({ dataSet, transferSyntaxUid }));
    }
    const sent = { method: 'POST', body, headers: { 'content-type': 'application/dicom' } };
    assert.equal((await fetch(`${service}/studies`, sent)).status, 200);
    const url = `${series}/1.2.${number}`;
    const [metadata] = await (await fetch(`${url}/metadata`)).json();
    assert.deepEqual(metadata['00280006'].Value, [1]);
    const accept = 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1';
    const frame = await fetch(`${url}/frames/1`, { headers: { accept } });
    assert.deepEqual(
      [...new Uint8Array(await frame.arrayBuffer())],
      [...planes],
      `${transferSyntaxUid}, ${bitsAllocated} bits`,
    );
    assert.equal((await fetch(`${url}/rendered`, { headers: { accept: 'image/png' } })).status, 200);
  }
});
