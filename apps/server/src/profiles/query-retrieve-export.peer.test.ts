// The profile query-retrieve-server: what its settings for a destination change in the images that are sent there; DCMTK's storescp is the destination.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { contentFaults, type Statement, tableFor } from '@concord/conformance';
import { type DataSet, readPart10 } from '@concord/dicom';
import { asPart10 } from '../../testing/data-sets.ts';
import {
  destinations,
  images,
  jpeg,
  multiFrame,
  pixels,
  ramp,
  receivers,
  retiredMultiFrame,
  retiredUltrasound,
  secondaryCapture,
  studyOf,
  uidOf,
  ultrasound,
} from '../../testing/export-images.ts';
import { freePort } from '../../testing/ports.ts';
import { type ProfiledServer, startProfile } from '../../testing/profile.ts';
import { queryRetrieve, queryTitle, storeTitle } from '../../testing/profiled-archive.ts';
import { run, startStorescp } from '../../testing/programs.ts';

interface Moved {
  readonly output: string;
  readonly dataSet: DataSet | undefined;
  readonly meta: DataSet | undefined;
  readonly path: string;
}

describe('images for destinations', () => {
  const endings: (() => void | Promise<void>)[] = [];
  const hooks = { after: (end: () => void | Promise<void>) => void endings.push(end) };
  let server: ProfiledServer;
  let folder: string;

  before(async () => {
    const ports = new Map<string, number>();
    for (const name of Object.keys(receivers)) ports.set(name, await freePort());
    const peers = Object.entries(destinations).map(([aeTitle, [receiver, set]]) => ({
      aeTitle,
      host: '127.0.0.1',
      port: ports.get(receiver) ?? 0,
      ...set,
    }));
    server = await startProfile({ after: (end) => void endings.push(end) }, queryRetrieve, { peers });
    folder = server.folder;
    for (const [name, given] of Object.entries(receivers)) {
      mkdirSync(join(folder, name));
      const profile = join(folder, `${name}.cfg`);
      if (typeof given === 'string') writeFileSync(profile, given);
      const parameters = typeof given === 'string' ? ['-xf', profile, 'Default'] : given;
      await startStorescp(hooks, join(folder, name), ports.get(name) ?? 0, ...parameters);
    }
    const files = Object.entries(images).map(([name, dataSet]) => {
      dataSet.set('StudyInstanceUID', studyOf(name));
      dataSet.set('SeriesInstanceUID', `${studyOf(name)}.1`);
      dataSet.set('SOPInstanceUID', uidOf(name));
      writeFileSync(join(folder, `${name}.dcm`), asPart10(dataSet));
      return join(folder, `${name}.dcm`);
    });
    const { exitCode, output } = await run('storescu', '-R', ...server.called(storeTitle), ...files);
    assert.equal(exitCode, 0, output);
  });
  after(async () => {
    for (const end of endings.reverse()) await end();
  });

  /** Has movescu move the image to a destination; what came there, which is taken away. */
  const move = async (name: string, to: string): Promise<Moved> => {
    const keys = ['-k', '0008,0052=STUDY', '-k', `0020,000D=${studyOf(name)}`];
    const { output } = await run('movescu', '-v', '-S', '-aem', to, ...keys, ...server.called(queryTitle));
    const received = join(folder, destinations[to]?.[0] ?? '');
    const [file, ...more] = readdirSync(received);
    assert.deepEqual(more, []);
    if (file === undefined) return { output, dataSet: undefined, meta: undefined, path: '' };
    const path = join(folder, `came-${name}-${to}.dcm`);
    writeFileSync(path, readFileSync(join(received, file)));
    rmSync(join(received, file));
    const { dataSet, meta } = readPart10(readFileSync(path));
    return { output, dataSet, meta, path };
  };
  const came = async (name: string, to: string) => {
    const { dataSet, meta, output, path } = await move(name, to);
    assert.ok(dataSet && meta, output);
    assert.equal(meta.string('MediaStorageSOPInstanceUID'), dataSet.string('SOPInstanceUID'));
    assert.equal(meta.string('MediaStorageSOPClassUID'), dataSet.string('SOPClassUID'));
    return { dataSet, meta, path, bytes: dataSet.bytes('PixelData') ?? new Uint8Array() };
  };
  const isRefused = async (name: string, to: string) => {
    const { output, dataSet } = await move(name, to);
    assert.match(output, /Final Move Response \(Refused: OutOfResourcesSubOperations\)/, `${name} to ${to}: ${output}`);
    assert.equal(dataSet, undefined);
  };
  const statedAsDerived = (dataSet: DataSet, name: string) => {
    assert.notEqual(dataSet.string('SOPInstanceUID'), uidOf(name));
    assert.equal(dataSet.strings('ImageType')[0], 'DERIVED');
    assert.equal(dataSet.string('SourceImageSequence[0].ReferencedSOPInstanceUID'), uidOf(name));
  };
  const errorsOf = async (path: string) =>
    (await run('dciodvfy', path)).output.split('\n').filter((line) => line.startsWith('Error'));
  const gray = (red: number, green: number, blue: number) => Math.round(0.299 * red + 0.587 * green + 0.114 * blue);

  test('[QR-EXP-08] [QR-EXP-09] MONOCHROME2: what is grey keeps its UID, colour becomes another instance', async () => {
    const inverse = await came('inverse', 'GRAY');
    assert.equal(inverse.dataSet.string('PhotometricInterpretation'), 'MONOCHROME2');
    assert.equal(inverse.dataSet.string('SOPInstanceUID'), uidOf('inverse'));
    const values = [0, 1, 255].map((index) => inverse.bytes[index * 2]! + inverse.bytes[index * 2 + 1]! * 256);
    assert.deepEqual(values, [4095, 4079, 4095 - 255 * 16]);
    assert.equal(inverse.dataSet.number('WindowCenter'), 4095 - 1000 + 1);
    for (const name of ['rgb', 'ybr', 'palette']) {
      const { dataSet, bytes } = await came(name, 'GRAY');
      assert.equal(dataSet.string('PhotometricInterpretation'), 'MONOCHROME2', name);
      assert.deepEqual([dataSet.number('SamplesPerPixel'), bytes.length], [1, pixels]);
      statedAsDerived(dataSet, name);
    }
    assert.equal((await came('rgb', 'GRAY')).bytes[1], gray(3, 4, 5));
    assert.equal((await came('palette', 'GRAY')).bytes[200], gray(200, 55, 7));
    const deep = await came('deep', 'GRAY');
    assert.equal(deep.dataSet.string('SOPInstanceUID'), uidOf('deep'));
    assert.deepEqual(Buffer.from(deep.bytes), Buffer.from(ramp));
  });

  test('[QR-EXP-08] [QR-EXP-09] RGB: colour keeps its UID, grey values behind a window become another instance', async () => {
    const fromPalette = await came('palette', 'COLOUR');
    assert.equal(fromPalette.dataSet.string('PhotometricInterpretation'), 'RGB');
    assert.equal(fromPalette.dataSet.string('SOPInstanceUID'), uidOf('palette'));
    assert.deepEqual([...fromPalette.bytes.subarray(300, 303)], [100, 155, 7]);
    assert.equal(fromPalette.dataSet.has('RedPaletteColorLookupTableData'), false);
    const fromYbr = await came('ybr', 'COLOUR');
    assert.equal(fromYbr.dataSet.string('SOPInstanceUID'), uidOf('ybr'));
    const { exitCode, output } = await run('dcmdump', '+P', 'PhotometricInterpretation', fromYbr.path);
    assert.equal(exitCode, 0, output);
    assert.match(output, /\[RGB\]/);
    const fromGray = await came('inverse', 'COLOUR');
    assert.equal(fromGray.bytes.length, pixels * 3);
    assert.deepEqual([...fromGray.bytes.subarray(0, 3)], [255, 255, 255]);
    statedAsDerived(fromGray.dataSet, 'inverse');
  });

  test('[QR-EXP-09] an image made anew is the same instance each time it is sent', async () => {
    const [first, second] = [await came('rgb', 'GRAY'), await came('rgb', 'GRAY')];
    assert.equal(first.dataSet.string('SOPInstanceUID'), second.dataSet.string('SOPInstanceUID'));
  });

  test('a destination that takes an interpretation only in a syntax nobody can make of it gets nothing else', async () => {
    await isRefused('rgb', 'GRAY_IN_JPEG');
  });

  test('[QR-EXP-10] window values are put where an image has none, and nowhere else', async () => {
    const without = await came('deep', 'WINDOW');
    assert.deepEqual([without.dataSet.number('WindowCenter'), without.dataSet.number('WindowWidth')], [40, 400]);
    const own = await came('inverse', 'WINDOW');
    assert.deepEqual([own.dataSet.number('WindowCenter'), own.dataSet.number('WindowWidth')], [1000, 500]);
    assert.equal((await came('rgb', 'WINDOW')).dataSet.has('WindowCenter'), false);
    assert.equal((await came('deep', 'PLAIN')).dataSet.has('WindowCenter'), false);
  });

  test('[QR-EXP-11] [QR-EXP-14] lossy JPEG for who prefers it: a new UID, and the object says what was lost', async () => {
    const { dataSet, meta, path } = await came('ultrasound', 'PREFERS_JPEG');
    assert.equal(meta.string('TransferSyntaxUID'), jpeg);
    statedAsDerived(dataSet, 'ultrasound');
    assert.equal(dataSet.string('LossyImageCompression'), '01');
    assert.ok((dataSet.number('LossyImageCompressionRatio') ?? 0) > 0);
    assert.equal(dataSet.string('LossyImageCompressionMethod'), 'ISO_10918_1');
    assert.equal(dataSet.string('PhotometricInterpretation'), 'YBR_FULL_422');
    const decoded = join(folder, 'decoded.dcm');
    const { exitCode, output } = await run('dcmdjpeg', path, decoded);
    assert.equal(exitCode, 0, output);
    const kept = images.ultrasound?.bytes('PixelData') ?? new Uint8Array();
    const shown = readPart10(readFileSync(decoded)).dataSet.bytes('PixelData') ?? new Uint8Array();
    const off = kept.reduce((sum, value, index) => sum + Math.abs(value - (shown[index] ?? 0)), 0) / kept.length;
    assert.ok(shown.length === kept.length && off < 10, `samples are ${off} off on average`);
    const capture = await came('rgb', 'PREFERS_JPEG');
    assert.equal(capture.meta.string('TransferSyntaxUID'), jpeg);
    assert.deepEqual(await errorsOf(capture.path), await errorsOf(join(folder, 'rgb.dcm')));
    assert.deepEqual(await errorsOf(path), await errorsOf(join(folder, 'ultrasound.dcm')));
    assert.equal((await came('ultrasound', 'PLAIN')).dataSet.string('SOPInstanceUID'), uidOf('ultrasound'));
  });

  test('[CS-GEN-12] what was made is in the table of created objects, each attribute: no alarm was raised', async () => {
    const { annexes } = (await server.json('/conformance?format=json')) as Statement;
    assert.ok(annexes.createdObjects.state === 'described');
    const table = tableFor(annexes.createdObjects.objects, secondaryCapture);
    assert.ok(table);
    for (const [name, to] of [
      ['rgb', 'GRAY'],
      ['rgb', 'PREFERS_JPEG'],
    ] as const) {
      const { dataSet } = await came(name, to);
      const source = images[name]?.clone();
      assert.ok(source);
      assert.deepEqual(contentFaults(table, dataSet, source), [], `${name} to ${to}`);
      dataSet.set('PatientComments', 'not in the table');
      assert.equal(contentFaults(table, dataSet, source).length, 1);
    }
    const drift = (await server.json('/conformance/drift')) as readonly { kind: string }[];
    assert.deepEqual(
      drift.filter(({ kind }) => /attribute|value/.test(kind)),
      [],
    );
  });

  test('[QR-EXP-15] JPEG Baseline is for 8 bits: deeper images fail, and without the setting nothing is compressed', async () => {
    assert.equal((await came('ultrasound', 'NEEDS_JPEG')).meta.string('TransferSyntaxUID'), jpeg);
    await isRefused('deep', 'NEEDS_JPEG');
    await isRefused('ultrasound', 'NO_JPEG');
    const deep = await came('deep', 'PREFERS_JPEG');
    assert.equal(deep.dataSet.string('SOPInstanceUID'), uidOf('deep'));
    assert.notEqual(deep.meta.string('TransferSyntaxUID'), jpeg);
  });

  test('[QR-EXP-05] [QR-SPC-06] ultrasound goes out in the class the destination takes, its own where it takes that', async () => {
    for (const [name, to, sopClass] of [
      ['ultrasound', 'RETIRED', retiredUltrasound],
      ['clip', 'RETIRED', retiredMultiFrame],
      ['retired', 'CURRENT', ultrasound],
      ['retiredClip', 'CURRENT', multiFrame],
      ['ultrasound', 'BOTH', ultrasound],
      ['retired', 'BOTH', retiredUltrasound],
      ['clip', 'BOTH', multiFrame],
    ] as const) {
      const { dataSet, bytes } = await came(name, to);
      assert.equal(dataSet.string('SOPClassUID'), sopClass, `${name} to ${to}`);
      assert.equal(dataSet.string('SOPInstanceUID'), uidOf(name));
      assert.deepEqual(Buffer.from(bytes), Buffer.from(images[name]?.bytes('PixelData') ?? []));
    }
  });

  test('[QR-EXP-05] what became an ultrasound image of the current class is a valid one', async () => {
    const { path } = await came('retired', 'CURRENT');
    assert.deepEqual(await errorsOf(path), await errorsOf(join(folder, 'ultrasound.dcm')));
  });

  test('[QR-EXP-06] each direction only where it is set', async () => {
    await isRefused('ultrasound', 'RETIRED_OFF');
    await isRefused('retired', 'CURRENT_OFF');
  });
});
