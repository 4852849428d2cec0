// Colour above 8 bits in JPEG 2000 and HTJ2K: one code stream of three, and code streams that are no three of one image.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testModules } from '../../testing/corpus.ts';
import { largestDifference, type SyntheticImage, syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { decodeFrame } from '../frames.ts';
import { obstacle } from '../transcode.ts';
import { joinComponents } from './jpeg-2000-components.ts';
import { codecOf } from './table.ts';

const modules = testModules();
const uid = (last: string): string => `1.2.840.10008.1.2.4.${last}`;

const encoded = async (how: SyntheticImage, last: string) => {
  const codec = codecOf(uid(last))?.codec;
  return (await codec?.encode?.(syntheticFrame(how), uid(last), { ratio: 4 }, modules)) ?? assert.fail(last);
};

test('colour of 12 and 16 bits, signed and not, comes back; halved where that is asked for', async () => {
  for (const bitsStored of [12, 16])
    for (const signed of [false, true])
      for (const last of ['90', '91', '201', '202', '203']) {
        const how = { samplesPerPixel: 3, bitsStored, signed, rows: 37, columns: 50 } as const;
        const { bytes, photometricInterpretation, reversible } = await encoded(how, last);
        const what = `${last} ${JSON.stringify(how)}`;
        assert.equal(photometricInterpretation, 'RGB', 'nothing is transformed');
        const back = await decodeFrame(syntheticImage(how), uid(last), bytes, { modules });
        const error = largestDifference(back.samples, syntheticFrame(how).samples);
        assert.ok(reversible ? error === 0 : error > 0 && error < 2 ** bitsStored / 50, `${error}: ${what}`);
        const small = await decodeFrame(syntheticImage(how), uid(last), bytes, { modules, reduce: 1 });
        assert.deepEqual([small.rows, small.columns, small.samples.length], [19, 25, 19 * 25 * 3], what);
        assert.equal(obstacle(syntheticImage(how), uid(last)), undefined, what);
      }
});

test('what is larger than one precinct is refused, and said beforehand', async () => {
  const how = { samplesPerPixel: 3, bitsStored: 16, rows: 1, columns: 32_769 } as const;
  for (const last of ['90', '202']) {
    assert.match(obstacle(syntheticImage(how), uid(last)) ?? '', /more than 8 bits and 32768 pixels/u);
    await assert.rejects(encoded(how, last), { fault: 'unsupported-image' });
  }
  assert.equal(obstacle(syntheticImage({ ...how, columns: 32_768 }), uid('90')), undefined);
  assert.equal(obstacle(syntheticImage({ ...how, bitsStored: 8 }), uid('90')), undefined);
});

test('code streams that do not belong together are not put together', async () => {
  const one = (await encoded({ bitsStored: 16 }, '90')).bytes;
  const others = [
    await encoded({ bitsStored: 16, rows: 40 }, '90'),
    await encoded({ bitsStored: 12 }, '90'),
    await encoded({ bitsStored: 16 }, '91'),
    await encoded({ bitsStored: 16 }, '202'),
  ];
  for (const { bytes } of others)
    assert.throws(() => joinComponents([one, bytes]), { fault: 'unsupported-image', message: /headers differ/u });
  assert.throws(() => joinComponents([]), { fault: 'unsupported-image' });
});
