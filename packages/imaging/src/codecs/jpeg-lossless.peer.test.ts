// JPEG lossless, process 14, with every selection value, as dcmcjpeg of DCMTK writes it. ITU-T T.81 Annex H, Table H.1.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeTestFrame, readInstance, testModules } from '../../testing/corpus.ts';
import { headerOf, withElements } from '../../testing/headers.ts';
import { inFolder, run, writeInstance } from '../../testing/peers.ts';
import { largestDifference, type SyntheticImage, syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { frameBytes } from '../frames.ts';

const modules = testModules();
const native = '1.2.840.10008.1.2.1';
const process14 = '1.2.840.10008.1.2.4.57';

const images: readonly (readonly [string, SyntheticImage])[] = [
  ['8 bits', { bitsStored: 8 }],
  ['12 bits', { bitsStored: 12, rows: 31, columns: 47 }],
  ['16 bits', { bitsStored: 16 }],
  ['16 bits with sign', { bitsStored: 16, signed: true }],
  ['colour', { samplesPerPixel: 3 }],
];

for (const [name, how] of images) {
  test(`process 14 of ${name} is exact with each of the seven selection values, whole and in fragments`, () =>
    inFolder(async (folder) => {
      const frame = syntheticFrame(how);
      const pixels = { value: frameBytes(frame), vr: (how.bitsStored ?? 8) > 8 ? ('OW' as const) : ('OB' as const) };
      const [plain, compressed] = [join(folder, 'plain.dcm'), join(folder, 'compressed.dcm')];
      await writeInstance(plain, withElements(headerOf(syntheticImage(how)), { PixelData: pixels }), native);
      for (let selection = 1; selection <= 7; selection += 1) {
        const fragments = selection % 2 === 0 ? ['+fs', '1'] : [];
        await run('dcmcjpeg', '+el', '+sv', `${selection}`, '+un', ...fragments, plain, compressed);
        const instance = readInstance(compressed);
        assert.equal(instance?.transferSyntaxUid, process14);
        assert.ok(instance);
        const { samples } = await decodeTestFrame(instance, modules);
        assert.equal(largestDifference(samples, frame.samples), 0, `selection value ${selection}`);
      }
    }));
}
