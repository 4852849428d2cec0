// What the corners say: lossy is never overlooked, and missing values leave gaps instead of wrong words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet } from '@concord/dicom';
import { cineRate, compressionRatio, edgesOf, fidelityOf, sliceFacts, valueUnit } from './instance-facts.ts';

const dataSetOf = (
  values: Readonly<Record<string, string | number | readonly number[] | readonly string[]>>,
): DataSet => {
  const dataSet = new DataSet();
  for (const [keyword, value] of Object.entries(values)) dataSet.set(keyword, value);
  return dataSet;
};

test('lossy by the attribute or by the syntax; a syntax that can be either is doubted', () => {
  const explicit = '1.2.840.10008.1.2.1';
  assert.equal(fidelityOf(dataSetOf({}), explicit), 'as acquired');
  assert.equal(fidelityOf(dataSetOf({ LossyImageCompression: '01' }), explicit), 'lossy');
  assert.equal(fidelityOf(dataSetOf({ LossyImageCompression: '00' }), '1.2.840.10008.1.2.4.50'), 'lossy');
  assert.equal(fidelityOf(dataSetOf({}), '1.2.840.10008.1.2.4.91'), 'perhaps lossy');
  assert.equal(fidelityOf(dataSetOf({ LossyImageCompression: '00' }), '1.2.840.10008.1.2.4.91'), 'as acquired');
  assert.equal(fidelityOf(dataSetOf({}), 'no such syntax'), 'as acquired');
});

test('ratios of several compressions multiply', () => {
  assert.equal(compressionRatio(dataSetOf({ LossyImageCompressionRatio: ['5', '2.5'] })), '13:1');
  assert.equal(compressionRatio(dataSetOf({})), '');
});

test('the orientation of a frame is its own, else the shared one, else the data set’s', () => {
  const sagittal = [0, 1, 0, 0, 0, -1];
  const enhanced = dataSetOf({
    'SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0].ImageOrientationPatient': [1, 0, 0, 0, 1, 0],
    'PerFrameFunctionalGroupsSequence[0].FrameContentSequence[0].FrameComments': 'has no orientation of its own',
    'PerFrameFunctionalGroupsSequence[1].PlaneOrientationSequence[0].ImageOrientationPatient': sagittal,
  });
  assert.equal(edgesOf(enhanced, 1)?.right, 'L');
  assert.equal(edgesOf(enhanced, 2)?.right, 'P');
  assert.equal(edgesOf(dataSetOf({ PatientOrientation: ['A', 'F'] }), 1)?.left, 'P');
  assert.equal(edgesOf(dataSetOf({}), 1), undefined);
});

test('slices, units and rates', () => {
  assert.deepEqual(sliceFacts(dataSetOf({ SliceThickness: 5, SliceLocation: -12.345 }), 1), [
    'Thickness 5 mm',
    'Location -12.3 mm',
  ]);
  assert.equal(valueUnit(dataSetOf({ Modality: 'CT', RescaleIntercept: -1024 })), 'HU');
  assert.equal(valueUnit(dataSetOf({ Modality: 'MR' })), '');
  assert.equal(cineRate(dataSetOf({ FrameTime: 40 })), 25);
  assert.equal(cineRate(dataSetOf({ FrameTime: 0 })), 15);
  assert.equal(cineRate(dataSetOf({ RecommendedDisplayFrameRate: 900 })), 60);
  assert.equal(cineRate(undefined), 15);
});
