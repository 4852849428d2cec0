import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { DataSet } from '@concord/dicom';
import sharp from 'sharp';
import { testModules } from '../../testing/corpus.ts';
import { type SyntheticImage, syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { codecOf } from '../codecs/table.ts';
import { frameBytes } from '../frames.ts';
import { ImagingError } from '../imaging-error.ts';
import { recolouring } from '../recolour.ts';
import { createImagingPool } from './pool.ts';

const explicit = '1.2.840.10008.1.2.1';
const jpegLs = '1.2.840.10008.1.2.4.80';
const jpeg2000 = '1.2.840.10008.1.2.4.90';
const modules = testModules();
const pool = createImagingPool({ threads: 2, deadlineMs: 20_000 });
after(() => pool.close());

const fails = (fault: string) => (error: unknown) => error instanceof ImagingError && error.fault === fault;
const encode = async (how: SyntheticImage, syntax: string) =>
  (await codecOf(syntax)!.codec.encode!(syntheticFrame(how), syntax, {}, modules)).bytes;

/** The header of a synthetic image. */
function headerOf(how: SyntheticImage): DataSet {
  const image = syntheticImage(how);
  const header = new DataSet();
  header.set('SamplesPerPixel', image.samplesPerPixel);
  header.set('PhotometricInterpretation', image.photometricInterpretation);
  header.set('Rows', image.rows);
  header.set('Columns', image.columns);
  header.set('BitsAllocated', image.bitsAllocated);
  header.set('BitsStored', image.bitsStored);
  header.set('HighBit', image.highBit);
  header.set('PixelRepresentation', image.pixelRepresentation);
  return header;
}

test('frames are decoded to native bytes', async () => {
  for (const syntax of [jpegLs, jpeg2000]) {
    for (const how of [{ bitsStored: 12 }, { bitsStored: 8, samplesPerPixel: 3 }] as const) {
      const encoded = await encode(how, syntax);
      const bytes = await pool.decode({ image: syntheticImage(how), transferSyntaxUid: syntax, encoded });
      assert.deepEqual(Buffer.from(bytes), Buffer.from(frameBytes(syntheticFrame(how))));
    }
  }
});

test('frames are brought into another photometric interpretation, compressed ones too; the bytes given stay', async () => {
  const how = { bitsStored: 12, photometricInterpretation: 'MONOCHROME1' } as const;
  const step = recolouring(headerOf(how), syntheticImage(how), 'MONOCHROME2')?.step(1);
  assert.ok(step);
  const native = frameBytes(syntheticFrame(how));
  const expected = Buffer.from(Uint16Array.from(syntheticFrame(how).samples, (value) => 4095 - value).buffer);
  for (const [transferSyntaxUid, encoded] of [
    [explicit, native],
    [jpegLs, await encode(how, jpegLs)],
  ] as const) {
    const bytes = await pool.recolour({ image: syntheticImage(how), transferSyntaxUid, encoded, step });
    assert.deepEqual(Buffer.from(bytes), expected);
  }
  assert.equal(native.length, 48 * 64 * 2);
  const cut = { image: syntheticImage(how), transferSyntaxUid: jpegLs, encoded: new Uint8Array(40), step };
  await assert.rejects(pool.recolour(cut), ImagingError);
});

test("a caller's bytes stay the caller's", async () => {
  const encoded = frameBytes(syntheticFrame());
  await pool.decode({ image: syntheticImage(), transferSyntaxUid: explicit, encoded });
  assert.equal(encoded.length, 48 * 64);
});

test('frames are rendered to pictures', async () => {
  const how = { bitsStored: 12 };
  const request = { header: headerOf(how), transferSyntaxUid: jpegLs, encoded: await encode(how, jpegLs) };
  const png = await pool.render({ ...request, format: 'image/png', window: { center: 2048, width: 4096 } });
  const { data, info } = await sharp(png).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  assert.deepEqual([info.width, info.height, info.channels], [64, 48, 1]);
  const { samples } = syntheticFrame(how);
  for (let at = 0; at < data.length; at += 1)
    assert(Math.abs((data[at] ?? 0) - ((samples[at] ?? 0) * 255) / 4095) <= 1);
  const small = await pool.render({ ...request, format: 'image/jpeg', viewport: { columns: 16, rows: 16 } });
  assert.deepEqual((({ width, height }) => [width, height])(await sharp(small).metadata()), [16, 12]);
});

test('a thumbnail of a wavelet image is decoded no larger than needed, and looks the same', async () => {
  const how = { rows: 512, columns: 512, bitsStored: 12 };
  const window = { center: 2048, width: 4096 };
  const viewport = { columns: 64, rows: 64 };
  const ramp = Uint16Array.from({ length: 512 * 512 }, (_, at) => ((at % 512) + Math.floor(at / 512)) * 4);
  const draw = async (syntax: string) => {
    const frame = { ...syntheticFrame(how), samples: ramp };
    const { bytes: encoded } = await codecOf(syntax)!.codec.encode!(frame, syntax, {}, modules);
    const request = { header: headerOf(how), transferSyntaxUid: syntax, encoded, window, viewport };
    return sharp(await pool.render({ ...request, format: 'image/png' }))
      .raw()
      .toBuffer();
  };
  const [wavelet, other] = [await draw(jpeg2000), await draw(jpegLs)];
  let sum = 0;
  for (let at = 0; at < wavelet.length; at += 1) sum += Math.abs((wavelet[at] ?? 0) - (other[at] ?? 0));
  assert.equal(wavelet.length, other.length);
  assert(sum / wavelet.length < 3, `${sum / wavelet.length}`);
});

test('a thumbnail of indexes is drawn from their colours: what lies between two of them is another colour', async () => {
  const how = { rows: 256, columns: 256, bitsStored: 8, photometricInterpretation: 'PALETTE COLOR' } as const;
  const header = headerOf(how);
  for (const channel of ['Red', 'Green', 'Blue']) {
    // The two indexes that occur are black, everything between them is white.
    const entries = Uint8Array.from({ length: 256 }, (_, index) => (index === 0 || index === 200 ? 0 : 255));
    header.set(`${channel}PaletteColorLookupTableDescriptor`, [256, 0, 8], 'US');
    header.set(`${channel}PaletteColorLookupTableData`, entries, 'OW');
  }
  const samples = Uint8Array.from({ length: 256 * 256 }, (_, at) => (at % 2) * 200);
  const { bytes } = await codecOf(jpeg2000)!.codec.encode!({ ...syntheticFrame(how), samples }, jpeg2000, {}, modules);
  const viewport = { columns: 32, rows: 32 };
  const request = { header, transferSyntaxUid: jpeg2000, encoded: bytes, viewport, format: 'image/png' } as const;
  const drawn = await sharp(await pool.render(request))
    .removeAlpha()
    .raw()
    .toBuffer();
  assert.equal(Math.max(...drawn), 0);
});

test('padding does not count for the window of a thumbnail either', async () => {
  const how = { rows: 256, columns: 256, bitsStored: 12 };
  const samples = Uint16Array.from({ length: 256 * 256 }, (_, at) => (at % 2 ? 0 : 2000 + Math.floor(at / 256)));
  const { bytes } = await codecOf(jpeg2000)!.codec.encode!({ ...syntheticFrame(how), samples }, jpeg2000, {}, modules);
  const header = headerOf(how);
  header.set('PixelPaddingValue', 0, 'US');
  const viewport = { columns: 64, rows: 64 };
  const drawn = await pool.render({
    ...{ header, transferSyntaxUid: jpeg2000, encoded: bytes, viewport },
    format: 'image/png',
  });
  const pixels = await sharp(drawn).removeAlpha().greyscale().raw().toBuffer();
  // From black to white downwards, every other column padding: grey at the bottom. A window over the means of both ends there in white.
  const bottom = pixels[63 * 64 + 32] ?? 0;
  assert.ok(bottom > 100 && bottom < 160, `${bottom}`);
});

test('frames are transcoded', async () => {
  const how = { bitsStored: 8, samplesPerPixel: 3 } as const;
  const encoded = frameBytes(syntheticFrame(how));
  const request = { image: syntheticImage(how), transferSyntaxUid: explicit, encoded };
  const result = await pool.transcode({ ...request, target: jpeg2000 });
  assert.deepEqual([result.photometricInterpretation, result.reversible], ['YBR_RCT', true]);
  const image = { ...syntheticImage(how), photometricInterpretation: 'YBR_RCT' as const };
  const back = await pool.decode({ image, transferSyntaxUid: jpeg2000, encoded: result.bytes });
  assert.deepEqual(Buffer.from(back), Buffer.from(encoded));
  await assert.rejects(pool.transcode({ ...request, target: '1.2.840.10008.1.2.4.100' }), fails('unsupported-syntax'));
});

test('a bad frame is its own error and nobody else notices', async () => {
  const how = { bitsStored: 12 };
  const image = syntheticImage(how);
  const good = await encode(how, jpegLs);
  const bad = good.slice(0, good.length >> 1);
  const work = Array.from({ length: 20 }, (_, index) =>
    pool.decode({ image, transferSyntaxUid: jpegLs, encoded: index % 2 === 0 ? good : bad }),
  );
  const results = await Promise.allSettled(work);
  results.forEach((result, index) => {
    if (index % 2 === 0) assert.equal(result.status, 'fulfilled');
    else assert(result.status === 'rejected' && fails('corrupt')(result.reason), String(index));
  });
});

test('a thread that does not come back in time is replaced', async () => {
  const strict = createImagingPool({ threads: 1, deadlineMs: 6000 });
  try {
    const how = { rows: 6000, columns: 6000, bitsStored: 16 };
    const samples = new Uint16Array(36e6);
    for (let at = 0; at < samples.length; at += 1) samples[at] = at * 40503;
    const big = frameBytes({ ...syntheticFrame(), ...syntheticImage(how), samples });
    const request = { image: syntheticImage(how), transferSyntaxUid: explicit, encoded: big };
    await assert.rejects(strict.transcode({ ...request, target: jpeg2000 }), fails('timeout'));
    const encoded = frameBytes(syntheticFrame());
    const small = await strict.decode({ image: syntheticImage(), transferSyntaxUid: explicit, encoded });
    assert.equal(small.length, encoded.length);
  } finally {
    await strict.close();
  }
});

test('more requests than the queue holds are refused at once, and an abort takes one out', async () => {
  const narrow = createImagingPool({ threads: 1, queueLimit: 1 });
  try {
    const request = { image: syntheticImage(), transferSyntaxUid: explicit, encoded: frameBytes(syntheticFrame()) };
    const controller = new AbortController();
    const first = narrow.decode(request);
    const second = narrow.decode({ ...request, signal: controller.signal });
    await assert.rejects(narrow.decode(request), fails('queue-full'));
    controller.abort(new Error('no longer wanted'));
    await assert.rejects(second, /no longer wanted/);
    assert.equal((await first).length, 3072);
  } finally {
    await narrow.close();
  }
});

test('closing ends what runs and refuses what comes', async () => {
  const short = createImagingPool({ threads: 1 });
  const request = { image: syntheticImage(), transferSyntaxUid: explicit, encoded: frameBytes(syntheticFrame()) };
  const running = short.decode(request).catch((error: unknown) => error);
  await short.close();
  const outcome = await running;
  assert(outcome instanceof Uint8Array || fails('closed')(outcome), String(outcome));
  await assert.rejects(short.decode(request), fails('closed'));
});

test('a header that describes no image is refused before any thread sees it', async () => {
  const header = headerOf({});
  header.set('HighBit', 40);
  const encoded = frameBytes(syntheticFrame());
  const work = pool.render({ header, transferSyntaxUid: explicit, encoded, format: 'image/png' });
  await assert.rejects(work, fails('contradiction'));
});

test('a presentation state is applied, and its annotations are drawn in', async () => {
  const how = { bitsStored: 8, rows: 40, columns: 60 };
  const header = headerOf(how);
  header.set('SOPInstanceUID', '1.2.3');
  const state = new DataSet();
  state.set('ReferencedSeriesSequence[0].ReferencedImageSequence[0].ReferencedSOPInstanceUID', '1.2.3');
  state.set('PresentationLUTShape', 'INVERSE');
  state.set('ImageRotation', 90, 'US');
  state.set('GraphicLayerSequence[0].GraphicLayer', 'A');
  state.set('GraphicLayerSequence[0].GraphicLayerOrder', 1);
  state.set('GraphicAnnotationSequence[0].GraphicLayer', 'A');
  const graphic = 'GraphicAnnotationSequence[0].GraphicObjectSequence[0]';
  state.set(`${graphic}.GraphicAnnotationUnits`, 'PIXEL');
  state.set(`${graphic}.GraphicData`, [0, 0, 60, 40]);
  state.set(`${graphic}.GraphicType`, 'POLYLINE');
  const flat = new Uint8Array(2400).fill(100);
  const request = { header, transferSyntaxUid: explicit, encoded: flat, format: 'image/png' } as const;
  const png = await pool.render({ ...request, presentationState: state });
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  assert.deepEqual([info.width, info.height, info.channels], [40, 60, 3]);
  assert.deepEqual([...data.subarray(0, 3)], [155, 155, 155]);
  // The line runs from the upper right to the lower left once the image is turned.
  const middle = [...data.subarray((30 * 40 + 20) * 3, (30 * 40 + 20) * 3 + 3)];
  assert((middle[0] ?? 0) > 180 && (middle[2] ?? 255) < 120, `${middle} is yellow`);
  const source = { column: 0, row: 0, columns: 10, rows: 10 };
  const part = pool.render({ ...request, presentationState: state, viewport: { columns: 10, rows: 10, source } });
  await assert.rejects(part, fails('bad-request'));
  header.set('SOPInstanceUID', '1.2.4');
  await assert.rejects(pool.render({ ...request, presentationState: state }), fails('bad-request'));
});

test('a state that subtracts a mask needs the other frames', async () => {
  const how = { bitsStored: 8, rows: 2, columns: 2 };
  const header = headerOf(how);
  header.set('SOPInstanceUID', '1.2.3');
  header.set('NumberOfFrames', 2);
  const state = new DataSet();
  state.set('ReferencedSeriesSequence[0].ReferencedImageSequence[0].ReferencedSOPInstanceUID', '1.2.3');
  state.set('SoftcopyVOILUTSequence[0].WindowCenter', '0');
  state.set('SoftcopyVOILUTSequence[0].WindowWidth', '256');
  state.set('MaskSubtractionSequence[0].MaskOperation', 'AVG_SUB');
  state.set('MaskSubtractionSequence[0].MaskFrameNumbers', [1]);
  const frames = [Uint8Array.of(10, 20, 30, 40), Uint8Array.of(10, 70, 10, 140)];
  const frame = async (number: number): Promise<Uint8Array> => frames[number - 1]!;
  const base = {
    header,
    transferSyntaxUid: explicit,
    encoded: frames[1]!,
    frameNumber: 2,
    format: 'image/png',
  } as const;
  const png = await pool.render({ ...base, presentationState: state, frame });
  const pixels = await sharp(png).toColourspace('b-w').raw().toBuffer();
  assert.deepEqual([...pixels], [128, 178, 108, 228]);
  await assert.rejects(pool.render({ ...base, presentationState: state }), fails('bad-request'));
});

test('a picture in memory that is used again is the same file; it is lent until it is given back', async () => {
  const how = { bitsStored: 12 } as const;
  const native = frameBytes(syntheticFrame(how));
  const header = headerOf(how);
  const request = { header, transferSyntaxUid: explicit, format: 'image/jpeg' } as const;
  const expected = Buffer.from(await pool.render({ ...request, encoded: native }));
  const draw = async () => {
    const frame = pool.lend(native.length);
    frame.bytes.set(native);
    const picture = await pool.lendPicture({ ...request, encoded: frame.bytes });
    frame.giveBack();
    return picture;
  };
  const [one, other] = [await draw(), await draw()];
  assert.deepEqual(Buffer.from(one.bytes), expected);
  assert.deepEqual(Buffer.from(other.bytes), expected);
  one.giveBack();
  const next = await draw();
  assert.deepEqual(Buffer.from(other.bytes), expected);
  assert.deepEqual(Buffer.from(next.bytes), expected);
  assert.ok(next.bytes.buffer !== other.bytes.buffer);
});

test('a picture of another format, and one that is longer than its frame, have memory of their own', async () => {
  const how = { bitsStored: 8, rows: 4, columns: 4 } as const;
  const header = headerOf(how);
  for (const format of ['image/jpeg', 'image/png'] as const) {
    const frame = pool.lend(16);
    frame.bytes.set(frameBytes(syntheticFrame(how)));
    const expected = await pool.render({ header, transferSyntaxUid: explicit, encoded: frame.bytes, format });
    const { bytes } = await pool.lendPicture({ header, transferSyntaxUid: explicit, encoded: frame.bytes, format });
    assert.deepEqual(Buffer.from(bytes), Buffer.from(expected));
    assert.ok(!(bytes.buffer instanceof SharedArrayBuffer));
  }
});
