// Conditions in the words of the standard, and what becomes of them; and that prose nobody can evaluate becomes none.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DataSet } from '../../packages/dicom/src/data-set.ts';
import { describeTag } from '../../packages/dicom/src/dictionary/dictionary.ts';
import { type Condition, holds } from '../../packages/dicom/src/iod/condition.ts';
import { parseTag } from '../../packages/dicom/src/tag.ts';
import { compileCondition, type Reading } from './compile-condition.ts';
import { isRecursive, missingCondition, unstatedCondition } from './corrections.ts';
import { phrases } from './phrases.ts';

const names = [
  'NumberOfFrames',
  'FrameIncrementPointer',
  'ImageType',
  'AcquisitionType',
  'WindowCenter',
  'SamplesPerPixel',
];
const tagOf = (name: string): string | undefined => {
  const found = names.find((keyword) => describeTag(parseTag(keyword) ?? 0)?.name === name);
  return found && (parseTag(found) ?? 0).toString(16).toUpperCase().padStart(8, '0');
};
const reading: Reading = {
  resolve: (tag) => (tag === '00091234' ? undefined : `/${tag}`),
  nameOf: (tag) => describeTag(Number.parseInt(tag, 16))?.name,
  tagOf,
};
const compiled = (sentence: string): Condition | undefined => compileCondition(sentence, reading);

describe('plain forms', () => {
  const forms: readonly (readonly [string, Condition])[] = [
    ['Required if Window Center (0028,1050) is present.', ['present', '/00281050']],
    ['Required if Window Center (0028,1050) is not present', ['not', ['present', '/00281050']]],
    ['Required if Samples per Pixel (0028,0002) has a Value greater than 1.', ['greater', '/00280002', 1]],
    [
      'Required if Image Type (0008,0008) Value 1 is ORIGINAL or MIXED. May be present otherwise.',
      ['is', '/00080008', 1, ['ORIGINAL', 'MIXED']],
    ],
    [
      'Required if Image Type (0008,0008) Value 1 is ORIGINAL or MIXED, may be present otherwise.',
      ['is', '/00080008', 1, ['ORIGINAL', 'MIXED']],
    ],
    [
      'Required if Image Type (0008,0008) Value 1 is ORIGINAL or MIXED, may be present otherwise',
      ['is', '/00080008', 1, ['ORIGINAL', 'MIXED']],
    ],
    [
      'Required if Photometric Interpretation (0028,0004) has a Value of PALETTE COLOR.',
      ['is', '/00280004', 0, ['PALETTE COLOR']],
    ],
    [
      'Required if SOP Class UID (0008,0016) equals "1.2.840.10008.5.1.4.1.1.2".',
      ['is', '/00080016', 0, ['1.2.840.10008.5.1.4.1.1.2']],
    ],
    [
      'Required if Acquisition Type (0018,9302) is other than CONSTANT_ANGLE.',
      [
        'all',
        [
          ['present', '/00189302'],
          ['not', ['is', '/00189302', 0, ['CONSTANT_ANGLE']]],
        ],
      ],
    ],
    [
      'Required if Window Center (0028,1050) or Samples per Pixel (0028,0002) is present.',
      [
        'any',
        [
          ['present', '/00281050'],
          ['present', '/00280002'],
        ],
      ],
    ],
    [
      'Required if neither Window Center (0028,1050) nor Samples per Pixel (0028,0002) is present.',
      [
        'all',
        [
          ['not', ['present', '/00281050']],
          ['not', ['present', '/00280002']],
        ],
      ],
    ],
    [
      'Required if Image Type (0008,0008) Value 1 is ORIGINAL and Samples per Pixel (0028,0002) is greater than 1.',
      [
        'all',
        [
          ['is', '/00080008', 1, ['ORIGINAL']],
          ['greater', '/00280002', 1],
        ],
      ],
    ],
    [
      'Shall be 0 if Acquisition Type (0018,9302) is CONSTANT_ANGLE. Required if Window Center (0028,1050) is present.',
      ['present', '/00281050'],
    ],
    ['Required if Number of Frames is present.', ['present', '/00280008']],
    [
      'Required if Diffusion Directionality (0018,9075) equals DIRECTIONAL May be present if it equals BMATRIX.',
      ['is', '/00189075', 0, ['DIRECTIONAL']],
    ],
  ];
  for (const [sentence, expected] of forms)
    test(sentence, () => {
      assert.deepEqual(compiled(sentence), expected);
    });
});

describe('what cannot be told from the data set is no condition', () => {
  const prose = [
    'Required if required by law or regulations.',
    'Required if the image or Frame has been derived from another SOP Instance.',
    'Required if the system is capable of calculating Specific Absorption Rate (0018,9181).',
    'Required if Window Center (0028,1050) is present unless the patient objects.',
    'Required if Window Center (0028,1050) is present. Required only if it is a Monday.',
    'Required if Something Unknown (0009,1234) is present.',
    'Required if Image Type (0008,0008) is like the one before.',
    'Required if A (0028,1050) is present and B (0028,0002) is present or C (0008,0008) is present.',
    'May be present otherwise.',
    '',
  ];
  for (const sentence of prose)
    test(sentence || 'an empty sentence', () => {
      assert.equal(compiled(sentence), undefined);
    });
});

test('a condition that was compiled is evaluated as it reads', () => {
  const dataSet = new DataSet();
  const condition = compiled(
    'Required if Image Type (0008,0008) Value 1 is ORIGINAL or MIXED, may be present otherwise.',
  );
  assert.ok(condition);
  const place = { levels: [dataSet], groups: [], hasModule: () => false };
  assert.equal(holds(condition, place), false);
  dataSet.set('ImageType', ['DERIVED', 'ORIGINAL']);
  assert.equal(holds(condition, place), false);
  dataSet.set('ImageType', ['MIXED', 'PRIMARY']);
  assert.equal(holds(condition, place), true);
});

test('phrases by hand: by their words, by their beginning, and never where a tag has no place', () => {
  assert.deepEqual(compiled('Required if Modality = IVUS.'), phrases['Required if Modality = IVUS']);
  const patient = compiled(
    'Required if image does not require Image Orientation (Patient) (0020,0037) and Image Position (Patient).',
  );
  assert.equal(patient?.[0], 'all');
  const nowhere: Reading = { ...reading, resolve: () => undefined };
  assert.equal(compileCondition('Value type is text', nowhere), undefined);
  assert.deepEqual(
    compileCondition('Required if Modality = IVUS', nowhere),
    phrases['Required if Modality = IVUS'],
    'from the top',
  );
});

test('corrections: what the tables leave to prose', () => {
  assert.deepEqual(missingCondition('sr-document-content', [], '0040A300'), ['is', '0040A040', 0, ['NUM']]);
  assert.deepEqual(missingCondition('image-pixel', [], '00281201'), ['not', ['present', '/00281221']]);
  assert.equal(missingCondition('image-pixel', ['00880200'], '00281201'), undefined);
  assert.equal(missingCondition('patient', [], '00100010'), undefined);
  assert.deepEqual(unstatedCondition('mr-echo'), ['is', '~00089007', 1, ['ORIGINAL']]);
  assert.equal(unstatedCondition('pixel-measures'), undefined);
  assert.ok(isRecursive('sr-document-content', '0040A730') && !isRecursive('patient', '0040A730'));
});
