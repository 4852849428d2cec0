// Validation: each rule by a fault put into a generated object, 12 storage classes and more, hostile input.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { corpusFile, corpusFiles, needsCorpus } from '../../testing/corpus.ts';
import { minimalObject } from '../../testing/minimal-object.ts';
import { DataSet } from '../data-set.ts';
import { DicomError } from '../error.ts';
import { readPart10 } from '../part10.ts';
import type { Rule } from './finding.ts';
import { iodOf } from './table.ts';
import { validate } from './validate.ts';

const classes: Readonly<Record<string, string>> = {
  CR: '1.2.840.10008.5.1.4.1.1.1',
  CT: '1.2.840.10008.5.1.4.1.1.2',
  'Enhanced CT': '1.2.840.10008.5.1.4.1.1.2.1',
  MR: '1.2.840.10008.5.1.4.1.1.4',
  'Enhanced MR': '1.2.840.10008.5.1.4.1.1.4.1',
  DX: '1.2.840.10008.5.1.4.1.1.1.1',
  MG: '1.2.840.10008.5.1.4.1.1.1.2',
  US: '1.2.840.10008.5.1.4.1.1.6.1',
  SC: '1.2.840.10008.5.1.4.1.1.7',
  NM: '1.2.840.10008.5.1.4.1.1.20',
  PET: '1.2.840.10008.5.1.4.1.1.128',
  SEG: '1.2.840.10008.5.1.4.1.1.66.4',
  SR: '1.2.840.10008.5.1.4.1.1.88.33',
  PDF: '1.2.840.10008.5.1.4.1.1.104.1',
  'RT Dose': '1.2.840.10008.5.1.4.1.1.481.2',
  'RT Plan': '1.2.840.10008.5.1.4.1.1.481.5',
};
const ct = (): DataSet => minimalObject(classes.CT ?? '');
const errors = (dataSet: DataSet): readonly (readonly [string, Rule])[] =>
  validate(dataSet)
    .filter(({ severity }) => severity === 'error')
    .map(({ path, rule }) => [path, rule]);

for (const [name, uid] of Object.entries(classes))
  test(`the smallest ${name} object has no errors, and each required attribute taken out is one`, () => {
    assert.deepEqual(errors(minimalObject(uid)), []);
    const whole = minimalObject(uid);
    for (const keyword of ['StudyInstanceUID', 'PatientName', 'Modality', 'SOPInstanceUID'] as const) {
      const broken = whole.clone();
      broken.delete(keyword);
      assert.ok(
        errors(broken).some(([path, rule]) => path === keyword && rule === 'missing'),
        keyword,
      );
    }
  });

describe('each rule', () => {
  const faults: readonly (readonly [string, string, Rule, (dataSet: DataSet) => unknown])[] = [
    ['type 1 without a value', 'SOPInstanceUID', 'empty', (d) => d.set('SOPInstanceUID', null)],
    ['type 1 of spaces only', 'Modality', 'empty', (d) => d.set('Modality', '  ')],
    ['an enumerated value that is none', 'SamplesPerPixel', 'enumerated-value', (d) => d.set('SamplesPerPixel', 3)],
    [
      'an enumerated value of a number',
      'ImageType',
      'enumerated-value',
      (d) => d.set('ImageType', 'COPY\\PRIMARY\\AXIAL'),
    ],
    ['too many values', 'PatientID', 'vm', (d) => d.set('PatientID', ['A', 'B'])],
    ['too few values', 'PixelSpacing', 'vm', (d) => d.set('PixelSpacing', '1')],
    ['a value too long', 'StudyID', 'length', (d) => d.set('StudyID', 'x'.repeat(17))],
    ['lower case in CS', 'BodyPartExamined', 'repertoire', (d) => d.set('BodyPartExamined', 'chest')],
    ['a date that never was', 'StudyDate', 'format', (d) => d.set('StudyDate', '20230229')],
    ['no number', 'SliceThickness', 'format', (d) => d.set('SliceThickness', new TextEncoder().encode('thin'))],
    [
      'no UID',
      'FrameOfReferenceUID',
      'format',
      (d) => d.set('FrameOfReferenceUID', new TextEncoder().encode('1.02.3 ')),
    ],
    ['another VR than the dictionary', 'Rows', 'vr', (d) => d.set('Rows', 2, 'SS')],
    ['control characters', 'StudyDescription', 'repertoire', (d) => d.set('StudyDescription', 'a\u0001b')],
    [
      'bytes of another character set',
      'StudyDescription',
      'undecodable',
      (d) => d.set('StudyDescription', new Uint8Array([0x4d, 0xfc]), 'LO'),
    ],
    ['a private element of nobody', '(0029,1001)', 'private-creator', (d) => d.set(0x00291001, 'x', 'LO')],
    ['High Bit', 'HighBit', 'consistency', (d) => d.set('HighBit', 14)],
    ['pixel data too short', 'PixelData', 'consistency', (d) => d.set('PixelData', new Uint8Array(4), 'OW')],
    [
      'direction cosines',
      'ImageOrientationPatient',
      'consistency',
      (d) => d.set('ImageOrientationPatient', ['1', '0', '0', '1', '0', '0']),
    ],
    [
      'a code without a value',
      'ProcedureCodeSequence[0]',
      'code',
      (d) => d.set('ProcedureCodeSequence[0].CodeMeaning', 'x'),
    ],
    [
      'a code without a meaning',
      'ProcedureCodeSequence[0].CodeMeaning',
      'missing',
      (d) => d.set('ProcedureCodeSequence[0].CodeValue', 'x'),
    ],
  ];
  for (const [name, path, rule, spoil] of faults)
    test(`${name}: ${rule} at ${path}`, () => {
      const dataSet = ct();
      spoil(dataSet);
      assert.ok(
        errors(dataSet).some(([where, what]) => where === path && what === rule),
        JSON.stringify(errors(dataSet)),
      );
    });
  test('a condition that holds makes an attribute required, one that does not leaves it free', () => {
    const dataSet = minimalObject(classes.SC ?? '');
    dataSet.set('SamplesPerPixel', 3);
    assert.ok(errors(dataSet).some(([path, rule]) => path === 'PlanarConfiguration' && rule === 'missing'));
  });
  test('a functional group that is missing, or there twice', () => {
    const dataSet = minimalObject(classes['Enhanced CT'] ?? '');
    const pixelMeasures = dataSet.items('SharedFunctionalGroupsSequence[0].PixelMeasuresSequence');
    const doubled = dataSet.clone();
    doubled.set('PerFrameFunctionalGroupsSequence[0].PixelMeasuresSequence', pixelMeasures);
    assert.ok(errors(doubled).some(([, rule]) => rule === 'doubled-functional-group'));
    dataSet.delete('SharedFunctionalGroupsSequence[0].PixelMeasuresSequence');
    assert.ok(errors(dataSet).some(([, rule]) => rule === 'missing-functional-group'));
  });
  test('as many items as frames', () => {
    const dataSet = minimalObject(classes['Enhanced MR'] ?? '');
    dataSet.set('NumberOfFrames', '3');
    assert.ok(errors(dataSet).some(([, rule]) => rule === 'frame-count'));
  });
  test('a tree of content is checked at every depth', () => {
    const dataSet = minimalObject(classes.SR ?? '');
    dataSet.set('ContentSequence[0].ContentSequence[0].ContentSequence[0].ValueType', 'TEXT');
    const found = errors(dataSet).map(([path]) => path);
    assert.ok(found.includes('ContentSequence[0].ContentSequence[0].ContentSequence[0].TextValue'), found.join());
  });
  test('what is not an error: terms, foreign and retired attributes, classes of others', () => {
    const dataSet = ct();
    dataSet.set('RescaleType', 'OWN');
    dataSet.set('WaveformBitsAllocated', 8);
    dataSet.set('StudyComments', 'old');
    assert.deepEqual(errors(dataSet), []);
    const rules = validate(dataSet).map(({ rule }) => rule);
    for (const rule of ['defined-term', 'foreign-attribute', 'retired'] as const) assert.ok(rules.includes(rule), rule);
    dataSet.set('SOPClassUID', '1.2.3');
    assert.deepEqual(validate(dataSet)[0]?.rule, 'unknown-sop-class');
  });
});

describe('hostile input', () => {
  test('an empty data set', () => {
    assert.deepEqual(
      validate(new DataSet()).map(({ rule }) => rule),
      ['unknown-sop-class'],
    );
    assert.ok(validate(new DataSet(), { sopClassUid: classes.CT ?? '' }).length > 10);
  });
  test('findings are bounded', () => {
    const dataSet = ct();
    for (let at = 0; at < 300; at += 1) dataSet.set(`ProcedureCodeSequence[${at}].CodeMeaning`, 'x'.repeat(80));
    assert.equal(validate(dataSet, { limit: 25 }).length, 25);
  });
  test('names of object members are not SOP Classes', () => {
    for (const uid of ['constructor', '1.2.840.10008.', '1.2.840.10008.constructor', ''])
      assert.equal(iodOf(uid), undefined);
  });
  test('every file of the corpus is judged without an exception', needsCorpus, () => {
    let judged = 0;
    for (const name of corpusFiles().filter((file) => file.startsWith('pydicom/'))) {
      try {
        judged += validate(readPart10(corpusFile(name)).dataSet).length >= 0 ? 1 : 0;
      } catch (error) {
        assert.ok(error instanceof DicomError, `${name}: ${error}`);
      }
    }
    assert.ok(judged > 80, `${judged} files`);
  });
});
