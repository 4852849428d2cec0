import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { iccProfile, srgbPrimaries } from '../../testing/icc-profile.ts';
import { largestDifference } from '../../testing/synthetic.ts';
import { toSrgb, withProfile } from './colour-profile.ts';
import { drawPicture } from './picture.ts';

const [red, green, blue] = srgbPrimaries;
const pixels = Uint8Array.from([250, 10, 10, 10, 250, 10, 10, 10, 250, 90, 130, 170]);
const image = { columns: 2, rows: 2, pixels };
const rendered = { ...image, channels: 3, pixelAspectRatio: 1 } as const;

test('a profile is put into JPEG and PNG as it is, however long', async () => {
  for (const length of [500, 70_000, 200_000]) {
    const profile = Buffer.concat([iccProfile(srgbPrimaries), Buffer.alloc(length)]);
    profile.writeUInt32BE(profile.length, 0);
    for (const format of ['image/jpeg', 'image/png'] as const) {
      const picture = withProfile(await drawPicture(rendered, { format }), format, profile);
      const { icc, width } = await sharp(picture, { failOn: 'error' }).metadata();
      assert.equal(width, 2);
      assert.equal(Buffer.compare(icc ?? Buffer.alloc(0), profile), 0, `${format}, ${length}`);
    }
  }
});

test('colours of a profile with red and blue exchanged come out exchanged', async () => {
  const exchanged = await toSrgb(image, iccProfile([blue, green, red]));
  const expected = [10, 10, 250, 10, 250, 10, 250, 10, 10, 170, 130, 90];
  assert(largestDifference(exchanged, expected) <= 12, [...exchanged].join());
});

test('a profile like sRGB changes next to nothing', async () => {
  assert(largestDifference(await toSrgb(image, iccProfile(srgbPrimaries)), pixels) <= 12);
});

test('a profile that is none leaves the colours as they are', async () => {
  for (const bad of [new Uint8Array(0), new Uint8Array(300), iccProfile(srgbPrimaries).subarray(0, 150)]) {
    assert.deepEqual([...(await toSrgb(image, bad))], [...pixels]);
  }
});

test('a format that holds no profile is refused', () => {
  assert.throws(() => withProfile(new Uint8Array(50), 'image/gif', iccProfile(srgbPrimaries)), /ICC profile/);
});
