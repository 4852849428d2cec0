// De-identification: the profile, each option, consistency across objects, residues, the way back, hostile input.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { corpusFile, corpusFiles, needsCorpus } from '../../testing/corpus.ts';
import { minimalObject } from '../../testing/minimal-object.ts';
import { DataSet } from '../data-set.ts';
import { DicomError } from '../error.ts';
import { validate } from '../iod/validate.ts';
import { readPart10 } from '../part10.ts';
import { writeDataSet } from '../write.ts';
import { type DeidentifyOptions, deidentify } from './deidentify.ts';

const explicitLittle = '1.2.840.10008.1.2.1';
const ct = '1.2.840.10008.5.1.4.1.1.2';
const secret = new TextEncoder().encode('sixteen bytes or more of secret');

/** A CT image with identity in every place a real one has it. */
function identified(instance = 1): DataSet {
  const dataSet = minimalObject(ct, instance);
  dataSet.set('SpecificCharacterSet', 'ISO_IR 192');
  dataSet.set('PatientName', 'Šmídová^Jana^^Dr.');
  dataSet.set('PatientID', 'MRN-778812');
  dataSet.set('PatientBirthDate', '19610203');
  dataSet.set('PatientSex', 'F');
  dataSet.set('PatientAge', '063Y');
  dataSet.set('AccessionNumber', 'ACC-4711');
  dataSet.set('StudyInstanceUID', '1.2.3.4.1');
  dataSet.set('FrameOfReferenceUID', '1.2.3.4.9');
  dataSet.set('StudyDate', '20240301');
  dataSet.set('StudyTime', '101500');
  dataSet.set('AcquisitionDateTime', '20240301101500.5+0100');
  dataSet.set('StationName', 'CT-ROOM-2');
  dataSet.set('InstitutionName', 'General Hospital');
  dataSet.set('ReferringPhysicianName', 'Huber^Karl');
  dataSet.set('StudyDescription', 'CT of Smidova, follow-up');
  dataSet.set('SeriesDescription', 'thorax');
  dataSet.set('ReferencedImageSequence[0].ReferencedSOPClassUID', ct);
  dataSet.set('ReferencedImageSequence[0].ReferencedSOPInstanceUID', '1.2.3.4.77');
  dataSet.set('RequestAttributesSequence[0].RequestedProcedureDescription', 'CT Jana');
  dataSet.set(0x00290010, 'ACME 1', 'LO');
  dataSet.set(0x00291001, 'private of Smidova', 'LO');
  dataSet.set(0x00291002, 12, 'US');
  dataSet.set(0x60000010, 1, 'US');
  dataSet.set(0x60003000, new Uint8Array([1, 2]), 'OW');
  return dataSet;
}
const run = (options: Partial<DeidentifyOptions> = {}, dataSet = identified()) =>
  deidentify(dataSet, { secret, ...options });
const textOf = (dataSet: DataSet): string => Buffer.from(writeDataSet(dataSet, explicitLittle)).toString('utf8');

describe('the basic profile', () => {
  test('nothing that names somebody is left anywhere in the bytes', () => {
    const text = textOf(run().dataSet);
    for (const value of [
      'Šmíd',
      'midova',
      'Jana',
      'MRN-778812',
      '19610203',
      'ACC-4711',
      '1.2.3.4.',
      '20240301',
      'CT-ROOM-2',
      'General Hospital',
      'Huber',
      'ACME',
    ])
      assert.ok(!text.includes(value), value);
  });
  test('the object still conforms to its IOD', () => {
    assert.deepEqual(
      validate(run().dataSet).filter(({ severity }) => severity === 'error'),
      [],
    );
  });
  test('the markers', () => {
    const { dataSet } = run({ method: 'Concord' });
    assert.equal(dataSet.string('PatientIdentityRemoved'), 'YES');
    assert.equal(dataSet.string('DeidentificationMethod'), 'Concord');
    assert.equal(dataSet.string('DeidentificationMethodCodeSequence[0].CodeValue'), '113100');
    assert.equal(dataSet.string('LongitudinalTemporalInformationModified'), 'REMOVED');
    assert.ok(!dataSet.has('BurnedInAnnotation'));
  });
  test('the original is left as it was', () => {
    const original = identified();
    const before = writeDataSet(original, explicitLittle);
    run({}, original);
    assert.deepEqual(writeDataSet(original, explicitLittle), before);
  });
  test('what is clinical stays: pixels, geometry, SOP Class', () => {
    const [before, after] = [identified(), run().dataSet];
    for (const keyword of [
      'PixelData',
      'Rows',
      'PixelSpacing',
      'ImagePositionPatient',
      'SOPClassUID',
      'Modality',
    ] as const)
      assert.deepEqual(after.bytes(keyword), before.bytes(keyword), keyword);
  });
  test('private elements, overlays and lengths of groups are gone', () => {
    const dataSet = identified();
    dataSet.set(0x00080000, 100, 'UL');
    const tags = [...run({}, dataSet).dataSet.elements()].map(({ tag }) => tag);
    for (const tag of [0x00080000, 0x00290010, 0x00291001, 0x60003000]) assert.ok(!tags.includes(tag));
  });
});

describe('consistency', () => {
  test('the same UID becomes the same new one in every object, with the same secret only', () => {
    const [first, second] = [run({}, identified(1)).dataSet, run({}, identified(2)).dataSet];
    for (const keyword of ['StudyInstanceUID', 'FrameOfReferenceUID', 'PatientID', 'PatientName'] as const)
      assert.equal(first.string(keyword), second.string(keyword), keyword);
    assert.notEqual(first.string('SOPInstanceUID'), second.string('SOPInstanceUID'));
    const other = run({ secret: new Uint8Array(32).fill(7) }).dataSet;
    assert.notEqual(other.string('StudyInstanceUID'), first.string('StudyInstanceUID'));
    assert.match(first.string('StudyInstanceUID') ?? '', /^2\.25\.\d+$/);
  });
  test('references point to the new UIDs', () => {
    const dataSet = identified();
    dataSet.set('SourceImageSequence[0].ReferencedSOPInstanceUID', dataSet.string('SOPInstanceUID') ?? '');
    const { dataSet: after } = run({ options: ['retain-institution-identity'] }, dataSet);
    const referenced = after.string('SourceImageSequence[0].ReferencedSOPInstanceUID');
    assert.ok(referenced === undefined || referenced === after.string('SOPInstanceUID'));
  });
});

describe('options', () => {
  test('dates kept in full', () => {
    const { dataSet } = run({ options: ['retain-longitudinal-full-dates'] });
    assert.equal(dataSet.string('StudyDate'), '20240301');
    assert.equal(dataSet.string('LongitudinalTemporalInformationModified'), 'UNMODIFIED');
    assert.notEqual(dataSet.string('PatientBirthDate'), '19610203');
  });
  test('dates moved by whole days, all by the same, times as they were', () => {
    const { dataSet } = run({ options: ['retain-longitudinal-modified-dates'], daysBack: 30 });
    assert.equal(dataSet.string('StudyDate'), '20240131');
    assert.equal(dataSet.string('StudyTime'), '101500');
    assert.equal(dataSet.string('AcquisitionDateTime'), '20240131101500.5+0100');
    assert.equal(dataSet.string('LongitudinalTemporalInformationModified'), 'MODIFIED');
    const [a, b] = [
      run({ options: ['retain-longitudinal-modified-dates'] }),
      run({ options: ['retain-longitudinal-modified-dates'] }),
    ];
    assert.equal(a.dataSet.string('StudyDate'), b.dataSet.string('StudyDate'));
    assert.notEqual(a.dataSet.string('StudyDate'), '20240301');
  });
  test('UIDs, device, institution and characteristics are kept where asked', () => {
    assert.equal(run({ options: ['retain-uids'] }).dataSet.string('StudyInstanceUID'), '1.2.3.4.1');
    assert.equal(run({ options: ['retain-device-identity'] }).dataSet.string('StationName'), 'CT-ROOM-2');
    assert.equal(
      run({ options: ['retain-institution-identity'] }).dataSet.string('InstitutionName'),
      'General Hospital',
    );
    assert.equal(run({ options: ['retain-patient-characteristics'] }).dataSet.string('PatientAge'), '063Y');
    assert.equal(run().dataSet.string('PatientAge'), undefined);
  });
  test('descriptors go through the cleaner, and what it lets through is still looked at', () => {
    const { dataSet, residues } = run({ options: ['clean-descriptors'], cleanText: (text) => text });
    assert.equal(dataSet.string('SeriesDescription'), 'thorax');
    assert.equal(dataSet.string('StudyDescription'), 'ANONYMIZED');
    assert.ok(residues.some(({ path, kind }) => path === 'StudyDescription' && kind === 'name'));
  });
  test('of several values only the one that names somebody goes', () => {
    const dataSet = identified();
    dataSet.set('ImageType', ['ORIGINAL', 'PRIMARY', 'AXIAL', 'JANA']);
    assert.deepEqual(run({}, dataSet).dataSet.strings('ImageType'), ['ORIGINAL', 'PRIMARY', 'AXIAL', 'ANONYMIZED']);
  });
  test('safe private elements stay, others and their names go', () => {
    const { dataSet } = run({
      options: ['retain-safe-private'],
      isSafePrivate: (creator, element) => creator === 'ACME 1' && element === 2,
    });
    assert.equal(dataSet.number(0x00291002), 12);
    assert.equal(dataSet.string(0x00290010), 'ACME 1');
    assert.ok(!dataSet.has(0x00291001));
  });
  test('graphics: shapes stay, texts go through the cleaner, bitmaps go, and without the option all of it goes', () => {
    const state = minimalObject('1.2.840.10008.5.1.4.1.1.11.1');
    const annotation = 'GraphicAnnotationSequence[0]';
    state.set(`${annotation}.GraphicLayer`, 'FINDINGS');
    state.set(`${annotation}.TextObjectSequence[0].UnformattedTextValue`, 'nodule seen by Smith');
    state.set(`${annotation}.TextObjectSequence[1].UnformattedTextValue`, 'Smith');
    state.set(`${annotation}.GraphicObjectSequence[0].GraphicData`, [1, 2, 3, 4]);
    state.set(0x60003000, new Uint8Array(8), 'OW');
    const cleanText = (text: string) => (text.includes('nodule') ? 'nodule' : undefined);
    const { dataSet } = run({ options: ['clean-graphics'], cleanText }, state);
    const texts = dataSet.items(`${annotation}.TextObjectSequence`).map((item) => item.string('UnformattedTextValue'));
    assert.deepEqual(texts, ['nodule', 'ANONYMIZED']);
    assert.deepEqual(dataSet.numbers(`${annotation}.GraphicObjectSequence[0].GraphicData`), [1, 2, 3, 4]);
    assert.equal(dataSet.string(`${annotation}.GraphicLayer`), 'FINDINGS');
    assert.ok(!dataSet.has(0x60003000));
    const all = run({}, state).dataSet;
    assert.ok(!textOf(all).includes('nodule') && !textOf(all).includes('Smith'));
  });
  test('regions are made black, and said', () => {
    const dataSet = identified();
    dataSet.set('PhotometricInterpretation', 'MONOCHROME2');
    dataSet.set('PixelData', new Uint8Array(8).fill(9), 'OW');
    const { dataSet: after } = run(
      { options: ['clean-pixel-data'], regions: [{ row: 0, column: 1, rows: 1, columns: 50 }] },
      dataSet,
    );
    assert.deepEqual([...(after.bytes('PixelData') ?? [])], [9, 9, 0, 0, 9, 9, 9, 9]);
    assert.equal(after.string('BurnedInAnnotation'), 'NO');
  });
  test('every option by its code', () => {
    const { dataSet } = run({
      options: [
        'clean-pixel-data',
        'clean-recognizable-visual-features',
        'clean-graphics',
        'clean-structured-content',
        'clean-descriptors',
        'retain-longitudinal-full-dates',
        'retain-patient-characteristics',
        'retain-device-identity',
        'retain-uids',
        'retain-safe-private',
        'retain-institution-identity',
      ],
      cleanText: () => undefined,
      pixelsAreClean: true,
    });
    const codes = dataSet.items('DeidentificationMethodCodeSequence').map((item) => item.string('CodeValue'));
    const expected = '113100 113101 113102 113103 113104 113105 113106 113108 113109 113110 113111 113112';
    assert.equal(codes.join(' '), expected);
    assert.equal(dataSet.string('RecognizableVisualFeatures'), 'NO');
  });
});

describe('bad input', () => {
  test('options that contradict or lack something', () => {
    const wrong: readonly Partial<DeidentifyOptions>[] = [
      { secret: new Uint8Array(4) },
      { options: ['retain-longitudinal-full-dates', 'retain-longitudinal-modified-dates'] },
      { options: ['clean-descriptors'] },
      { options: ['clean-pixel-data'] },
      { options: ['clean-recognizable-visual-features'] },
      { options: ['constructor' as 'retain-uids'] },
    ];
    for (const options of wrong) assert.throws(() => run(options), DicomError, JSON.stringify(options));
  });
  test('an empty data set, an unknown class, broken values', () => {
    assert.equal(run({}, new DataSet()).dataSet.string('PatientIdentityRemoved'), 'YES');
    const odd = identified();
    odd.set('SOPClassUID', '1.2.3');
    odd.set('StudyDate', '20240230');
    odd.set('AcquisitionDateTime', 'yesterday');
    const { dataSet } = run({ options: ['retain-longitudinal-modified-dates'] }, odd);
    assert.ok(!textOf(dataSet).includes('yesterday') && !textOf(dataSet).includes('20240230'));
  });
  test('regions of pixel data of odd bits or too few bytes are refused', () => {
    const bits = identified();
    bits.set('BitsAllocated', 12);
    const short = identified();
    short.set('Rows', 60_000);
    const options: Partial<DeidentifyOptions> = {
      options: ['clean-pixel-data'],
      regions: [{ row: 0, column: 0, rows: 1, columns: 1 }],
    };
    for (const dataSet of [bits, short]) assert.throws(() => run(options, dataSet), DicomError);
  });
});

test('no name, number or UID of a real file is left in its bytes', needsCorpus, () => {
  let files = 0;
  for (const name of corpusFiles().filter((file) => /pydicom\/test_files|charset_files/.test(file))) {
    let original: DataSet;
    try {
      original = readPart10(corpusFile(name)).dataSet;
    } catch (error) {
      assert.ok(error instanceof DicomError, name);
      continue;
    }
    const { dataSet } = run({}, original);
    for (const tag of [0x7fe00010, 0x7fe00008, 0x7fe00009]) dataSet.delete(tag);
    const text = Buffer.from(writeDataSet(dataSet, explicitLittle)).toString('latin1');
    for (const keyword of [
      'PatientName',
      'PatientID',
      'SOPInstanceUID',
      'StudyInstanceUID',
      'AccessionNumber',
    ] as const) {
      const value = Buffer.from(original.bytes(keyword) ?? [])
        .toString('latin1')
        .replace(/[ \0]+$/, '');
      if (value.length >= 5) assert.ok(!text.includes(value), `${name}: ${keyword}`);
    }
    files += 1;
  }
  assert.ok(files > 60, `${files} files`);
});
