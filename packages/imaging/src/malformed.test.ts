// The malformed images of recent security reports, each by its number: an image of the right size or a clear error, never more.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DataSet } from '@concord/dicom';
import { testModules } from '../testing/corpus.ts';
import { headerOf, withElements } from '../testing/headers.ts';
import { syntheticFrame, syntheticImage } from '../testing/synthetic.ts';
import { noCodecModules } from './codecs/modules.ts';
import { codecOf } from './codecs/table.ts';
import { decodeFrame } from './frames.ts';
import { checkImage, describeImage } from './image-description.ts';
import { ImagingError } from './imaging-error.ts';
import { eachOverlayPixel, readOverlays } from './overlay.ts';
import { colourIndex, readPalette } from './palette.ts';

const uid = (last: string): string => `1.2.840.10008.1.2.${last}`;
const isClear = (error: unknown): boolean => error instanceof ImagingError && error.fault !== 'internal';

function paletteHeader(descriptor: readonly number[], entries: readonly number[]): DataSet {
  const header = new DataSet();
  for (const channel of ['Red', 'Green', 'Blue'] as const) {
    header.set(`${channel}PaletteColorLookupTableDescriptor`, [...descriptor], 'US');
    header.set(`${channel}PaletteColorLookupTableData`, new Uint8Array(Uint16Array.from(entries).buffer), 'OW');
  }
  return header;
}

test('CVE-2026-5443: a palette smaller than its descriptor is refused', () => {
  assert.throws(() => readPalette(paletteHeader([256, 0, 16], [1, 2, 3]), false), isClear);
});

test('CVE-2026-5445: pixel values beyond the palette take its last colour', () => {
  const palette = readPalette(paletteHeader([3, 0, 16], [0x0100, 0x0200, 0x0300]), false);
  assert(palette);
  for (const value of [3, 255, 65_535]) assert.equal(colourIndex(palette, value), 6);
  assert.equal(palette.colours[6], 3);
});

test('CVE-2025-52582: an overlay larger than its data and than the image covers no pixel outside of it', () => {
  const how = { rows: 4, columns: 5, bitsStored: 12 };
  const image = syntheticImage(how);
  const header = withElements(headerOf(image), {
    '(6000,0010)': { value: 60_000, vr: 'US' },
    '(6000,0011)': { value: 60_000, vr: 'US' },
    '(6000,0040)': { value: 'G', vr: 'CS' },
    '(6000,0050)': { value: [1, 1], vr: 'SS' },
    '(6000,0100)': { value: 1, vr: 'US' },
    '(6000,0102)': { value: 0, vr: 'US' },
    '(6000,3000)': { value: Uint8Array.from([0xff, 0xff]), vr: 'OW' },
  });
  const covered: number[] = [];
  for (const overlay of readOverlays(header, image, 1))
    eachOverlayPixel(overlay, syntheticFrame(how), (pixel) => covered.push(pixel));
  assert(
    covered.every((pixel) => pixel >= 0 && pixel < 20),
    String(covered),
  );
  assert(covered.length <= 16, 'no more than the bits that are there');
});

describe('CVE-2026-5442: rows, columns, samples and frames whose product is past 2^32', () => {
  const huge = (frames: string): DataSet => {
    const header = new DataSet();
    header.set('SamplesPerPixel', 3);
    header.set('PhotometricInterpretation', 'RGB');
    header.set('PlanarConfiguration', 0);
    header.set('Rows', 65_535);
    header.set('Columns', 65_535);
    header.set('BitsAllocated', 16);
    header.set('BitsStored', 16);
    header.set('HighBit', 15);
    header.set('PixelRepresentation', 0);
    header.set('NumberOfFrames', frames);
    return header;
  };
  for (const frames of ['1', '65535', '2147483647'])
    test(`65,535 x 65,535 x 3 x ${frames}: refused before memory is taken`, async () => {
      const before = process.memoryUsage().arrayBuffers;
      await assert.rejects(async () => {
        const image = describeImage(huge(frames));
        checkImage(image);
        await decodeFrame(image, uid('5'), new Uint8Array(64), { modules: noCodecModules });
      }, isClear);
      assert(process.memoryUsage().arrayBuffers - before < 16 * 1024 * 1024);
    });
});

test('DCMTK issue 1213: an RLE header with offsets beyond the segment is refused', async () => {
  const frame = new Uint8Array(80);
  const view = new DataView(frame.buffer);
  view.setUint32(0, 1, true);
  for (const offset of [80, 4000, 0x7fffffff, 0xffffffff]) {
    view.setUint32(4, offset, true);
    await assert.rejects(decodeFrame(syntheticImage({ rows: 2, columns: 2 }), uid('5'), frame), isClear);
  }
});

test('CVE-2026-5441: the private RLE of Philips (PMSCT_RLE1) is no syntax to decode here, and said so', async () => {
  const syntax = '1.3.46.670589.33.1.4.1';
  assert.equal(codecOf(syntax), undefined);
  await assert.rejects(decodeFrame(syntheticImage({ rows: 2, columns: 2 }), syntax, new Uint8Array(16)), isClear);
});

test('DCMTK issue 1190: a JPEG stream with the marker TEM (FF01) gives its image or a clear error', async () => {
  const modules = testModules();
  const how = { rows: 8, columns: 8 };
  const codec = codecOf(uid('4.50'))?.codec;
  assert(codec?.encode);
  const { bytes } = await codec.encode(syntheticFrame(how), uid('4.50'), {}, modules);
  const spoilt = Uint8Array.from([...bytes.subarray(0, 2), 0xff, 0x01, ...bytes.subarray(2)]);
  const decoded = await decodeFrame(syntheticImage(how), uid('4.50'), spoilt, { modules }).catch((error: unknown) => {
    assert(isClear(error), String(error));
    return undefined;
  });
  if (decoded) assert.equal(decoded.samples.length, 64);
  const again = await decodeFrame(syntheticImage(how), uid('4.50'), bytes, { modules });
  assert.equal(again.samples.length, 64);
});
