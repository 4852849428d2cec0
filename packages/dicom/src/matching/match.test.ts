// Attribute matching: each kind of PS3.4 C.2.2.2, hostile keys, and wildcards against a naive reference.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DataSet, type Value } from '../data-set.ts';
import { foldPersonName, foldText } from './fold.ts';
import { type MatchOptions, matches } from './match.ts';
import { isDateKey, isDateTimeKey, isTimeKey, parseDateRange, parseDateTimeRange, parseTimeRange } from './range.ts';
import { matchesWildcard } from './wildcard.ts';

const dataSet = (values: Readonly<Record<string, Value>>): DataSet => {
  const made = new DataSet();
  made.set('SpecificCharacterSet', 'ISO_IR 192');
  for (const [path, value] of Object.entries(values)) made.set(path, value);
  return made;
};

const match = (
  keys: Readonly<Record<string, Value>>,
  candidate: Readonly<Record<string, Value>>,
  options?: MatchOptions,
) => matches(dataSet(keys), dataSet(candidate), options);

const study = {
  PatientName: 'DOE^JANE',
  PatientID: 'PID001',
  StudyDate: '20240115',
  StudyTime: '083000',
  AccessionNumber: 'ACC001',
  StudyInstanceUID: '1.2.3',
  ModalitiesInStudy: ['CT', 'SR'],
  InstanceNumber: '7',
};

describe('matching', () => {
  test('a key of zero length, and one of nothing but stars, match everything, also what is absent', () => {
    assert.ok(match({ PatientID: null, StudyDescription: null, ReferringPhysicianName: '*' }, study));
  });

  test('[QR-FIND-25] names ignore case and trailing delimiters, other text does not', () => {
    assert.ok(match({ PatientName: 'doe^jane' }, study));
    assert.ok(match({ PatientName: 'DOE^JANE^^' }, study));
    assert.ok(!match({ PatientName: 'DOE' }, study));
    assert.ok(!match({ AccessionNumber: 'acc001' }, study));
  });

  test('a component that a name leaves out at its end may be anything', () => {
    for (const key of ['Doe^*', 'D*^*', 'Doe^*^*', '*^*'])
      assert.ok(match({ PatientName: key }, { PatientName: 'Doe' }), key);
    assert.ok(match({ PatientName: '山田^*' }, { PatientName: 'Yamada^Tarou=山田' }));
    for (const key of ['Doe^?', 'Doe^J*', 'Do^*', '^*'])
      assert.ok(!match({ PatientName: key }, { PatientName: 'Doe' }), key);
    assert.ok(!match({ PatientID: 'P^*' }, { PatientID: 'P' }), 'of names only');
  });

  test('wildcards stand for runs and for single characters, in text, names and integer strings', () => {
    assert.ok(match({ PatientName: 'DOE^J?NE' }, study));
    assert.ok(match({ PatientName: 'D*' }, study));
    assert.ok(match({ PatientID: 'PID*' }, study));
    assert.ok(match({ InstanceNumber: '?' }, study));
    assert.ok(!match({ PatientID: 'PID0?' }, study));
  });

  test('a UID is never a pattern, and a list of UIDs matches any of them', () => {
    assert.ok(match({ StudyInstanceUID: ['9.9', '1.2.3'] }, study));
    assert.ok(!match({ StudyInstanceUID: '1.2' }, study));
    const wild = new DataSet();
    wild.set('StudyInstanceUID', new TextEncoder().encode('1.2.*\0'));
    assert.ok(!matches(wild, dataSet(study)));
  });

  test('several values of the object: one that matches is enough', () => {
    assert.ok(match({ ModalitiesInStudy: 'SR' }, study));
    assert.ok(match({ ModalitiesInStudy: ['MR', 'CT'] }, study));
    assert.ok(!match({ ModalitiesInStudy: 'MR' }, study));
  });

  test('dates and times: open and closed ranges, single values by their precision, old forms', () => {
    assert.ok(match({ StudyDate: '20240101-20240131' }, study));
    assert.ok(match({ StudyDate: '-20240115' }, study));
    assert.ok(match({ StudyDate: '20240115-' }, study));
    assert.ok(!match({ StudyDate: '20240116-' }, study));
    assert.ok(match({ StudyDate: '20240115' }, { StudyDate: '2024.01.15' }));
    assert.ok(match({ StudyTime: '08' }, study));
    assert.ok(match({ StudyTime: '0800-0830' }, study));
    assert.ok(!match({ StudyTime: '0831-' }, study));
  });

  test('a range that runs backwards matches nothing, nor does an object without the value', () => {
    assert.ok(!match({ StudyDate: '20240131-20240101' }, study));
    assert.ok(!match({ StudyDate: '20240101-' }, { StudyDate: null }));
    assert.ok(!match({ StudyDate: '20240101-' }, { PatientID: 'X' }));
  });

  test('date and time as one span of moments only where that is agreed', () => {
    const keys = { StudyDate: '20240114-20240115', StudyTime: '2000-0700' };
    assert.ok(!match(keys, study));
    assert.ok(match(keys, { StudyDate: '20240114', StudyTime: '230000' }, { combinedDateTime: true }));
    assert.ok(!match(keys, study, { combinedDateTime: true }));
    assert.ok(!match(keys, { StudyDate: '20240114', StudyTime: '120000' }, { combinedDateTime: true }));
  });

  test('date-times are compared in UTC where their offsets are known', () => {
    const candidate = { AcquisitionDateTime: '20240115100000+0200' };
    assert.ok(match({ AcquisitionDateTime: '20240115080000+0000' }, candidate));
    assert.ok(match({ AcquisitionDateTime: '20240115-20240116' }, candidate));
    assert.ok(match({ AcquisitionDateTime: '20240115030000-0500-20240115040000-0500' }, candidate));
    assert.ok(!match({ AcquisitionDateTime: '20240115090000+0000-' }, candidate));
  });

  test('sequences: all attributes of a key item in one item of the object', () => {
    const item = (id: string, code: string) => dataSet({ ScheduledProcedureStepID: id, RequestedProcedureID: code });
    const candidate = { RequestAttributesSequence: [item('S1', 'R1'), item('S2', 'R2')] };
    assert.ok(match({ RequestAttributesSequence: [item('S2', 'R2')] }, candidate));
    assert.ok(!match({ RequestAttributesSequence: [item('S1', 'R2')] }, candidate));
    assert.ok(match({ 'RequestAttributesSequence[0].ScheduledProcedureStepID': null }, { PatientID: 'no sequence' }));
  });

  test('names with several groups: a key of one group finds any, a key of several its own', () => {
    const candidate = { PatientName: 'Yamada^Tarou=山田^太郎=やまだ^たろう' };
    for (const key of ['yamada^tarou', '山田^太郎', 'やまだ^たろう', '山*', 'Yamada^Tarou=山田^太郎', '=山田^太郎']) {
      assert.ok(match({ PatientName: key }, candidate), key);
    }
    assert.ok(!match({ PatientName: '=yamada^tarou' }, candidate));
    assert.ok(!match({ PatientName: 'やまた^たろう' }, candidate), 'a voiced kana is another sound');
  });

  test('loose names: words in any order, by their beginnings', () => {
    const candidate = { PatientName: 'Müller Lüdenscheid^Jörg' };
    assert.ok(match({ PatientName: 'jorg mull' }, candidate, { fuzzyPersonNames: true }));
    assert.ok(match({ PatientName: 'ludenscheid' }, candidate, { fuzzyPersonNames: true }));
    assert.ok(!match({ PatientName: 'jorg mull' }, candidate));
    assert.ok(!match({ PatientName: 'jorg schmidt' }, candidate, { fuzzyPersonNames: true }));
  });

  test('the case of letters counts in LO and SH, unless it is to be ignored there; elsewhere it always does', () => {
    const ignoreCase = { ignoreCase: true };
    assert.equal(match({ AccessionNumber: 'acc001' }, study), false);
    assert.equal(match({ AccessionNumber: 'acc001' }, study, ignoreCase), true);
    assert.equal(match({ PatientID: 'p?D*' }, study, ignoreCase), true);
    assert.equal(match({ PatientID: 'q?D*' }, study, ignoreCase), false);
    assert.equal(match({ StudyDescription: 'schadel' }, { StudyDescription: 'Schädel' }, ignoreCase), true);
    assert.equal(match({ Modality: 'ct' }, { Modality: 'CT' }, ignoreCase), false);
  });
  test('odd keys compare as what they are and never throw', () => {
    assert.ok(!match({ StudyDate: 'yesterday' }, study));
    assert.ok(!match({ StudyDate: '-' }, study));
    assert.ok(!match({ StudyTime: '99' }, study));
    assert.ok(!match({ PatientID: `${'*'.repeat(60)}x` }, study));
    assert.ok(match({ Rows: 512 }, { Rows: 512 }) && !match({ Rows: 512 }, { Rows: 511 }));
    assert.ok(!match({ PixelData: new Uint8Array([1, 2]) }, study));
  });
});

describe('what an index needs', () => {
  test('folding: accents and case go, sounds stay', () => {
    assert.equal(foldText('ÅSTRÖM Łódź Straße'), 'astrom lodz strasse');
    assert.equal(foldPersonName(' Müller ^ Jörg ^^'), 'muller^jorg');
    assert.notEqual(foldText('か'), foldText('が'));
    assert.equal(foldText('ﾔﾏﾀﾞ'), foldText('ヤマダ'));
  });

  test('bounds of ranges, and undefined for what is none', () => {
    assert.deepEqual(parseDateRange('20240101-'), { from: '20240101' });
    assert.deepEqual(parseDateRange('202402'), { from: '20240201', to: '20240229' });
    assert.deepEqual(parseTimeRange('-1015'), { to: '101559.999999' });
    assert.deepEqual(parseDateTimeRange('2024-0500'), { from: '20240101050000.000000', to: '20250101045959.999999' });
    for (const text of ['', '-', 'a-b', '20240101-x', '2024010']) assert.equal(parseDateRange(text), undefined, text);
  });

  test('wildcards agree with a naive matcher', () => {
    const naive = (pattern: string, text: string): boolean => {
      if (pattern === '') return text === '';
      if (pattern[0] === '*') return naive(pattern.slice(1), text) || (text !== '' && naive(pattern, text.slice(1)));
      return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && naive(pattern.slice(1), text.slice(1));
    };
    const letters = (alphabet: readonly string[]) => fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 8 });
    fc.assert(
      fc.property(letters(['a', 'b', '*', '?']), letters(['a', 'b']), (pattern, text) => {
        assert.equal(matchesWildcard(pattern, text), naive(pattern, text));
      }),
      { numRuns: 2000 },
    );
  });

  test('a pattern made to be slow is not', { timeout: 10_000 }, () => {
    assert.ok(!matchesWildcard(`${'*a'.repeat(30)}b`, 'a'.repeat(10_000)));
  });
});

test('keys of dates and times that no calendar and no clock has are told from those that match nothing', () => {
  const cases: readonly (readonly [(text: string) => boolean, readonly string[], readonly string[]])[] = [
    [
      isDateKey,
      ['20240229', '2024', '202402', '2024.02.29', '20240201-20240231', '2024-', '-20240631', '19000101-99991231'],
      [
        '20230229',
        '20240631',
        '20209999',
        '202013',
        '202400',
        '20240101-20249999',
        '20240132-',
        '-',
        '',
        'x',
        '20240101-x',
      ],
    ],
    [
      isTimeKey,
      ['23', '2359', '235960', '10:11:12', '0800-', '-24', '000000-240000', '0000-235959.999999'],
      ['24', '2500', '2360', '235961', '0800-2500', '-240001', '-', '', 'noon'],
    ],
    [
      isDateTimeKey,
      ['2024', '20240229', '202402291200', '20240101-20240231', '20240101120000-0500', '-2024123124'],
      ['20230229', '202402292500', '20241301-', '20240101-2024010125', '-', '', '2024013'],
    ],
  ];
  for (const [isKey, possible, impossible] of cases) {
    for (const text of possible) assert.equal(isKey(text), true, text);
    for (const text of impossible) assert.equal(isKey(text), false, text);
  }
});
