// Instances whose pixels are not what their header says: stored and given back as they are; frames and pictures are refused, each by its own.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type DataSet, writePart10 } from '@concord/dicom';
import { describeImage, pixelDataEnd, pixelDataFragment, pixelDataStart } from '@concord/imaging';
import { createImagingPool } from '@concord/imaging/node';
import { startDicomweb } from '../../testing/archive.ts';
import { type Made, madeDataSet, madePixels, madeSeries, madeStudy } from '../../testing/instances.ts';

const imaging = createImagingPool({ threads: 1 });
after(() => imaging.close());

const explicit = '1.2.840.10008.1.2.1';
const jpeg2000 = '1.2.840.10008.1.2.4.90';
const jpegLs = '1.2.840.10008.1.2.4.80';

/** The frames of a made instance, each as a code stream. */
const codeStreams = async (made: Made, target: string): Promise<Uint8Array[]> => {
  const image = describeImage(madeDataSet(made));
  const cells = madePixels(made);
  const length = cells.length / (made.frames ?? 1);
  const frames = Array.from({ length: made.frames ?? 1 }, (_, at) => cells.slice(at * length, (at + 1) * length));
  const encode = async (encoded: Uint8Array) =>
    (await imaging.transcode({ image, transferSyntaxUid: explicit, encoded, target })).bytes;
  return await Promise.all(frames.map(encode));
};

interface Encapsulated {
  readonly header: DataSet;
  readonly fragments: readonly Uint8Array[];
  readonly transferSyntaxUid: string;
  /** Lengths that the Basic Offset Table is made from; none: an empty table. */
  readonly table?: readonly number[];
}

const encapsulated = ({ header, fragments, transferSyntaxUid, table = [] }: Encapsulated): Uint8Array<ArrayBuffer> => {
  header.delete('PixelData');
  const head = writePart10({ dataSet: header, transferSyntaxUid });
  const pieces = fragments.flatMap((fragment) => pixelDataFragment(fragment));
  return Uint8Array.from(Buffer.concat([head, pixelDataStart(table), ...pieces, pixelDataEnd()]));
};

/** Stores the file, tries every form, and shows that a sound instance is still decoded and drawn afterwards. */
const refused = async (t: Parameters<typeof startDicomweb>[0], file: Uint8Array<ArrayBuffer>, status: number) => {
  const { service, log } = await startDicomweb(t, { imaging });
  const store = async (body: Uint8Array<ArrayBuffer>) => {
    const sent = { method: 'POST', body, headers: { 'content-type': 'application/dicom' } };
    assert.ok((await fetch(`${service}/studies`, sent)).ok); // 202 where the length gives it away
  };
  await store(file);
  const series = `${service}/studies/${madeStudy}/series/${madeSeries}/instances`;
  const get = (path: string, accept: string) => fetch(`${series}/${path}`, { headers: { accept } });
  for (const path of ['1.2.1/frames/1', '1.2.1/frames/1/rendered', '1.2.1/rendered', '1.2.1/thumbnail']) {
    const response = await get(path, '*/*');
    const problem = await response.json();
    assert.equal(response.status, status, `${path}: ${JSON.stringify(problem)}`);
    assert.ok(problem.detail.length > 20 && !/\n|internal/u.test(problem.detail), problem.detail);
  }
  const stored = await get('1.2.1', 'application/dicom; transfer-syntax=*');
  assert.deepEqual(Buffer.from(await stored.arrayBuffer()).subarray(-40), Buffer.from(file).subarray(-40));
  assert.equal((await get('1.2.1/metadata', '*/*')).status, 200);

  const [frame = new Uint8Array()] = await codeStreams({ instance: '1.2.2' }, jpegLs);
  const header = madeDataSet({ instance: '1.2.2' });
  await store(encapsulated({ header, fragments: [frame], transferSyntaxUid: jpegLs }));
  const sound = await get('1.2.2/frames/1', 'application/octet-stream');
  assert.deepEqual(Buffer.from(await sound.arrayBuffer()), Buffer.from(madePixels({})));
  assert.equal((await get('1.2.2/rendered', 'image/png')).status, 200);
  assert.deepEqual(
    log.lines.filter(({ level }) => level === 'error'),
    [],
  );
};

const threeFrames = { instance: '1.2.1', frames: 3 };

/** Fragments that begin no code stream, so that nothing tells which frame they belong to. */
const anonymous = (count: number) => Array.from({ length: count }, (_, at) => new Uint8Array(20).fill(at + 1));

test('fewer fragments than frames, and nothing that tells them apart', async (t) => {
  const header = madeDataSet(threeFrames);
  await refused(t, encapsulated({ header, fragments: anonymous(2), transferSyntaxUid: jpegLs }), 404);
});

test('more fragments than frames, and nothing that tells them apart', async (t) => {
  const header = madeDataSet(threeFrames);
  await refused(t, encapsulated({ header, fragments: anonymous(5), transferSyntaxUid: jpegLs }), 404);
});

test('an offset table that points between the fragments', async (t) => {
  const header = madeDataSet(threeFrames);
  const table = [7, 3, 9];
  await refused(t, encapsulated({ header, fragments: anonymous(4), transferSyntaxUid: jpegLs, table }), 404);
});

test('dimensions that contradict the code stream', async (t) => {
  const fragments = await codeStreams({ instance: '1.2.1' }, jpeg2000);
  const header = madeDataSet({ instance: '1.2.1' });
  header.set('Rows', 40);
  await refused(t, encapsulated({ header, fragments, transferSyntaxUid: jpeg2000 }), 406);
});

test('a code stream that is cut, and one of noise', async (t) => {
  const [frame = new Uint8Array()] = await codeStreams({ instance: '1.2.1' }, jpeg2000);
  for (const fragment of [frame.subarray(0, frame.length - 20), new Uint8Array(64).fill(0x5a)]) {
    const header = madeDataSet({ instance: '1.2.1' });
    await refused(t, encapsulated({ header, fragments: [fragment], transferSyntaxUid: jpeg2000 }), 406);
  }
});

test('65,535 x 65,535 pixels: refused before memory is taken, compressed and not', async (t) => {
  const before = process.memoryUsage.rss();
  const [frame = new Uint8Array()] = await codeStreams({ instance: '1.2.1' }, jpeg2000);
  const size = (dataSet: DataSet) => {
    dataSet.set('Rows', 65_535);
    dataSet.set('Columns', 65_535);
  };
  const header = madeDataSet({ instance: '1.2.1', change: size });
  await refused(t, encapsulated({ header, fragments: [frame], transferSyntaxUid: jpeg2000 }), 406);
  const native = madeDataSet({ instance: '1.2.1', change: size });
  native.set('PixelData', new Uint8Array(40), 'OW');
  await refused(t, Uint8Array.from(writePart10({ dataSet: native, transferSyntaxUid: explicit })), 406);
  assert.ok(process.memoryUsage.rss() - before < 200e6, `${process.memoryUsage.rss() - before}`);
});

test('uncompressed pixel data that ends too early is no frame', async (t) => {
  const dataSet = madeDataSet({ instance: '1.2.1' });
  dataSet.set('PixelData', madePixels({}).subarray(0, 30), 'OW');
  await refused(t, Uint8Array.from(writePart10({ dataSet, transferSyntaxUid: explicit })), 406);
});

test('a palette that is too short: the cells can be had, no picture', async (t) => {
  const { service } = await startDicomweb(t, { imaging });
  const palette = (dataSet: DataSet) => {
    dataSet.set('PhotometricInterpretation', 'PALETTE COLOR');
    for (const colour of ['Red', 'Green', 'Blue']) {
      dataSet.set(`${colour}PaletteColorLookupTableDescriptor`, [256, 0, 16], 'US');
      dataSet.set(`${colour}PaletteColorLookupTableData`, new Uint8Array(6), 'OW');
    }
  };
  const dataSet = madeDataSet({ instance: '1.2.1', change: palette });
  const body = Uint8Array.from(writePart10({ dataSet, transferSyntaxUid: explicit }));
  const sent = { method: 'POST', body, headers: { 'content-type': 'application/dicom' } };
  assert.equal((await fetch(`${service}/studies`, sent)).status, 200);
  const instance = `${service}/studies/${madeStudy}/series/${madeSeries}/instances/1.2.1`;
  assert.equal((await fetch(`${instance}/frames/1`)).status, 200);
  const picture = await fetch(`${instance}/rendered`);
  assert.equal(picture.status, 406);
  assert.match((await picture.json()).detail, /table|palette/iu);
});

test('an instance that lacks frames is not begun to be converted; those that are there can be had', async (t) => {
  const { service } = await startDicomweb(t, { imaging });
  const series = `${service}/studies/${madeStudy}/series/${madeSeries}/instances`;
  const [frame = new Uint8Array()] = await codeStreams({ instance: '1.2.1' }, jpegLs);
  const short = madeDataSet({ instance: '1.2.1' });
  short.set('NumberOfFrames', 3);
  const gaps = madeDataSet({ instance: '1.2.2', frames: 3 });
  const none = new Uint8Array(0);
  for (const [instance, body] of [
    ['1.2.1', Uint8Array.from(writePart10({ dataSet: short, transferSyntaxUid: explicit }))],
    ['1.2.2', encapsulated({ header: gaps, fragments: [frame, none, none], transferSyntaxUid: jpegLs })],
  ] as const) {
    const sent = { method: 'POST', body, headers: { 'content-type': 'application/dicom' } };
    assert.equal((await fetch(`${service}/studies`, sent)).status, instance === '1.2.1' ? 202 : 200);
    const accept = `application/dicom; transfer-syntax=${jpeg2000}`;
    const converted = await fetch(`${series}/${instance}`, { headers: { accept } });
    assert.equal(converted.status, 406, instance);
    assert.match((await converted.json()).detail, /1 of 3 frames/u);
    const first = await fetch(`${series}/${instance}/frames/1`, { headers: { accept: 'application/octet-stream' } });
    assert.deepEqual(Buffer.from(await first.arrayBuffer()), Buffer.from(madePixels({})));
  }
});
