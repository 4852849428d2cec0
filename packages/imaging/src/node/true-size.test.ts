// Pictures in the size that a presentation state asks for: MAGNIFY, and TRUE SIZE on a screen whose pixels are known. PS3.3 C.10.4.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { DataSet, type Value } from '@concord/dicom';
import sharp from 'sharp';
import { headerOf, withElements } from '../../testing/headers.ts';
import { syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { frameBytes } from '../frames.ts';
import { ImagingError } from '../imaging-error.ts';
import { createImagingPool } from './pool.ts';

const pool = createImagingPool({ threads: 1 });
after(() => pool.close());
const how = { bitsStored: 8, rows: 20, columns: 40 };
const header = withElements(headerOf(syntheticImage(how)), { SOPInstanceUID: '1.2.3' });

/** Columns and rows of the picture of a state whose displayed area is the whole image. */
const sizeOf = async (
  area: Readonly<Record<string, Value>>,
  displayPitch?: number,
  state: Parameters<typeof withElements>[1] = {},
) => {
  const item = withElements(new DataSet(), {
    DisplayedAreaTopLeftHandCorner: { value: [1, 1], vr: 'SL' },
    DisplayedAreaBottomRightHandCorner: { value: [40, 20], vr: 'SL' },
    ...area,
  });
  const presentationState = withElements(new DataSet(), {
    'ReferencedSeriesSequence[0].ReferencedImageSequence[0].ReferencedSOPInstanceUID': '1.2.3',
    PresentationLUTShape: 'IDENTITY',
    DisplayedAreaSelectionSequence: [item],
    ...state,
  });
  const picture = await pool.render({
    header,
    transferSyntaxUid: '1.2.840.10008.1.2.1',
    encoded: frameBytes(syntheticFrame(how)),
    format: 'image/png',
    presentationState,
    ...(displayPitch === undefined ? {} : { displayPitch }),
  });
  const { width, height } = await sharp(picture).metadata();
  return [width, height];
};

const trueSize = { PresentationSizeMode: 'TRUE SIZE', PresentationPixelSpacing: ['0.5', '0.5'] };

test('[VW-GSPS-11] TRUE SIZE: 20 mm of 0.5 mm pixels are 80 pixels of a screen with 0.25 mm', async () => {
  assert.deepEqual(await sizeOf(trueSize, 0.25), [80, 40]);
  assert.deepEqual(await sizeOf(trueSize, 1), [20, 10]);
  assert.deepEqual(await sizeOf(trueSize), [40, 20], 'on an unknown screen nothing is scaled');
});

test('[VW-GSPS-11] TRUE SIZE of pixels that are not square, whichever side is the longer, and turned', async () => {
  const oblong = (spacing: readonly string[]) => ({ ...trueSize, PresentationPixelSpacing: spacing });
  assert.deepEqual(await sizeOf(oblong(['1', '0.5']), 0.25), [80, 80], '20 mm by 20 mm');
  assert.deepEqual(await sizeOf(oblong(['0.5', '1']), 0.25), [160, 40], '40 mm by 10 mm');
  const turned = { ImageRotation: { value: 90, vr: 'US' } } as const;
  assert.deepEqual(await sizeOf(oblong(['0.5', '1']), 0.25, turned), [40, 160], '10 mm by 40 mm');
});

test('[VW-GSPS-11] MAGNIFY does not ask for the screen, SCALE TO FIT for neither', async () => {
  const magnified = { PresentationSizeMode: 'MAGNIFY', PresentationPixelMagnificationRatio: 3 };
  assert.deepEqual(await sizeOf(magnified, 0.25), [120, 60]);
  assert.deepEqual(await sizeOf({ PresentationSizeMode: 'SCALE TO FIT' }, 0.25), [40, 20]);
});

test('a screen that cannot be is refused', async () => {
  const refused = (error: unknown) => error instanceof ImagingError && error.fault === 'bad-request';
  for (const pitch of [0, -1, Number.NaN, 1e-9]) await assert.rejects(sizeOf(trueSize, pitch), refused, `${pitch}`);
});
