// A step read: states, the study, the instances of its series; what an N-SET gives replaces what was there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tagOf } from '@concord/dicom';
import { dataSetOf } from '../../testing/data-sets.ts';
import { changed, instancesOf, partOf, stateOf, studyOf } from './performed-step.ts';

const reference = (uid: string | null) =>
  dataSetOf({ ReferencedSOPClassUID: '1.2.840.10008.5.1.4.1.1.2', ReferencedSOPInstanceUID: uid });

test('a state is one of the standard, missing, or none', () => {
  for (const state of ['IN PROGRESS', 'COMPLETED', 'DISCONTINUED'])
    assert.equal(stateOf(dataSetOf({ PerformedProcedureStepStatus: state })), state);
  assert.equal(stateOf(dataSetOf({})), '');
  assert.equal(stateOf(dataSetOf({ PerformedProcedureStepStatus: 'DONE' })), undefined);
});

test('the study is that of the first scheduled step that names one', () => {
  const items = [dataSetOf({ AccessionNumber: '1' }), dataSetOf({ StudyInstanceUID: '1.2' }), dataSetOf({})];
  assert.equal(studyOf(dataSetOf({ ScheduledStepAttributesSequence: items })), '1.2');
  assert.equal(studyOf(dataSetOf({})), '');
});

test('images and other objects are named once each; what has no UID is not named', () => {
  const series = [
    dataSetOf({ SeriesInstanceUID: '1.1', ReferencedImageSequence: [reference('1'), reference('2'), reference('1')] }),
    dataSetOf({ SeriesInstanceUID: '1.2', ReferencedNonImageCompositeSOPInstanceSequence: [reference('3')] }),
    dataSetOf({ SeriesInstanceUID: '1.3', ReferencedImageSequence: [reference(null)] }),
    dataSetOf({ ReferencedImageSequence: [reference('4')] }),
  ];
  const found = instancesOf(dataSetOf({ PerformedSeriesSequence: series }));
  assert.deepEqual(
    found.map(({ seriesInstanceUid, sopInstanceUid }) => `${seriesInstanceUid} ${sopInstanceUid}`),
    ['1.1 1', '1.1 2', '1.2 3'],
  );
  assert.deepEqual(instancesOf(dataSetOf({})), []);
});

test('an N-SET replaces what it gives, and leaves the rest', () => {
  const step = dataSetOf({ PerformedProcedureStepStatus: 'IN PROGRESS', PerformedStationAETitle: 'CT1' });
  const next = changed(step, dataSetOf({ PerformedProcedureStepStatus: 'COMPLETED' }));
  assert.deepEqual([stateOf(next), next.string('PerformedStationAETitle')], ['COMPLETED', 'CT1']);
  assert.equal(stateOf(step), 'IN PROGRESS');
});

test('of a step goes out what was asked for, in its character set; what it does not have is named', () => {
  const step = dataSetOf({
    ...{ SpecificCharacterSet: 'ISO_IR 100', PatientName: 'Müller', PerformedStationAETitle: 'CT1', Modality: 'CT' },
  });
  const [name, room] = [tagOf('PatientName'), tagOf('PerformedLocation')];
  const { dataSet, lacking } = partOf(step, [name, room]);
  assert.deepEqual(
    [...dataSet.elements()].map(({ tag }) => tag),
    [tagOf('SpecificCharacterSet'), name],
  );
  assert.equal(dataSet.string('PatientName'), 'Müller');
  assert.deepEqual(lacking, [room]);
  assert.equal([...step.elements()].length, 4);
});
