// STOW-RS of pictures and compressed streams: each media type of PS3.18 Table 10.5.2-1, described or not, and streams that are none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet, readPart10, toJson } from '@concord/dicom';
import sharp from 'sharp';
import { startDicomweb } from '../../testing/archive.ts';
import { madeSeries, madeStudy } from '../../testing/instances.ts';

const [rows, columns] = [6, 10];
const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';

/** Metadata without a word about the pixels. */
const metadata = (instance: string, more: Record<string, string | number> = {}): string => {
  const dataSet = new DataSet();
  const attributes = {
    SOPClassUID: secondaryCapture,
    SOPInstanceUID: instance,
    StudyInstanceUID: madeStudy,
    SeriesInstanceUID: madeSeries,
    Modality: 'OT',
    PatientID: 'P1',
    ...more,
  };
  for (const [keyword, value] of Object.entries(attributes)) dataSet.set(keyword, value);
  return JSON.stringify([{ ...toJson(dataSet), '7FE00010': { vr: 'OB', BulkDataURI: 'bulk' } }]);
};

const body = (json: string, type: string, parts: readonly Uint8Array[]): Buffer<ArrayBuffer> =>
  Buffer.concat([
    Buffer.from(`--b\r\nContent-Type: application/dicom+json\r\n\r\n${json}\r\n`),
    ...parts.flatMap((part) => [
      Buffer.from(`--b\r\nContent-Type: ${type}\r\nContent-Location: bulk\r\n\r\n`),
      part,
      Buffer.from('\r\n'),
    ]),
    Buffer.from('--b--\r\n'),
  ]);

const start = async (t: Parameters<typeof startDicomweb>[0]) => {
  const { service } = await startDicomweb(t);
  const send = async (json: string, type: string, ...parts: readonly Uint8Array[]) => {
    const headers = { 'content-type': 'multipart/related; type="application/dicom+json"; boundary=b' };
    const response = await fetch(`${service}/studies`, { method: 'POST', body: body(json, type, parts), headers });
    return { status: response.status, text: await response.text() };
  };
  const instances = `${service}/studies/${madeStudy}/series/${madeSeries}/instances`;
  const get = async (path: string, accept: string) => {
    const response = await fetch(`${instances}/${path}`, { headers: { accept } });
    assert.equal(response.status, 200, `${path}: ${await response.clone().text()}`);
    return new Uint8Array(await response.arrayBuffer());
  };
  const stored = async (instance: string) => {
    const { dataSet, transferSyntaxUid } = readPart10(await get(instance, 'application/dicom; transfer-syntax=*'));
    const said = (keyword: string) => dataSet.string(keyword);
    return { dataSet, transferSyntaxUid, said };
  };
  return { send, get, stored };
};

const macro = ['SamplesPerPixel', 'PhotometricInterpretation', 'Rows', 'Columns', 'BitsAllocated', 'BitsStored'];

/** Colours that no format has to round. */
const cells = (samples: number, frame = 0): Buffer =>
  Buffer.from(Array.from({ length: rows * columns * samples }, (_, index) => (index % 2) * 255 ** (frame % 2)));
const picture = (channels: 1 | 3 | 4, pixels: Buffer) =>
  sharp(pixels, { raw: { width: columns, height: rows, channels } }).toColourspace(channels === 1 ? 'b-w' : 'srgb');

const box = (name: string, ...content: readonly Uint8Array[]): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.reduce((sum, { length }) => sum + length, 0));
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, ...content]);
};

/** As far as it is read: ISO/IEC 14496-12 8.5.2, 8.7.3; 14496-15 5.3.3. */
const mp4 = (frames: number, level: number, coding = 'avc1', profile = 100): Buffer => {
  const entry = Buffer.alloc(78);
  entry.writeUInt16BE(640, 24);
  entry.writeUInt16BE(480, 26);
  const configuration =
    coding === 'avc1' ? box('avcC', Buffer.from([1, profile, 0, level])) : box('hvcC', Buffer.from([1, profile]));
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32BE(frames, 8);
  const table = box('stbl', box('stsd', Buffer.alloc(8), box(coding, entry, configuration)), box('stsz', sizes));
  const audio = box('trak', box('mdia', box('minf', box('stbl', box('stsd', Buffer.alloc(8), box('mp4a', entry))))));
  const video = box('trak', box('mdia', box('minf', table)));
  return Buffer.concat([
    box('ftyp', Buffer.from('isom')),
    box('mdat', Buffer.alloc(5000, 7)),
    box('moov', audio, video),
  ]);
};

/** ISO/IEC 13818-2 6.2.2.1, 6.2.2.3, 6.2.3. */
const mpeg2 = (frames: number, level: number): Buffer =>
  Buffer.concat([
    Buffer.from([0, 0, 1, 0xb3, 0x2d, 0x02, 0x40, 0x23, 0, 0, 0, 0]),
    Buffer.from([0, 0, 1, 0xb5, 0x14, (level << 4) | 0x0a, 0, 0]),
    ...Array.from({ length: frames }, () => Buffer.from([0, 0, 1, 0, 0xaa, 0xbb, 0xcc])),
  ]);

test('each media type of Table 10.5.2-1', async (t) => {
  const { send, get, stored } = await start(t);
  await t.test(
    'PNG and GIF, which no transfer syntax holds, are kept as the pixels that they are, moving ones as frames',
    async () => {
      const deep = Uint16Array.from({ length: rows * columns }, (_, index) => index * 1000);
      const deepPng = await sharp(deep, { raw: { width: columns, height: rows, channels: 1 } })
        .toColourspace('grey16')
        .png()
        .toBuffer();
      const frames = [0, 1, 2].map((frame) => cells(3, frame));
      const gif = await sharp(Buffer.concat(frames), {
        raw: { width: columns, height: rows * 3, channels: 3, pageHeight: rows },
      })
        .gif({ delay: [40, 40, 40] })
        .toBuffer();
      const [gray, colour, transparent] = [cells(1), cells(3), cells(4)];
      const opaque = Buffer.from(transparent.filter((_, index) => index % 4 !== 3));
      const pngOf = (channels: 1 | 3 | 4, pixels: Buffer) => picture(channels, pixels).png().toBuffer();
      for (const [instance, type, parts, described, pixels] of [
        ['1.3.1', 'image/png', [await pngOf(1, gray)], [1, 'MONOCHROME2', rows, columns, 8, 8], gray],
        ['1.3.2', 'image/png', [await pngOf(3, colour)], [3, 'RGB', rows, columns, 8, 8], colour],
        ['1.3.3', 'image/png', [await pngOf(4, transparent)], [3, 'RGB', rows, columns, 8, 8], opaque],
        ['1.3.4', 'image/png', [deepPng], [1, 'MONOCHROME2', rows, columns, 16, 16], Buffer.from(deep.buffer)],
        ['1.3.5', 'image/gif', [gif], [3, 'RGB', rows, columns, 8, 8], Buffer.concat(frames)],
      ] as const) {
        const answer = await send(metadata(instance), type, ...parts);
        assert.equal(answer.status, 200, answer.text);
        const { said, dataSet, transferSyntaxUid } = await stored(instance);
        assert.equal(transferSyntaxUid, '1.2.840.10008.1.2.1');
        assert.deepEqual(macro.map(said), described.map(String), instance);
        assert.equal(said('LossyImageCompression'), undefined);
        assert.deepEqual(Buffer.from(dataSet.bytes('PixelData') ?? []), pixels, instance);
        assert.equal(said('NumberOfFrames') ?? '1', type === 'image/gif' ? '3' : '1');
      }
      const two = [await pngOf(1, gray), await pngOf(1, cells(1, 1))];
      const many = await send(metadata('1.3.6', { NumberOfFrames: 2 }), 'image/png', ...two);
      assert.equal(many.status, 200, many.text);
      assert.equal((await stored('1.3.6')).dataSet.bytes('PixelData')?.length, 2 * rows * columns);
      const unlike = await send(
        metadata('1.3.7', { NumberOfFrames: 2 }),
        'image/png',
        two[0] ?? gray,
        await pngOf(3, colour),
      );
      assert.match(unlike.text, /pictures of different form/);
    },
  );
  await t.test(
    'JPEG and JPEG 2000 are kept as they came, and describe themselves where the metadata does not',
    async () => {
      const smooth = Buffer.from(Array.from({ length: rows * columns * 3 }, (_, index) => 100 + (index % 40)));
      const jpeg = await picture(3, smooth).jpeg({ chromaSubsampling: '4:2:0' }).toBuffer();
      const grayJpeg = await picture(1, cells(1)).jpeg().toBuffer();
      for (const [instance, stream, described] of [
        ['1.4.1', jpeg, [3, 'YBR_FULL_422', rows, columns, 8, 8]],
        ['1.4.2', grayJpeg, [1, 'MONOCHROME2', rows, columns, 8, 8]],
      ] as const) {
        const answer = await send(metadata(instance), 'image/jpeg', stream);
        assert.equal(answer.status, 200, answer.text);
        const { said, transferSyntaxUid } = await stored(instance);
        assert.equal(transferSyntaxUid, '1.2.840.10008.1.2.4.50');
        assert.deepEqual(macro.map(said), described.map(String));
        assert.deepEqual([said('LossyImageCompression'), said('LossyImageCompressionMethod')], ['01', 'ISO_10918_1']);
        const kept = Buffer.from(await get(`${instance}/frames/1`, 'image/jpeg'));
        assert.deepEqual(kept.subarray(0, stream.length), stream);
      }
      const progressive = await picture(3, smooth).jpeg({ progressive: true }).toBuffer();
      assert.equal((await send(metadata('1.4.3'), 'image/jpeg', progressive)).status, 200);
      const decoded = await stored('1.4.3');
      assert.equal(decoded.transferSyntaxUid, '1.2.840.10008.1.2.1', 'no transfer syntax holds it any more');
      assert.deepEqual(
        [decoded.said('LossyImageCompression'), decoded.said('PhotometricInterpretation')],
        ['01', 'RGB'],
      );
      assert.deepEqual(decoded.dataSet.bytes('PixelData')?.length, rows * columns * 3);

      const jp2 = await get('1.4.1/rendered?quality=100', 'image/jp2');
      assert.equal(Buffer.from(jp2).toString('latin1', 4, 8), 'jP  ', 'a file with boxes');
      for (const [instance, type, syntax] of [
        ['1.4.4', 'image/jp2', '1.2.840.10008.1.2.4.90'],
        ['1.4.5', 'image/jpx', '1.2.840.10008.1.2.4.92'],
      ] as const) {
        const answer = await send(metadata(instance), type, jp2);
        assert.equal(answer.status, 200, answer.text);
        const { said, transferSyntaxUid } = await stored(instance);
        assert.deepEqual(
          [transferSyntaxUid, said('Rows'), said('Columns'), said('SamplesPerPixel')],
          [syntax, String(rows), String(columns), '3'],
        );
        const frame = Buffer.from(await get(`${instance}/frames/1`, type));
        assert.equal(frame.readUInt32BE(0), 0xff4fff51, 'the code stream alone');
        assert.equal((await get(`${instance}/frames/1`, 'application/octet-stream')).length, rows * columns * 3);
      }
    },
  );
  await t.test('videos are kept as they came, with the size and the number of frames that they tell', async () => {
    const of = '1.2.840.10008.1.2.4.';
    for (const [instance, type, stream, expected] of [
      ['1.5.1', 'video/mp4', mp4(25, 41), [`${of}102`, '480', '640', '25', 'ISO_14496_10']],
      ['1.5.2', 'video/mp4', mp4(3, 42), [`${of}104`, '480', '640', '3', 'ISO_14496_10']],
      ['1.5.3', 'video/mp4', mp4(2, 0, 'hvc1', 1), [`${of}107`, '480', '640', '2', 'ISO_23008_2']],
      ['1.5.4', 'video/mpeg2', mpeg2(4, 8), [`${of}100`, '576', '720', '4', 'ISO_13818_2']],
      ['1.5.5', 'video/mpeg', mpeg2(2, 4), [`${of}101`, '576', '720', '2', 'ISO_13818_2']],
    ] as const) {
      const answer = await send(metadata(instance), type, stream);
      assert.equal(answer.status, 200, answer.text);
      const { said, transferSyntaxUid } = await stored(instance);
      const told = ['Rows', 'Columns', 'NumberOfFrames', 'LossyImageCompressionMethod'].map(said);
      assert.deepEqual([transferSyntaxUid, ...told], expected);
      assert.equal(said('PhotometricInterpretation'), 'YBR_PARTIAL_420');
      const kept = Buffer.from(await get(`${instance}/rendered`, 'video/*'));
      assert.deepEqual(kept.subarray(0, stream.length), stream);
    }
  });
  await t.test('an encapsulated document comes under its own media type, and goes out as what it is', async () => {
    const pdf = Buffer.from('%PDF-1.4 of an odd length');
    const more = { SOPClassUID: '1.2.840.10008.5.1.4.1.1.104.1', MIMETypeOfEncapsulatedDocument: 'application/pdf' };
    const json = metadata('1.8.1', { ...more, EncapsulatedDocumentLength: pdf.length });
    const answer = await send(json.replace('7FE00010', '00420011'), 'application/pdf', pdf);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(Buffer.from(await get('1.8.1/rendered', 'application/pdf')), pdf);
  });

  await t.test('streams that are none, or that nothing here can keep, are failures of their instances', async () => {
    const png = await picture(1, cells(1)).png().toBuffer();
    const jpeg = await picture(1, cells(1)).jpeg().toBuffer();
    for (const [type, stream] of [
      ...['image/png', 'image/gif', 'image/jpeg', 'image/jp2', 'image/jpx', 'video/mp4', 'video/mpeg2'].flatMap(
        (type) => [[type, Buffer.alloc(0)] as const, [type, Buffer.from('nothing of the kind '.repeat(20))] as const],
      ),
      ['image/png', png.subarray(0, -20)],
      ['image/png', Buffer.concat([png.subarray(0, 20), Buffer.from([0xff]), png.subarray(21)])],
      ['image/jpeg', jpeg.subarray(0, 100)],
      ['video/mp4', mp4(2, 51)],
      ['video/mp4', mp4(2, 0, 'hvc1', 4)],
      ['video/mp4', mp4(2, 41).subarray(0, -50)],
      ['video/mp4', box('moov', box('trak', box('mdia')))],
      ['image/tiff', png],
    ] as const) {
      const answer = await send(metadata('1.6.1'), type, stream);
      assert.equal(answer.status, 409, `${type} of ${stream.length}: ${answer.text}`);
      assert.deepEqual(JSON.parse(answer.text)['00081198'].Value[0]['00081197'].Value, [0xc000], type);
    }
  });
});
