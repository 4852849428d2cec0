// DICOM JSON as it comes: the tags are the dictionary's, and values that are none leave gaps.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keywordOf } from '@concord/dicom';
import { itemsAt, nameAt, numberAt, numbersAt, tags, textAt, textsAt } from './dicom-json.ts';

test('every tag is the one that the dictionary has for its keyword', () => {
  for (const [keyword, tag] of Object.entries(tags)) assert.equal(keywordOf(Number.parseInt(tag, 16)), keyword);
});

test('values are read as text and numbers, null as an empty value', () => {
  const dataSet = {
    '00080061': { vr: 'CS', Value: ['CT', null, 'SR '] },
    '00200013': { vr: 'IS', Value: ['12'] },
    '00200037': { vr: 'DS', Value: [1, '0', 'x', null] },
  };
  assert.deepEqual(textsAt(dataSet, 'ModalitiesInStudy'), ['CT', '', 'SR']);
  assert.equal(numberAt(dataSet, 'InstanceNumber'), 12);
  assert.deepEqual(numbersAt(dataSet, 'ImageOrientationPatient'), [1, 0]);
});

test('what is missing or of another shape is nothing', () => {
  for (const wrong of [{}, { '00100010': 'x' }, { '00100010': { Value: 'x' } }, { '00100010': { Value: [1, []] } }]) {
    assert.deepEqual(nameAt(wrong, 'PatientName'), { alphabetic: '', ideographic: '', phonetic: '' });
  }
  assert.equal(textAt({ '00100020': { vr: 'LO', Value: [{ a: 1 }] } }, 'PatientID'), '');
  assert.deepEqual(itemsAt({ '00081199': { vr: 'SQ', Value: [null, 1, {}] } }, 'ReferencedSOPSequence'), [{}]);
});
