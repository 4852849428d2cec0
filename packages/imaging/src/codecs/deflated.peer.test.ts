// Deflated Image Frame Compression and deflated data sets against zlib as Python calls it. PS3.5 A.4.14, A.5; RFC 1951.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { testModules } from '../../testing/corpus.ts';
import { inFolder, run } from '../../testing/peers.ts';
import { largestDifference, type SyntheticImage, syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { decodeFrame, frameBytes } from '../frames.ts';
import { codecOf } from './table.ts';

const modules = testModules();
const syntax = '1.2.840.10008.1.2.8.1';
const images: readonly SyntheticImage[] = [
  { bitsStored: 8 },
  { bitsStored: 12 },
  { bitsStored: 16, signed: true },
  { bitsStored: 32, bitsAllocated: 32 },
  { samplesPerPixel: 3 },
  { bitsStored: 1, bitsAllocated: 1, rows: 5, columns: 7 },
  { bitsStored: 8, rows: 300, columns: 400 },
];

/** Raw deflate (no zlib header) at a level, or inflate, by another program. */
const zlib = `
import sys, zlib
way, source, target = sys.argv[1:4]
data = open(source, 'rb').read()
if way == 'inflate':
    result = zlib.decompress(data, -15)
else:
    packer = zlib.compressobj(int(way), zlib.DEFLATED, -15)
    result = packer.compress(data) + packer.flush()
open(target, 'wb').write(result)
`;

for (const level of ['0', '1', '9']) {
  test(`Deflated Image Frame (.8.1): frames deflated by zlib at level ${level} are exact, padded or not`, () =>
    inFolder(async (folder) => {
      for (const how of images) {
        const [plain, coded] = [join(folder, 'plain'), join(folder, 'coded')];
        await writeFile(plain, frameBytes(syntheticFrame(how)));
        await run('/usr/bin/python3', '-c', zlib, level, plain, coded);
        const bytes = await readFile(coded);
        for (const encoded of [bytes, Buffer.concat([bytes, Buffer.alloc(1)])]) {
          const { samples } = await decodeFrame(syntheticImage(how), syntax, encoded, { modules });
          assert.equal(largestDifference(samples, syntheticFrame(how).samples), 0, JSON.stringify(how));
        }
      }
    }));
}

test('Deflated Image Frame (.8.1): zlib inflates what is encoded here to the native bytes', () =>
  inFolder(async (folder) => {
    for (const how of images) {
      const [coded, plain] = [join(folder, 'coded'), join(folder, 'plain')];
      const encoded = await codecOf(syntax)?.codec.encode?.(syntheticFrame(how), syntax, {}, modules);
      assert(encoded?.reversible);
      await writeFile(coded, encoded.bytes);
      await run('/usr/bin/python3', '-c', zlib, 'inflate', coded, plain);
      assert.deepEqual(await readFile(plain), Buffer.from(frameBytes(syntheticFrame(how))), JSON.stringify(how));
    }
  }));

test('Deflated Image Frame (.8.1): a stream of more bytes than the frame, and one of fewer, are refused', () =>
  inFolder(async (folder) => {
    const [plain, coded] = [join(folder, 'plain'), join(folder, 'coded')];
    for (const [length, fault] of [
      [48 * 64 - 1, 'truncated'],
      [50_000_000, 'header-mismatch'],
    ] as const) {
      await writeFile(plain, Buffer.alloc(length));
      await run('/usr/bin/python3', '-c', zlib, '9', plain, coded);
      const work = decodeFrame(syntheticImage(), syntax, await readFile(coded), { modules });
      await assert.rejects(work, { fault });
    }
  }));
