// The matcher beside a naive one written from PS3.4 C.2.2.2 alone, and the options that associations negotiate.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DataSet } from '../data-set.ts';
import { type MatchOptions, matches } from './match.ts';
import { matchesWildcard, parsePattern } from './wildcard.ts';
import { shiftTimes, timezoneOffset } from './zone.ts';

type Values = Readonly<Record<string, string>>;

/** One value against one key, slowly and plainly; patterns by trying every way. */
function like(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const [head = ''] = pattern;
  if (head === '*') return like(pattern.slice(1), text) || (text !== '' && like(pattern, text.slice(1)));
  return text !== '' && (head === '?' || head === text[0]) && like(pattern.slice(1), text.slice(1));
}
/** What a name leaves out at its end is empty, and `*` is that too. */
const nameLike = (pattern: string, text: string): boolean =>
  like(pattern, text) || (/[^^]\^+\*+$/.test(pattern) && nameLike(pattern.replace(/\^+\*+$/, ''), text));
const days = (from: string, to: string, value: string): boolean =>
  (from === '' || value >= from) && (to === '' || value <= to);

const naive: Readonly<Record<string, (key: string, value: string) => boolean>> = {
  PatientID: like,
  PatientName: (key, value) => nameLike(key.toLowerCase().replace(/\^+$/, ''), value.toLowerCase().replace(/\^+$/, '')),
  StudyInstanceUID: (key, value) => key.split('\\').includes(value),
  StudyDate: (key, value) => {
    const [from = '', to] = key.split('-');
    return to === undefined ? from === value : days(from, to, value);
  },
  ModalitiesInStudy: (key, value) => value.split('\\').some((one) => like(key, one)),
};
const naiveMatches = (keys: Values, candidate: Values): boolean =>
  Object.entries(keys).every(([name, key]) => {
    if (key === '' || /^\*+$/.test(key)) return true;
    const value = candidate[name] ?? '';
    return value !== '' && (naive[name]?.(key, value) ?? false);
  });

const dataSet = (values: Values): DataSet => {
  const made = new DataSet();
  for (const [keyword, value] of Object.entries(values)) made.set(keyword, value === '' ? null : value);
  return made;
};
const word = (alphabet: string) => fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 4 });
const name = (alphabet: string) =>
  fc.array(word(alphabet), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('^'));
const date = fc.constantFrom('20240101', '20240115', '20240131', '20240201');
const range = fc.oneof(
  date,
  date.map((day) => `${day}-`),
  date.map((day) => `-${day}`),
  fc.tuple(date, date).map(([a, b]) => `${a}-${b}`),
  fc.constant(''),
);
const uid = fc.constantFrom('1.2', '1.2.3', '1.2.4');
const code = fc.constantFrom('CT', 'MR', 'C?', 'M*', '*', 'SR', '');

test('any keys against any study, as the naive matcher says', () => {
  const keys = fc.record(
    {
      PatientID: word('ab*?'),
      PatientName: name('aB*?'),
      StudyInstanceUID: fc.oneof(
        uid,
        fc.array(uid, { minLength: 2, maxLength: 3 }).map((list) => list.join('\\')),
      ),
      StudyDate: range,
      ModalitiesInStudy: code,
    },
    { requiredKeys: [] },
  );
  const study = fc.record(
    {
      PatientID: word('ab'),
      PatientName: name('Ab'),
      StudyInstanceUID: uid,
      StudyDate: date,
      ModalitiesInStudy: fc.constantFrom('CT', 'MR\\SR', 'CT\\MR', ''),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(keys, study, (wanted, given) => {
      // A name of delimiters only is no name, and a key of them no key.
      const plain = (values: Values): Values => ({
        ...values,
        ...(/^\^+$/.test(values.PatientName ?? '') && { PatientName: '' }),
      });
      assert.equal(matches(dataSet(plain(wanted)), dataSet(plain(given))), naiveMatches(plain(wanted), plain(given)));
    }),
    { numRuns: 3000 },
  );
});

test('patterns taken apart find what patterns find', () => {
  fc.assert(
    fc.property(word('ab*?%_'), word('ab%_'), (pattern, text) => {
      const { prefix, tokens } = parsePattern(pattern);
      const source = tokens
        .map((token) => (token.kind === 'any' ? '.*' : token.kind === 'one' ? '.' : token.text))
        .join('');
      assert.equal(new RegExp(`^${source}$`, 's').test(text), matchesWildcard(pattern, text));
      if (matchesWildcard(pattern, text)) assert.ok(text.startsWith(prefix));
    }),
    { numRuns: 2000 },
  );
  assert.deepEqual(parsePattern('a**?b'), {
    prefix: 'a',
    tokens: [{ kind: 'text', text: 'a' }, { kind: 'any' }, { kind: 'one' }, { kind: 'text', text: 'b' }],
  });
  assert.deepEqual(parsePattern(''), { prefix: '', tokens: [] });
});

const match = (keys: Values, candidate: Values, options?: MatchOptions): boolean =>
  matches(dataSet(keys), dataSet(candidate), options);

describe('what is negotiated', () => {
  test('two quotation marks find what is empty or absent, and nothing else; without the option they are text', () => {
    const options = { emptyValueMatching: true };
    assert.ok(match({ AccessionNumber: '""' }, { PatientID: 'X' }, options));
    assert.ok(match({ AccessionNumber: '""' }, { AccessionNumber: '' }, options));
    assert.ok(!match({ AccessionNumber: '""' }, { AccessionNumber: 'A' }, options));
    assert.ok(!match({ AccessionNumber: '""' }, { PatientID: 'X' }));
  });
  test('each of several values has to be found where an attribute may have several; elsewhere one is enough', () => {
    const options = { multipleValueMatching: true };
    const study = { ModalitiesInStudy: 'PT\\MR\\CT', Modality: 'CT' };
    assert.ok(match({ ModalitiesInStudy: 'CT\\PT' }, study, options));
    assert.ok(!match({ ModalitiesInStudy: 'CT\\US' }, study, options));
    assert.ok(match({ ModalitiesInStudy: 'CT\\US' }, study));
    assert.ok(match({ OtherPatientIDs: 'B\\A' }, { OtherPatientIDs: 'A\\B\\C' }, options));
    assert.ok(!match({ OtherPatientIDs: 'B\\A' }, { PatientID: 'A' }, options));
    // One value at most (VM 1), and UIDs, whose lists are a kind of matching of their own.
    assert.ok(match({ Modality: 'CT\\MR' }, study, options));
    assert.ok(match({ SOPClassesInStudy: '1.2\\1.3' }, { SOPClassesInStudy: '1.3' }, options));
  });
  test('dates with their times meet in UTC where zones count', () => {
    const keys = { StudyDate: '20240115', StudyTime: '2330', TimezoneOffsetFromUTC: '-0500' };
    const study = { StudyDate: '20240116', StudyTime: '043015', TimezoneOffsetFromUTC: '+0000' };
    assert.ok(match(keys, study, { timezone: true }));
    assert.ok(!match(keys, study));
    assert.ok(!match(keys, { ...study, TimezoneOffsetFromUTC: '+0100' }, { timezone: true }));
  });
  test('a zone that either side does not name, or names wrongly, moves nothing; a birth date never moves', () => {
    const keys = { StudyDate: '20240115', StudyTime: '2330' };
    const study = { ...keys, TimezoneOffsetFromUTC: '+0900' };
    assert.ok(match(keys, study, { timezone: true }));
    assert.ok(match({ ...keys, TimezoneOffsetFromUTC: '+2500' }, study, { timezone: true }));
    const born = { PatientBirthDate: '19600101', PatientBirthTime: '0030', TimezoneOffsetFromUTC: '+0100' };
    assert.ok(match({ PatientBirthDate: '19600101', TimezoneOffsetFromUTC: '+0000' }, born, { timezone: true }));
  });
  test('times move with their dates: over midnight, the end of a year and half an hour; what is no time stays', () => {
    const moved = (date: string, time: string, minutes: number) => {
      const shifted = shiftTimes(dataSet({ StudyDate: date, StudyTime: time }), minutes);
      return [shifted.string('StudyDate') ?? '', shifted.string('StudyTime') ?? ''];
    };
    assert.deepEqual(moved('20231231', '2330', 60), ['20240101', '0030']);
    assert.deepEqual(moved('20240301', '003000.25', -60), ['20240229', '233000.25']);
    assert.deepEqual(moved('20240115', '08', 330), ['20240115', '1330']);
    assert.deepEqual(moved('20240115', '08', -120), ['20240115', '06']);
    assert.deepEqual(moved('2024.01.15', '23:30:10', 60), ['20240116', '003010']);
    assert.deepEqual(moved('', '2330', 60), ['', '0030']);
    assert.deepEqual(moved('20240115', '', 60), ['20240115', '']);
    assert.deepEqual(moved('20240115', 'noon', 60), ['20240115', 'noon']);
    assert.deepEqual(['+1400', '-1200', '+0530', '+1401', '-1201', '+0060', '0100', ''].map(timezoneOffset), [
      ...[840, -720, 330],
      ...[undefined, undefined, undefined, undefined, undefined],
    ]);
  });
  test('a date-time without an offset is taken in the zone of its side, or of the other', () => {
    const key = { AcquisitionDateTime: '20240115103000' };
    assert.ok(match(key, { ...key, TimezoneOffsetFromUTC: '+0900' }));
    const inUtc = { AcquisitionDateTime: '20240115013000', TimezoneOffsetFromUTC: '+0000' };
    assert.ok(match({ ...key, TimezoneOffsetFromUTC: '+0900' }, inUtc));
    assert.ok(!match({ ...key, TimezoneOffsetFromUTC: '+0800' }, inUtc));
  });
  test('date and time make one span only where both ranges have the same form', () => {
    const options = { combinedDateTime: true };
    const noon = { StudyDate: '20240116', StudyTime: '120000' };
    assert.ok(match({ StudyDate: '20240115-20240117', StudyTime: '2000-0800' }, noon, options));
    assert.ok(match({ StudyDate: '20240115-', StudyTime: '2000-' }, noon, options));
    assert.ok(!match({ StudyDate: '20240115-20240117', StudyTime: '2000-' }, noon, options));
  });
  test('names by component: what a key leaves out is free, in every group', () => {
    const options = { personNameComponents: true };
    const patient = { PatientName: 'Doe^Jane^Mary' };
    for (const key of ['doe', '^jane', 'd*^j*', 'DOE^^MARY', 'doe^jane'])
      assert.ok(match({ PatientName: key }, patient, options), key);
    for (const key of ['jane', '^doe', 'doe^mary', 'do', 'x^jane'])
      assert.ok(!match({ PatientName: key }, patient, options), key);
    assert.ok(!match({ PatientName: 'doe' }, patient), 'literally, a family name is not the whole name');
  });
});
