// Files made here, so that tests say something where the real ones are absent: every encoding, nesting, private and odd elements.
import {
  DataSet,
  deflatedExplicitVrLittleEndian,
  explicitVrBigEndian,
  explicitVrLittleEndian,
  implicitVrLittleEndian,
  writePart10,
} from '../src/index.ts';

/** A data set with an element of every kind of value, three levels of items and a private block. */
export function richDataSet(): DataSet {
  const dataSet = new DataSet();
  dataSet.set('SpecificCharacterSet', ['', 'ISO 2022 IR 87']);
  dataSet.set('ImageType', ['ORIGINAL', 'PRIMARY', 'AXIAL']);
  dataSet.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.7');
  dataSet.set('SOPInstanceUID', '2.25.329800735698586629295641978511506172918');
  dataSet.set('StudyDate', '20260102');
  dataSet.set('StudyTime', '101112.123456');
  dataSet.set('AcquisitionDateTime', '20260102101112.123456+0100');
  dataSet.set('AccessionNumber', null);
  dataSet.set('Modality', 'OT');
  dataSet.set('PatientName', 'Yamada^Tarou=山田^太郎=やまだ^たろう');
  dataSet.set('PatientID', 'ID 1');
  dataSet.set('PatientBirthDate', '19700101');
  dataSet.set('PatientAge', '056Y');
  dataSet.set('PatientWeight', 71.5);
  dataSet.set('RequestAttributesSequence[0].ScheduledProcedureStepID', 'STEP 1');
  dataSet.set('RequestAttributesSequence[0].ScheduledProtocolCodeSequence[0].CodeValue', 'A-1');
  dataSet.set('RequestAttributesSequence[0].ScheduledProtocolCodeSequence[1].CodeMeaning', 'two');
  dataSet.set('RequestAttributesSequence[1].ScheduledProcedureStepID', 'STEP 2');
  dataSet.set('ReferencedImageSequence', []);
  dataSet.set(0x00290010, 'CONCORD TEST', 'LO');
  dataSet.set(0x00291001, new Uint8Array([1, 2, 3, 4]), 'UN');
  dataSet.set(0x00291002, [1, -2, 3], 'SL');
  dataSet.set(0x00291003, [1n, -(2n ** 63n)], 'SV');
  dataSet.set('FrameIncrementPointer', ['FrameTime', 0x00181065]);
  dataSet.set('FrameTime', '33.3');
  dataSet.set('DoubleFloatPixelPaddingValue', 1.5e300);
  dataSet.set('Rows', 2);
  dataSet.set('Columns', 3);
  dataSet.set('BitsAllocated', 16);
  dataSet.set('PixelRepresentation', 1);
  dataSet.set('SmallestImagePixelValue', -1, 'SS');
  dataSet.set('ExtendedOffsetTable', [0n, 2n ** 40n]);
  dataSet.set('PixelData', new Uint8Array([1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 255, 255]), 'OW');
  return dataSet;
}

/** The rich data set as a file in each encoding. */
export function generatedFiles(): readonly Uint8Array[] {
  const syntaxes = [
    implicitVrLittleEndian,
    explicitVrLittleEndian,
    explicitVrBigEndian,
    deflatedExplicitVrLittleEndian,
  ];
  return syntaxes.map((transferSyntaxUid) => writePart10({ dataSet: richDataSet(), transferSyntaxUid }));
}
