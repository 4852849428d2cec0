// Every rule of the validator: a fault that breaks it, and a sound object that does not. The table must name each rule to compile.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { minimalObject } from '../../testing/minimal-object.ts';
import type { DataSet } from '../data-set.ts';
import { type Rule, rules, type ValidationFinding } from './finding.ts';
import { validate } from './validate.ts';

const root = '1.2.840.10008.5.1.4.1.1.';
const [ct, sc, enhancedCt, enhancedMr, seg, mg] = ['2', '7', '2.1', '4.1', '66.4', '1.2'].map((end) => root + end);
const physicianIntent = `${root}481.10`;

interface Fault {
  readonly sopClass: string | undefined;
  readonly spoil: (dataSet: DataSet) => unknown;
  readonly path: string;
  readonly severity?: ValidationFinding['severity'];
  /** A part of what the finding says of its source. */
  readonly section: string;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const frame = 'PerFrameFunctionalGroupsSequence[0]';

const faults: Readonly<Record<Rule, readonly Fault[]>> = {
  'unknown-sop-class': [
    {
      sopClass: ct,
      spoil: (d) => d.set('SOPClassUID', '1.2.3'),
      path: 'SOPClassUID',
      severity: 'warning',
      section: 'PS3.4',
    },
  ],
  'forbidden-module': [
    {
      sopClass: mg,
      spoil: (d) => {
        d.set('PresentationIntentType', 'FOR PROCESSING');
        d.set('VOILUTFunction', 'LINEAR');
      },
      path: '',
      section: 'PS3.3 Table A',
    },
  ],
  'unlisted-module': [
    {
      sopClass: ct,
      spoil: (d) => d.set('SOPClassUID', physicianIntent),
      path: '',
      severity: 'information',
      section: 'PS3.3 Table A',
    },
  ],
  missing: [
    { sopClass: ct, spoil: (d) => d.delete('Rows'), path: 'Rows', section: 'PS3.3 Table C.7-11' },
    {
      sopClass: sc,
      spoil: (d) => d.set('SamplesPerPixel', 3),
      path: 'PlanarConfiguration',
      section: 'PS3.3 Table C.7-11',
    },
    {
      sopClass: ct,
      spoil: (d) => d.set('ReferencedStudySequence[0].ReferencedSOPInstanceUID', '1.2'),
      path: 'ReferencedStudySequence[0].ReferencedSOPClassUID',
      section: 'PS3.3',
    },
    // A module of usage U is not asked for, but once something of it is there, what it requires is.
    {
      sopClass: ct,
      spoil: (d) => d.set('ClinicalTrialSponsorName', 'S'),
      path: 'ClinicalTrialProtocolID',
      section: 'PS3.3 Table C.7-2b',
    },
  ],
  empty: [
    {
      sopClass: ct,
      spoil: (d) => d.set('SOPInstanceUID', null),
      path: 'SOPInstanceUID',
      section: 'PS3.3 Table C.12-1',
    },
  ],
  forbidden: [
    {
      sopClass: sc,
      spoil: (d) => {
        d.set('RescaleIntercept', '1');
        d.set('ModalityLUTSequence[0].LUTData', new Uint8Array(2), 'OW');
      },
      path: 'RescaleIntercept',
      section: 'PS3.3 Table C.11-1',
    },
  ],
  items: [
    {
      sopClass: seg,
      spoil: (d) => d.set('SharedFunctionalGroupsSequence[1].PixelMeasuresSequence', null),
      path: 'SharedFunctionalGroupsSequence',
      section: 'PS3.3',
    },
  ],
  'enumerated-value': [
    { sopClass: ct, spoil: (d) => d.set('PatientSex', 'X'), path: 'PatientSex', section: 'PS3.3 Table C.7-1' },
    { sopClass: ct, spoil: (d) => d.set('ImageType', 'COPY\\PRIMARY\\AXIAL'), path: 'ImageType', section: 'PS3.3' },
    {
      sopClass: enhancedCt,
      spoil: (d) => d.set('SharedFunctionalGroupsSequence[0].FrameAnatomySequence[0].FrameLaterality', 'X'),
      path: 'SharedFunctionalGroupsSequence[0].FrameAnatomySequence[0].FrameLaterality',
      section: 'PS3.3',
    },
  ],
  'defined-term': [
    {
      sopClass: ct,
      spoil: (d) => d.set('RescaleType', 'OWN'),
      path: 'RescaleType',
      severity: 'warning',
      section: 'PS3.3',
    },
  ],
  code: [
    {
      sopClass: ct,
      spoil: (d) => d.set('ProcedureCodeSequence[0].CodeMeaning', 'x'),
      path: 'ProcedureCodeSequence[0]',
      section: 'PS3.3 8.1',
    },
  ],
  'missing-functional-group': [
    {
      sopClass: enhancedCt,
      spoil: (d) => d.delete('SharedFunctionalGroupsSequence[0].PixelMeasuresSequence'),
      path: 'PixelMeasuresSequence',
      section: 'PS3.3 Table C.7.6.16',
    },
    // Conditional: Image Type Value 1 is ORIGINAL.
    {
      sopClass: enhancedCt,
      spoil: (d) => d.delete('SharedFunctionalGroupsSequence[0].CTExposureSequence'),
      path: 'CTExposureSequence',
      section: 'PS3.3 Table C.8',
    },
    {
      sopClass: enhancedMr,
      spoil: (d) => d.set('PerFrameFunctionalGroupsSequence', null),
      path: 'FrameContentSequence',
      section: 'PS3.3 Table C.7.6.16',
    },
  ],
  'doubled-functional-group': [
    {
      sopClass: enhancedCt,
      spoil: (d) =>
        d.set(`${frame}.PixelMeasuresSequence`, d.items('SharedFunctionalGroupsSequence[0].PixelMeasuresSequence')),
      path: 'PixelMeasuresSequence',
      section: 'PS3.3',
    },
  ],
  'frame-count': [
    {
      sopClass: enhancedMr,
      spoil: (d) => d.set('NumberOfFrames', 3),
      path: 'PerFrameFunctionalGroupsSequence',
      section: 'PS3.3 C.7.6.16',
    },
  ],
  vr: [{ sopClass: ct, spoil: (d) => d.set('Rows', 2, 'SS'), path: 'Rows', section: 'PS3.6' }],
  vm: [
    { sopClass: ct, spoil: (d) => d.set('PatientID', ['A', 'B']), path: 'PatientID', section: 'PS3.6' },
    {
      sopClass: ct,
      spoil: (d) => d.set('RequestAttributesSequence[0].ScheduledProcedureStepID', ['A', 'B']),
      path: 'RequestAttributesSequence[0].ScheduledProcedureStepID',
      section: 'PS3.6',
    },
  ],
  length: [{ sopClass: ct, spoil: (d) => d.set('StudyID', 'x'.repeat(17)), path: 'StudyID', section: 'PS3.5 6.2' }],
  repertoire: [
    { sopClass: ct, spoil: (d) => d.set('BodyPartExamined', 'chest'), path: 'BodyPartExamined', section: 'PS3.5 6.2' },
  ],
  format: [{ sopClass: ct, spoil: (d) => d.set('StudyDate', '20230229'), path: 'StudyDate', section: 'PS3.5 6.2' }],
  padding: [{ sopClass: ct, spoil: (d) => d.set('StudyID', text('1\0'), 'SH'), path: 'StudyID', section: 'PS3.5 6.2' }],
  undecodable: [
    {
      sopClass: ct,
      spoil: (d) => d.set('StudyDescription', new Uint8Array([0x4d, 0xfc]), 'LO'),
      path: 'StudyDescription',
      section: 'PS3.5',
    },
  ],
  'unknown-attribute': [
    {
      sopClass: ct,
      spoil: (d) => d.set(0x00080ffe, 'x', 'LO'),
      path: '(0008,0FFE)',
      severity: 'warning',
      section: 'PS3.6',
    },
  ],
  'foreign-attribute': [
    {
      sopClass: ct,
      spoil: (d) => d.set('WaveformBitsAllocated', 8),
      path: 'WaveformBitsAllocated',
      severity: 'information',
      section: 'PS3.3',
    },
  ],
  retired: [
    {
      sopClass: ct,
      spoil: (d) => d.set('StudyComments', 'old'),
      path: 'StudyComments',
      severity: 'warning',
      section: 'PS3.6',
    },
  ],
  'private-creator': [
    { sopClass: ct, spoil: (d) => d.set(0x00291001, 'x', 'LO'), path: '(0029,1001)', section: 'PS3.5 7.8.1' },
  ],
  consistency: [{ sopClass: ct, spoil: (d) => d.set('HighBit', 14), path: 'HighBit', section: 'PS3.3' }],
};

for (const rule of Object.keys(rules) as Rule[])
  describe(`${rule}: ${rules[rule]}`, () => {
    for (const { sopClass = '', spoil, path, severity = 'error', section } of faults[rule])
      test(`at ${path || 'the data set'}`, () => {
        const sound = minimalObject(sopClass);
        const hits = (dataSet: DataSet) => validate(dataSet).filter((one) => one.rule === rule && one.path === path);
        assert.deepEqual(hits(sound), [], 'not of a sound object');
        spoil(sound);
        const [found] = hits(sound);
        assert.ok(found, JSON.stringify(validate(sound).map((one) => [one.rule, one.path])));
        assert.equal(found.severity, severity);
        assert.ok(found.section.startsWith(section), found.section);
        assert.ok(found.message.length > 3);
      });
  });

test('types 1C and 2C ask only where their condition holds, type 3 and usage U never', () => {
  const dataSet = minimalObject(sc ?? '');
  for (const keyword of [
    'PlanarConfiguration',
    'PatientAge',
    'ClinicalTrialSponsorName',
    'ClinicalTrialProtocolID',
  ] as const)
    assert.ok(!validate(dataSet).some(({ path }) => path === keyword), keyword);
});
