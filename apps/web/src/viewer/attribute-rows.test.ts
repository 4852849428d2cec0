// Attributes as rows: names from the dictionary, sequences unfolded, hostile values as nothing but text.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributeRows, filteredRows } from './attribute-rows.ts';

const report = {
  '0040A730': {
    vr: 'SQ',
    Value: [
      { '0040A160': { vr: 'UT', Value: ['<img src=x onerror=alert(1)>'] } },
      { '0040A168': { vr: 'SQ', Value: [{ '00080104': { vr: 'LO', Value: ['Nodule'] } }] } },
    ],
  },
  '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.88.11'] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane' }] },
  '00091001': { vr: 'UN', InlineBinary: 'AAEC' },
  '7FE00010': { vr: 'OW', BulkDataURI: 'http://h/x' },
  '00280030': { vr: 'DS', Value: [0.5, 0.5] },
  '00100020': { vr: 'LO' },
};

test('every attribute is a row, in the order of tags, items below their sequence', () => {
  const rows = attributeRows(report).map(({ depth, name, text }) => [depth, name, text]);
  assert.deepEqual(rows, [
    [0, 'SOP Class UID', '1.2.840.10008.5.1.4.1.1.88.11 (Basic Text SR Storage)'],
    [0, 'Private', 'binary, 3 bytes'],
    [0, "Patient's Name", 'Doe, Jane'],
    [0, 'Patient ID', ''],
    [0, 'Pixel Spacing', '0.5 \\ 0.5'],
    [0, 'Content Sequence', '2 items'],
    [1, 'Item 1', ''],
    [1, 'Text Value', '<img src=x onerror=alert(1)>'],
    [1, 'Item 2', ''],
    [1, 'Concept Code Sequence', '1 item'],
    [2, 'Code Meaning', 'Nodule'],
    [0, 'Pixel Data', 'binary, kept apart'],
  ]);
});

test('keys are unique, and what is no attribute is passed over', () => {
  const rows = attributeRows(report);
  assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length);
  assert.deepEqual(attributeRows({ x: 1, y: null, '00100010': 'text' }), []);
});

test('a search finds words anywhere in a row', () => {
  assert.deepEqual(
    filteredRows(attributeRows(report), 'name DOE').map(({ tag }) => tag),
    ['(0010,0010)'],
  );
  assert.equal(filteredRows(attributeRows(report), '7fe0,0010').length, 1);
  assert.equal(filteredRows(attributeRows(report), 'nothing like it').length, 0);
});
