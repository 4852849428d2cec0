import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet } from '@concord/dicom';
import { withElements } from '../../testing/headers.ts';
import { syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { ImagingError } from '../imaging-error.ts';
import { type BlendedFrame, blendFrames, blendingPosition } from './blending.ts';

const how = { rows: 1, columns: 3, bitsStored: 8 };
const blended = (sopInstanceUid: string, ...samples: readonly number[]): BlendedFrame => ({
  sopInstanceUid,
  frameNumber: 1,
  image: syntheticImage({ ...how, columns: samples.length }),
  frame: { ...syntheticFrame({ ...how, columns: samples.length }), samples: Uint8Array.from(samples) },
});
const words = (...values: readonly number[]) => ({
  value: new Uint8Array(Uint16Array.from(values).buffer),
  vr: 'OW' as const,
});
const descriptor = { value: [2, 0, 16], vr: 'US' as const };
const series = 'ReferencedSeriesSequence[0].ReferencedImageSequence[0].ReferencedSOPInstanceUID';
const state = withElements(new DataSet(), {
  'BlendingSequence[0].BlendingPosition': 'UNDERLYING',
  [`BlendingSequence[0].${series}`]: '1.1',
  'BlendingSequence[1].BlendingPosition': 'SUPERIMPOSED',
  [`BlendingSequence[1].${series}`]: '2.2',
  'BlendingSequence[1].SoftcopyVOILUTSequence[0].WindowCenter': '50',
  'BlendingSequence[1].SoftcopyVOILUTSequence[0].WindowWidth': '1',
  RelativeOpacity: { value: 0.25, vr: 'FL' },
  RedPaletteColorLookupTableDescriptor: descriptor,
  GreenPaletteColorLookupTableDescriptor: descriptor,
  BluePaletteColorLookupTableDescriptor: descriptor,
  RedPaletteColorLookupTableData: words(0, 0xff00),
  GreenPaletteColorLookupTableData: words(0, 0),
  BluePaletteColorLookupTableData: words(0xc800, 0),
});

test('the upper image, in its colours, lies over the lower one by its opacity', () => {
  const { pixels, channels } = blendFrames(state, blended('1.1', 0, 100, 200), blended('2.2', 0, 49, 99));
  assert.equal(channels, 3);
  // blue where the upper one is dark, red where it is bright; a quarter of it, three quarters of grey
  assert.deepEqual([...pixels], [0, 0, 50, 75, 75, 125, 214, 150, 150]);
});

test('a frame is known by the part that names it', () => {
  const at = (sopInstanceUid: string) => blendingPosition(state, { sopInstanceUid, frameNumber: 1 });
  assert.deepEqual([at('1.1'), at('2.2'), at('3.3')], ['UNDERLYING', 'SUPERIMPOSED', undefined]);
});

test('images of different size, and states without both parts, are refused', () => {
  const isBadRequest = (e: unknown): boolean => e instanceof ImagingError && e.fault === 'bad-request';
  assert.throws(() => blendFrames(state, blended('1.1', 1, 2, 3), blended('2.2', 1, 2)), isBadRequest);
  assert.throws(() => blendFrames(new DataSet(), blended('1.1', 1), blended('2.2', 1)), isBadRequest);
});
