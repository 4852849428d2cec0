// Names, dates, ages and quantities as they are shown, with values that are wrong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageAtStudy, dicomDate, shownAgo, shownDate, shownTime } from './date-time.ts';
import { alphabeticName, nameInLine, shownName } from './person-name.ts';
import { counted, shownBytes, shownDuration } from './quantity.ts';

test('a name is written family first, with all five components and without traces of empty ones', () => {
  assert.equal(
    alphabeticName('Adams^John Robert^Quincy^Rev.^B.A. M.Div.'),
    'Adams, Rev. John Robert Quincy B.A. M.Div.',
  );
  assert.equal(alphabeticName('DOE^JANE^^^'), 'DOE, JANE');
  assert.equal(alphabeticName('^Jane'), 'Jane');
  assert.equal(alphabeticName('Brainix'), 'Brainix');
  assert.equal(alphabeticName('^^^^'), '');
});

test('a name without an alphabetic group is shown by the one it has', () => {
  assert.deepEqual(shownName({ alphabetic: '', ideographic: '山田^太郎', phonetic: '' }), {
    main: '山田 太郎',
    others: [],
  });
  assert.deepEqual(shownName({ alphabetic: '^', ideographic: '', phonetic: '' }), { main: undefined, others: [] });
});

test('a name in one line leaves no signs of its encoding, whatever comes', () => {
  assert.equal(nameInLine('Wang^XiaoDong=王^小东='), 'Wang, XiaoDong (王 小东)');
  assert.equal(nameInLine('Doe^Jane'), 'Doe, Jane');
  assert.equal(nameInLine('=山田^太郎='), '山田 太郎');
  assert.equal(nameInLine('^^=^='), '');
  assert.equal(nameInLine('<b>^x=a=b=c'), '<b>, x (a, b)');
});

test('dates and times are shown in one way, and what is none as it came', () => {
  assert.equal(shownDate('20240131'), '2024-01-31');
  assert.equal(shownDate('2024.01.31'), '2024-01-31');
  assert.equal(shownDate('<b>soon</b>'), '<b>soon</b>');
  assert.equal(shownTime('134501.123456'), '13:45');
  assert.equal(shownTime('07'), '07:00');
  assert.equal(shownTime('later'), 'later');
  assert.equal(dicomDate(new Date(2024, 0, 5)), '20240105');
});

test('an age is the stated one, else counted; the day before a birthday counts', () => {
  const born = '19800615';
  assert.equal(ageAtStudy({ age: '045Y', birthDate: born, studyDate: '20240101' }), '45 y');
  assert.equal(ageAtStudy({ age: '', birthDate: born, studyDate: '20240614' }), '43 y');
  assert.equal(ageAtStudy({ age: '', birthDate: born, studyDate: '20240615' }), '44 y');
  assert.equal(ageAtStudy({ age: 'old', birthDate: '20240101', studyDate: '20250301' }), '14 mo');
  assert.equal(ageAtStudy({ age: '', birthDate: '20250101', studyDate: '20240101' }), '');
  assert.equal(ageAtStudy({ age: '', birthDate: 'x', studyDate: '20240101' }), '');
});

test('quantities keep their unit at every rounding edge', () => {
  assert.equal(shownBytes(0), '0 bytes');
  assert.equal(shownBytes(999), '999 bytes');
  assert.equal(shownBytes(999_960), '1.0 MB');
  assert.equal(shownBytes(1_536_000), '1.5 MB');
  assert.equal(shownDuration(59_990), '1 min 0 s');
  assert.equal(shownDuration(4200), '4.2 s');
  assert.equal(counted(1, 'study', 'studies'), '1 study');
  assert.equal(counted(1200, 'study', 'studies'), '1,200 studies');
  assert.equal(shownAgo(new Date(5000), new Date(0)), 'just now');
  assert.equal(shownAgo(new Date(0), new Date(120_000)), '2 min ago');
});
