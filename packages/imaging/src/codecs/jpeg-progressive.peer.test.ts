// The retired progressive processes, as dcmcjpeg of DCMTK writes them: what old archives hold is still read. ISO/IEC 10918-1 Annex G.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeTestFrame, readInstance, testModules } from '../../testing/corpus.ts';
import { headerOf, withElements } from '../../testing/headers.ts';
import { inFolder, run, writeInstance } from '../../testing/peers.ts';
import { largestDifference, syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { frameBytes } from '../frames.ts';

const modules = testModules();
const explicit = '1.2.840.10008.1.2.1';

for (const [name, option, last] of [
  ['spectral selection', '+es', '53'],
  ['full progression', '+ep', '55'],
] as const) {
  for (const how of [{ bitsStored: 8 }, { samplesPerPixel: 3 }] as const) {
    const what = 'samplesPerPixel' in how ? 'colour' : 'grey';
    test(`JPEG ${name} (.${last}), ${what}: decoded as dcmdjpeg decodes it`, () =>
      inFolder(async (folder) => {
        const [plain, coded, back] = ['plain.dcm', 'coded.dcm', 'back.dcm'].map((file) => join(folder, file)) as [
          string,
          string,
          string,
        ];
        const pixels = { value: frameBytes(syntheticFrame(how)), vr: 'OB' as const };
        await writeInstance(plain, withElements(headerOf(syntheticImage(how)), { PixelData: pixels }), explicit);
        await run('dcmcjpeg', option, '+q', '92', plain, coded);
        await run('dcmdjpeg', '+cn', coded, back);
        const [ours, theirs] = [readInstance(coded), readInstance(back)];
        assert(ours && theirs);
        assert.equal(ours.transferSyntaxUid, `1.2.840.10008.1.2.4.${last}`);
        const { samples } = await decodeTestFrame(ours, modules);
        assert(largestDifference(samples, (await decodeTestFrame(theirs, modules)).samples) <= 1);
      }));
  }
}
