import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { iccProfile, srgbPrimaries } from '../../testing/icc-profile.ts';
import { largestDifference } from '../../testing/synthetic.ts';
import { toSrgb, withProfile } from './colour-profile.ts';
import { intoSpace, profileOf } from './colour-spaces.ts';
import { matrixProfile } from './matrix-profile.ts';
import { drawPicture } from './picture.ts';

const [red, green, blue] = srgbPrimaries;
const pixels = Uint8Array.from([250, 10, 10, 10, 250, 10, 10, 10, 250, 90, 130, 170]);
const image = { columns: 2, rows: 2, pixels };
/** A PNG without its iCCP chunk, which stands behind the header chunk. */
const withoutProfile = (png: Uint8Array): Buffer => {
  const bytes = Buffer.from(png);
  assert.equal(bytes.toString('latin1', 37, 41), 'iCCP');
  return Buffer.concat([bytes.subarray(0, 33), bytes.subarray(33 + 12 + bytes.readUInt32BE(33))]);
};
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

test('a colour picture is brought into each space that is asked for, and says so by a profile', async () => {
  const plain = await drawPicture(rendered, { format: 'image/png', profileUse: 'no' });
  assert.equal((await sharp(plain).metadata()).icc, undefined);
  const encoded: Record<string, Buffer> = {};
  for (const profileUse of ['srgb', 'adobergb', 'rommrgb'] as const) {
    const picture = await drawPicture(rendered, { format: 'image/png', profileUse });
    assert.ok((await sharp(picture, { failOn: 'error' }).metadata()).icc, profileUse);
    // As a program that knows nothing of all this reads them: the colours are those of the image.
    const seen = await sharp(picture).toColourspace('srgb').removeAlpha().raw().toBuffer();
    // Eight bits are coarse for the wide space of ROMM RGB.
    assert(largestDifference(seen, pixels) <= (profileUse === 'rommrgb' ? 8 : 4), `${profileUse}: ${[...seen].join()}`);
    encoded[profileUse] = await sharp(withoutProfile(picture)).removeAlpha().raw().toBuffer();
  }
  // Known values: sRGB red and green in Adobe RGB (1998).
  const primaries = { ...rendered, rows: 1, pixels: Uint8Array.from([255, 0, 0, 0, 255, 0]) };
  const adobe = withoutProfile(await drawPicture(primaries, { format: 'image/png', profileUse: 'adobergb' }));
  const values = await sharp(adobe).removeAlpha().raw().toBuffer();
  assert(largestDifference(values, [219, 0, 0, 144, 255, 60]) <= 1, [...values].join());
  assert(largestDifference(encoded.rommrgb ?? [], encoded.adobergb ?? []) > 20, 'each space has its own');
});

test('an image without a profile is sRGB, one with a profile keeps it; grey pictures have none', async () => {
  const profiled = async (iccProfileOfImage?: Uint8Array) => {
    const picture = await drawPicture(
      rendered,
      { format: 'image/jpeg', profileUse: 'yes' },
      { iccProfile: iccProfileOfImage },
    );
    return (await sharp(picture).metadata()).icc;
  };
  assert.deepEqual(await profiled(), profileOf('srgb'));
  const own = iccProfile(srgbPrimaries);
  assert.deepEqual(await profiled(own), Buffer.from(own));
  const gray = { ...rendered, channels: 1 as const, pixels: pixels.subarray(0, 4) };
  assert.equal(
    (await sharp(await drawPicture(gray, { format: 'image/png', profileUse: 'srgb' })).metadata()).icc,
    undefined,
  );
});

test('colours that sRGB does not have stay what they are in the wider space that is asked for', async () => {
  const saturated = Uint8Array.from([0, 255, 0, 0, 200, 150, 90, 255, 40, 255, 0, 80]);
  const drawn = async (profileUse: 'srgb' | 'adobergb' | 'rommrgb', profile: Uint8Array) => {
    const options = { format: 'image/png', profileUse } as const;
    const picture = await drawPicture({ ...rendered, pixels: saturated }, options, { iccProfile: profile });
    return new Uint8Array(await sharp(withoutProfile(picture)).removeAlpha().raw().toBuffer());
  };
  const adobe = profileOf('adobergb');
  const same = await drawn('adobergb', adobe);
  assert(largestDifference(same, saturated) <= 1, [...same].join());
  const wide = await drawn('rommrgb', adobe);
  const back = intoSpace(wide, 'adobergb', matrixProfile(profileOf('rommrgb')));
  // Eight bits are coarse for the wide space of ROMM RGB, most of all where one of its colours is dark.
  for (const [index, value] of saturated.entries())
    if (value > 100) assert(Math.abs((back[index] ?? 0) - value) <= 6, `${[...back]} for ${[...saturated]}`);
  assert(largestDifference(await drawn('srgb', adobe), saturated) > 20, 'sRGB cannot hold them');
});

test('curves of a profile: a gamma as a table of one, as a number, as many points; what is cut off or of tables is left to the engine', () => {
  const plain = Buffer.from(iccProfile(srgbPrimaries));
  const read = matrixProfile(plain);
  assert.ok(read);
  assert.ok(Math.abs((read.levels[0][128] ?? 0) - (128 / 255) ** 2.2) < 0.001);
  const parametric = Buffer.from(plain);
  for (let at = parametric.indexOf('curv'); at >= 0; at = parametric.indexOf('curv')) {
    parametric.write('para', at, 'latin1');
    parametric.writeUInt32BE(0, at + 8);
    parametric.writeInt32BE(Math.round(2.2 * 65_536), at + 12);
  }
  assert(largestDifference([...(matrixProfile(parametric)?.levels[1] ?? [])], [...read.levels[1]]) < 0.001);
  assert.ok(Math.abs((matrixProfile(profileOf('srgb'))?.levels[2][128] ?? 0) - 0.2158605) < 0.001);
  for (let length = 0; length < plain.length; length += 1) {
    if (length < plain.length - 3) assert.equal(matrixProfile(plain.subarray(0, length)), undefined);
    const spoilt = Buffer.from(plain);
    spoilt.fill(0xff, length, Math.min(plain.length, length + 4));
    matrixProfile(spoilt);
  }
  const tables = Buffer.from(plain);
  tables.write('A2B0', 132, 'latin1');
  assert.equal(matrixProfile(tables), undefined);
});
