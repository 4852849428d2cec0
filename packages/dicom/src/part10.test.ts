import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet, explicitVrLittleEndian, readPart10, writePart10 } from './index.ts';

/** A data set with text, numbers, a sequence and bytes. */
function example(): DataSet {
  const dataSet = new DataSet();
  dataSet.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.7');
  dataSet.set('SOPInstanceUID', '2.25.1');
  dataSet.set('PatientName', 'Doe^Jane');
  dataSet.set('RequestAttributesSequence[0].ScheduledProcedureStepID', 'STEP1');
  dataSet.set('Rows', 2);
  dataSet.set('PixelData', new Uint8Array([1, 2, 3, 4]), 'OW');
  return dataSet;
}

test('a file that was written reads back the same', () => {
  const written = writePart10({ dataSet: example(), transferSyntaxUid: explicitVrLittleEndian });
  const { dataSet, meta, transferSyntaxUid, findings } = readPart10(written);
  assert.equal(transferSyntaxUid, explicitVrLittleEndian);
  assert.equal(meta.string('MediaStorageSOPInstanceUID'), '2.25.1');
  assert.equal(dataSet.string('PatientName'), 'Doe^Jane');
  assert.equal(dataSet.string('RequestAttributesSequence[0].ScheduledProcedureStepID'), 'STEP1');
  assert.equal(dataSet.number('Rows'), 2);
  assert.deepEqual([...(dataSet.bytes('PixelData') ?? [])], [1, 2, 3, 4]);
  assert.deepEqual(findings, []);
  assert.deepEqual(writePart10(readPart10(written)), written);
});

test('a data set and its items say where they begin in what was read, and -1 where they were made', () => {
  const made = example();
  assert.deepEqual([made.offset, made.items('RequestAttributesSequence')[0]?.offset], [-1, -1]);
  const written = writePart10({ dataSet: made, transferSyntaxUid: explicitVrLittleEndian });
  const { dataSet, dataSetOffset } = readPart10(written);
  const [item] = dataSet.items('RequestAttributesSequence');
  assert.equal(dataSet.offset, dataSetOffset);
  assert.deepEqual([...written.subarray(item?.offset ?? 0, (item?.offset ?? 0) + 4)], [0xfe, 0xff, 0x00, 0xe0]);
});
