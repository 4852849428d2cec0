// Studies as QIDO-RS sends them: what is read, what is missing, and the order they are asked for in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderOf, readSorting, readStudy, writeSorting } from './study.ts';

const yamada = {
  '0020000D': { vr: 'UI', Value: ['1.2.3'] },
  '00100010': {
    vr: 'PN',
    Value: [{ Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' }],
  },
  '00100020': { vr: 'LO', Value: ['0042'] },
  '00100030': { vr: 'DA', Value: ['19790304'] },
  '00100040': { vr: 'CS', Value: ['M'] },
  '00080020': { vr: 'DA', Value: ['20240131'] },
  '00080030': { vr: 'TM', Value: ['134501.5'] },
  '00080061': { vr: 'CS', Value: ['CT', 'SR', null] },
  '00201206': { vr: 'IS', Value: [3] },
  '00201208': { vr: 'IS', Value: ['412'] },
};

test('a study is read with all groups of the name, its age and its counts', () => {
  const study = readStudy(yamada);
  assert.deepEqual(study.name, { main: 'Yamada, Tarou', others: ['山田 太郎', 'やまだ たろう'] });
  assert.equal(study.age, '44 y');
  assert.deepEqual([study.date, study.time, study.sex], ['2024-01-31', '13:45', 'male']);
  assert.deepEqual(study.modalities, ['CT', 'SR']);
  assert.deepEqual([study.series, study.instances], [3, 412]);
});

test('what is missing or of the wrong type leaves gaps, never an exception', () => {
  for (const wrong of [{}, { '0020000D': null }, { '00100010': { vr: 'PN', Value: [null] } }, { '00080061': [] }]) {
    const study = readStudy(wrong);
    assert.equal(study.uid, '');
    assert.equal(study.name.main, undefined);
  }
});

test('a sorting becomes the order that the server is asked for', () => {
  const orders = ['', '-date', 'date', 'name', '-images'].map((text) => orderOf(readSorting(text)));
  assert.deepEqual(orders, [undefined, undefined, 'StudyDate', 'PatientName', '-NumberOfStudyRelatedInstances']);
});

test('a sorting that is no column is the usual one, which the address does not mention', () => {
  assert.deepEqual(readSorting('constructor'), { column: 'date', descending: true });
  assert.equal(writeSorting(readSorting('-date')), undefined);
  assert.equal(writeSorting(readSorting('date')), 'date');
  assert.equal(writeSorting(readSorting('-images')), '-images');
});
