import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet } from '@concord/dicom';
import { checkImage, describeImage } from './image-description.ts';
import { ImagingError, type ImagingFault } from './imaging-error.ts';

const header = (changes: Record<string, string | number | null> = {}): DataSet => {
  const dataSet = new DataSet();
  const values = {
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: 4,
    Columns: 6,
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
    ...changes,
  };
  for (const [keyword, value] of Object.entries(values)) if (value !== null) dataSet.set(keyword, value);
  return dataSet;
};

const faultOf = (work: () => unknown): ImagingFault | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    assert(error instanceof ImagingError, String(error));
    return error.fault;
  }
};

test('an image is described as its attributes say', () => {
  assert.deepEqual(describeImage(header({ NumberOfFrames: '3' })), {
    rows: 4,
    columns: 6,
    samplesPerPixel: 1,
    bitsAllocated: 16,
    bitsStored: 12,
    highBit: 11,
    pixelRepresentation: 0,
    photometricInterpretation: 'MONOCHROME2',
    planarConfiguration: 0,
    numberOfFrames: 3,
    format: 'integer',
  });
});

test('what most readers assume is assumed where an attribute is absent', () => {
  const image = describeImage(header({ BitsStored: null, HighBit: null, PhotometricInterpretation: null }));
  assert.equal(image.bitsStored, 16);
  assert.equal(image.highBit, 15);
  assert.equal(image.photometricInterpretation, 'MONOCHROME2');
});

test('float and double float pixel data are told by their element, or by absent Bits Stored', () => {
  const float = header({ BitsAllocated: 32, BitsStored: null, HighBit: null });
  float.set('FloatPixelData', new Uint8Array(4), 'OF');
  assert.equal(describeImage(float).format, 'float');
  assert.equal(describeImage(header({ BitsAllocated: 64, BitsStored: null, HighBit: null })).format, 'double');
});

test('attributes that are missing, contradict each other or ask for too much are refused', () => {
  const cases: readonly (readonly [Record<string, string | number | null>, ImagingFault])[] = [
    [{ Rows: null }, 'missing-attribute'],
    [{ Columns: null }, 'missing-attribute'],
    [{ BitsAllocated: null }, 'missing-attribute'],
    [{ Rows: 0 }, 'contradiction'],
    [{ BitsStored: 17 }, 'contradiction'],
    [{ HighBit: 16 }, 'contradiction'],
    [{ HighBit: 5 }, 'contradiction'],
    [{ SamplesPerPixel: 3 }, 'contradiction'],
    [{ PhotometricInterpretation: 'RGB' }, 'contradiction'],
    [{ PhotometricInterpretation: 'PINK' }, 'unsupported-image'],
    [{ SamplesPerPixel: 2 }, 'contradiction'],
    [{ SamplesPerPixel: 4, PhotometricInterpretation: 'RGB' }, 'unsupported-image'],
    [{ SamplesPerPixel: 9, PhotometricInterpretation: 'RGB' }, 'unsupported-image'],
    [{ BitsAllocated: 64, BitsStored: 64, HighBit: 63 }, 'unsupported-image'],
    [{ Rows: 65535, Columns: 65535 }, 'too-large'],
    [{ NumberOfFrames: '99999999' }, 'too-large'],
  ];
  for (const [changes, fault] of cases)
    assert.equal(
      faultOf(() => describeImage(header(changes))),
      fault,
      JSON.stringify(changes),
    );
});

test('limits can be drawn tighter', () => {
  assert.equal(
    faultOf(() => describeImage(header(), { frameBytes: 47, frames: 1 })),
    'too-large',
  );
  assert.equal(
    faultOf(() => describeImage(header(), { frameBytes: 48, frames: 1 })),
    undefined,
  );
});

test('a description that was put together by hand is checked too', () => {
  const image = describeImage(header());
  assert.equal(
    faultOf(() => checkImage({ ...image, rows: Number.NaN })),
    'contradiction',
  );
  assert.equal(
    faultOf(() => checkImage({ ...image, rows: 70000 })),
    'contradiction',
  );
});
