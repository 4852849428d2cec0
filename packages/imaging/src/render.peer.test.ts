// Grey levels and colours as DCMTK draws them: every transformation on made images, and the files of the test data.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import type { DataSet, Value, Vr } from '@concord/dicom';
import { corpusFiles, decodeTestFrame, isOfWg04, readInstance, testModules, withoutCorpus } from '../testing/corpus.ts';
import { headerOf, lutItem, withElements } from '../testing/headers.ts';
import { type AnyMap, drawnByDcmtk, inFolder, run, writeInstance } from '../testing/peers.ts';
import {
  largestDifference,
  randomNumbers,
  type SyntheticImage,
  syntheticFrame,
  syntheticImage,
} from '../testing/synthetic.ts';
import { decodeFrame, frameBytes } from './frames.ts';
import type { ImageDescription } from './image-description.ts';
import { type RenderedFrame, type RenderOptions, renderFrame } from './render.ts';

const explicit = '1.2.840.10008.1.2.1';
const modules = testModules();
type Elements = Readonly<Record<string, Value | { value: Value; vr: Vr }>>;

/** Difference in grey levels; grey pictures are compared with colour ones channel by channel. */
function difference({ pixels, channels }: RenderedFrame, map: AnyMap): number {
  if (channels === map.channels) return largestDifference(pixels, map.pixels);
  const [one, three] = channels === 1 ? [pixels, map.pixels] : [map.pixels, pixels];
  return largestDifference(
    Uint8Array.from(three, (_, index) => one[Math.floor(index / 3)] ?? 0),
    three,
  );
}

/** How a made image is drawn here and there. */
const compare = (how: SyntheticImage, elements: Elements, parameters: readonly string[], options: RenderOptions = {}) =>
  inFolder(async (folder) => {
    const frame = syntheticFrame(how);
    const header = withElements(headerOf(syntheticImage(how)), elements);
    const path = join(folder, 'image.dcm');
    const vr = how.bitsStored && how.bitsStored > 8 ? 'OW' : 'OB';
    await writeInstance(path, withElements(header, { PixelData: { value: frameBytes(frame), vr } }), explicit);
    return difference(renderFrame(frame, header, options), await drawnByDcmtk(path, ...parameters));
  });

const rescale = { RescaleSlope: '1.5', RescaleIntercept: '-1024' };
const window = (center: string, width: string, how?: string): Elements => ({
  WindowCenter: center,
  WindowWidth: width,
  ...(how ? { VOILUTFunction: how } : {}),
});
const ramp = (count: number, top: number): number[] =>
  Array.from({ length: count }, (_, index) => Math.round((index / (count - 1)) ** 2 * top));
const palette = (bits: number): Elements =>
  Object.fromEntries(
    ['Red', 'Green', 'Blue'].flatMap((channel, at) => [
      [`${channel}PaletteColorLookupTableDescriptor`, { value: [256, 0, bits], vr: 'US' as const }],
      [
        `${channel}PaletteColorLookupTableData`,
        {
          value: new Uint8Array(
            Uint16Array.from({ length: 256 }, (_, index) => (((index * (at + 1)) % 256) * 257) >>> (16 - bits)).buffer,
          ),
          vr: 'OW' as const,
        },
      ],
    ]),
  );

/** [what it is, image, elements of the header, DCMTK's options] */
const cases: readonly (readonly [string, SyntheticImage, Elements, readonly string[]])[] = [
  ['8 bits without a window', { bitsStored: 8 }, {}, []],
  ['12 bits without a window', { bitsStored: 12 }, {}, ['+Wm']],
  ['16 bits, signed, without a window', { bitsStored: 16, signed: true }, rescale, ['+Wm']],
  ['MONOCHROME1', { bitsStored: 10, photometricInterpretation: 'MONOCHROME1' }, window('500', '800'), ['+Wi', '1']],
  ['a LINEAR window', { bitsStored: 12 }, window('1000', '701'), ['+Wi', '1']],
  [
    'the shape INVERSE in an image',
    { bitsStored: 12 },
    { ...window('1000', '701'), PresentationLUTShape: 'INVERSE' },
    ['+Wi', '1'],
  ],
  ['a window of width 1', { bitsStored: 12 }, window('1000', '1'), ['+Wi', '1']],
  [
    'a window behind rescale',
    { bitsStored: 12, signed: true },
    { ...rescale, ...window('-300', '1500') },
    ['+Wi', '1'],
  ],
  ['a SIGMOID window', { bitsStored: 12 }, window('2000', '1500', 'SIGMOID'), ['+Wi', '1']],
  [
    'the first of two windows',
    { bitsStored: 12 },
    { WindowCenter: ['100', '2000'], WindowWidth: ['200', '4000'] },
    ['+Wi', '1'],
  ],
  ['a VOI table', { bitsStored: 12 }, { VOILUTSequence: [lutItem(0, 12, ramp(4096, 4095))] }, ['+Wl', '1']],
  [
    'a VOI table of fewer values',
    { bitsStored: 12 },
    { VOILUTSequence: [lutItem(1000, 8, ramp(2000, 255))] },
    ['+Wl', '1'],
  ],
  [
    'a VOI table behind negative values',
    { bitsStored: 12, signed: true },
    { VOILUTSequence: [lutItem(-1000, 10, ramp(2000, 1023), 'SS')] },
    ['+Wl', '1'],
  ],
  [
    'a modality table',
    { bitsStored: 10 },
    {
      ...window('2000', '4000'),
      ModalityLUTSequence: [withElements(lutItem(0, 12, ramp(1024, 4095)), { ModalityLUTType: 'US' })],
    },
    ['+Wi', '1'],
  ],
  ['an 8-bit palette', { bitsStored: 8, photometricInterpretation: 'PALETTE COLOR' }, palette(8), []],
  ['a 16-bit palette', { bitsStored: 8, photometricInterpretation: 'PALETTE COLOR' }, palette(16), []],
  ['RGB', { bitsStored: 8, samplesPerPixel: 3 }, {}, []],
  [
    'an overlay',
    { bitsStored: 8 },
    {
      '(6000,0010)': { value: 10, vr: 'US' },
      '(6000,0011)': { value: 20, vr: 'US' },
      '(6000,0040)': { value: 'G', vr: 'CS' },
      '(6000,0050)': { value: [5, 7], vr: 'SS' },
      '(6000,0100)': { value: 1, vr: 'US' },
      '(6000,0102)': { value: 0, vr: 'US' },
      '(6000,3000)': { value: Uint8Array.from({ length: 26 }, (_, index) => (index * 37) % 256), vr: 'OW' },
    },
    [],
  ],
];

for (const [name, how, elements, parameters] of cases) {
  test(`[VW-VIEW-09] ${name} is drawn as DCMTK draws it, within one grey level`, async () => {
    const found = await compare(how, elements, parameters);
    assert(found <= 1, `${found} grey levels`);
  });
}

test('a window of the caller is applied instead of that of the image', async () => {
  const elements = { ...rescale, ...window('0', '10') };
  const chosen = { window: { center: 500, width: 900 } };
  assert((await compare({ bitsStored: 12 }, elements, ['+Ww', '500', '900'], chosen)) <= 1);
});

/** How plain cells are drawn here and there. */
const compareCells = (image: ImageDescription, elements: Elements, cells: Uint8Array, parameters: readonly string[]) =>
  inFolder(async (folder) => {
    const header = withElements(headerOf(image), elements);
    const path = join(folder, 'image.dcm');
    const vr = image.bitsAllocated > 8 ? 'OW' : 'OB';
    await writeInstance(path, withElements(header, { PixelData: { value: cells, vr } }), explicit);
    const frame = await decodeFrame(image, explicit, cells);
    return difference(renderFrame(frame, header), await drawnByDcmtk(path, ...parameters));
  });

test('overlays in unused bits of the cells lie where DCMTK has them, above signed and unsigned values', async () => {
  for (const how of [{ bitsStored: 12 }, { bitsStored: 10, signed: true }] as const) {
    const image = { ...syntheticImage(how), highBit: how.bitsStored - 1 };
    const stored = syntheticFrame(how).samples;
    const words = Uint16Array.from(stored, (value, at) => {
      const marks = (at % 7 === 0 ? 0x2000 : 0) | (at % 64 < 9 ? 0x8000 : 0);
      return (value & (2 ** how.bitsStored - 1)) | marks;
    });
    const plane = (group: string, bit: number): Elements => ({
      [`(${group},0010)`]: { value: image.rows, vr: 'US' },
      [`(${group},0011)`]: { value: image.columns, vr: 'US' },
      [`(${group},0040)`]: { value: 'G', vr: 'CS' },
      [`(${group},0050)`]: { value: [1, 1], vr: 'SS' },
      [`(${group},0100)`]: { value: 16, vr: 'US' },
      [`(${group},0102)`]: { value: bit, vr: 'US' },
    });
    // The third names a bit of the stored values, which is no overlay.
    const elements = { ...window('300', '900'), ...plane('6000', 13), ...plane('6002', 15), ...plane('6004', 2) };
    const found = await compareCells(image, elements, new Uint8Array(words.buffer), ['+Wi', '1']);
    assert(found <= 1, `${found} grey levels: ${JSON.stringify(how)}`);
  }
});

test('colours by planes are drawn as DCMTK draws them; subsampled ones within the rounding of its terms', async () => {
  const random = randomNumbers(11);
  for (const [term, columns, samples, allowed] of [
    ['RGB', 31, 3, 0],
    ['YBR_FULL_422', 30, 2, 2],
    ['YBR_PARTIAL_422', 30, 2, 2],
    ['YBR_FULL_422', 31, 2, 2],
  ] as const) {
    const how = { rows: 18, columns, samplesPerPixel: 3, photometricInterpretation: term } as const;
    const image = { ...syntheticImage(how), planarConfiguration: samples === 3 ? (1 as const) : (0 as const) };
    const cells = Uint8Array.from({ length: 18 * columns * samples }, () => random(256));
    const found = await compareCells(image, {}, cells, []);
    assert(found <= allowed, `${term} of ${columns} columns: ${found} levels`);
  }
});

test('YBR_FULL becomes RGB within the rounding of DCMTK, which adds up three rounded terms', async () => {
  const how = { samplesPerPixel: 3, photometricInterpretation: 'YBR_FULL' } as const;
  assert((await compare(how, {}, [])) <= 2);
});

/** DCMTK reads JPEG 2000 and JPEG-LS only after another program has unpacked them. */
async function forDcmtk(path: string, syntax: string, folder: string): Promise<string> {
  const plain = join(folder, basename(path));
  if (/\.4\.8\d$/.test(syntax)) await run('dcmdjpls', path, plain);
  else if (/\.4\.9\d$/.test(syntax)) await run('gdcmconv', '-w', path, plain);
  else return path;
  return plain;
}

/** The window to draw with: said in so many words, so that both programs use the same one. */
function chosenWindow(header: DataSet) {
  const [center = 300, width = 1000] = [header.number('WindowCenter'), header.number('WindowWidth')];
  return { center, width: width >= 1 ? width : 1000 };
}

/** Files that DCMTK draws otherwise or not at all; each is compared with another reader, here or in codecs/decode.peer.test.ts. */
const otherwise: Readonly<Record<string, string>> = {
  'JPEG2000-embedded-sequence-delimiter.dcm': 'its code stream is another image',
  'MR_truncated.dcm': 'its pixels end too early',
  'SC_rgb_jpeg.dcm': 'DCMTK cannot read it',
  'SC_rgb_small_odd_big_endian.dcm':
    'of an odd number of bytes in words, which are cut at the byte here; codecs/native.peer.test.ts compares such',
  'HTJ2KLossless_08_RGB.dcm': 'DCMTK has no HTJ2K',
  'HTJ2K_08_RGB.dcm': 'DCMTK has no HTJ2K',
  'JLSL_08_07_0_1F.dcm': 'DCMTK cannot decode seven bits',
  'SC_rgb_32bit.dcm': 'DCMTK has no 32 bits in OW',
  'SC_rgb_32bit_2frame.dcm': 'DCMTK has no 32 bits in OW',
  'SC_rgb_expb_32bit.dcm': 'DCMTK has no 32 bits in OW',
  'SC_rgb_expb_32bit_2frame.dcm': 'DCMTK has no 32 bits in OW',
  'SC_ybr_full_uncompressed.dcm': 'DCMTK adds up rounded terms: two levels',
  'eCT_Supplemental.dcm': 'DCMTK has no supplemental palette',
  'emri_small_jpeg_2k_lossless_too_short.dcm': 'its pixels end too early',
  'gdcm-US-ALOKA-16.dcm': 'DCMTK has no segmented palette',
  'gdcm-US-ALOKA-16_big.dcm': 'DCMTK has no segmented palette',
  'liver_deflate.dcm': 'DCMTK has no deflated frames',
  'liver_nonbyte_aligned_deflate.dcm': 'DCMTK has no deflated frames',
  'liver_nonbyte_aligned_rle.dcm': 'DCMTK has no RLE of one bit',
  'liver_rle.dcm': 'DCMTK has no RLE of one bit',
  'parametric_map_double_float.dcm': 'DCMTK has no double float pixels',
  'parametric_map_float.dcm': 'DCMTK has no float pixels',
};

/** An image of the data; undefined for what is none: directories, reports, files that are no DICOM. */
function imageAt(path: string) {
  try {
    return readInstance(path);
  } catch {
    return undefined;
  }
}

for (const [name, files, least] of [
  ['pydicom', () => [...corpusFiles('pydicom', 'test_files'), ...corpusFiles('pydicom-data')], 130],
  ['two MR series, every tenth image', () => corpusFiles('series').filter((_, index) => index % 10 === 0), 8],
] as const) {
  test(`every image of ${name} that DCMTK can draw is drawn as it draws it, within one grey level`, {
    skip: withoutCorpus,
  }, async () => {
    let compared = 0;
    for (const path of files()) {
      const instance = otherwise[basename(path)] || isOfWg04(path) ? undefined : imageAt(path);
      if (!instance) continue;
      const { samplesPerPixel, photometricInterpretation } = instance.image;
      const isGray = samplesPerPixel === 1 && photometricInterpretation.startsWith('MONOCHROME');
      const window = chosenWindow(instance.header);
      const rendered = renderFrame(await decodeTestFrame(instance, modules), instance.header, isGray ? { window } : {});
      const parameters = isGray ? ['+Ww', String(window.center), String(window.width)] : [];
      const map = await inFolder(async (folder) =>
        drawnByDcmtk(await forDcmtk(path, instance.transferSyntaxUid, folder), ...parameters),
      );
      const found = difference(rendered, map);
      assert(found <= 1, `${path}: ${found}`);
      compared += 1;
    }
    assert(compared >= least, `${compared} files`);
  });
}

/** What pydicom makes of files: segmented palettes expanded, YBR_FULL as RGB, deep colour as its upper part. */
const colours = `
import sys, numpy, pydicom
from pydicom.pixel_data_handlers.util import apply_color_lut, convert_color_space
for path, out in zip(sys.argv[1::2], sys.argv[2::2]):
    d = pydicom.dcmread(path)
    pixels = d.pixel_array
    if d.PhotometricInterpretation == 'PALETTE COLOR':
        pixels = apply_color_lut(pixels, d) >> 8
    elif d.PhotometricInterpretation == 'YBR_FULL':
        pixels = convert_color_space(pixels, 'YBR_FULL', 'RGB')
    elif d.BitsStored > 8:
        pixels = numpy.floor(pixels / (2 ** d.BitsStored - 1) * 255 + 0.5)
    frames = int(d.get('NumberOfFrames', 1))
    (pixels[0] if frames > 1 else pixels).astype('uint8').tofile(out)
`;

test(
  'segmented palettes, colour of 32 bits and YBR_FULL of the test data are drawn as pydicom has them',
  {
    skip: withoutCorpus,
  },
  () =>
    inFolder(async (folder) => {
      const all = [...corpusFiles('pydicom', 'test_files'), ...corpusFiles('pydicom-data')];
      const names = ['gdcm-US-ALOKA-16.dcm', 'gdcm-US-ALOKA-16_big.dcm', 'SC_ybr_full_uncompressed.dcm'];
      const deep = [
        'SC_rgb_32bit.dcm',
        'SC_rgb_32bit_2frame.dcm',
        'SC_rgb_expb_32bit.dcm',
        'SC_rgb_expb_32bit_2frame.dcm',
      ];
      const paths = [...names, ...deep].map((name) => all.find((path) => basename(path) === name) ?? assert.fail(name));
      const places = paths.flatMap((path, index) => [path, join(folder, String(index))]);
      await run('/usr/bin/python3', '-c', colours, ...places);
      for (const [index, path] of paths.entries()) {
        const instance = readInstance(path) ?? assert.fail(path);
        const { pixels } = renderFrame(await decodeTestFrame(instance, modules), instance.header, { overlays: false });
        const expected = await readFile(join(folder, String(index)));
        const allowed = basename(path) === 'SC_ybr_full_uncompressed.dcm' ? 1 : 0;
        const found = largestDifference(pixels, expected);
        assert(found <= allowed, `${path}: ${found}`);
      }
    }),
);
