// Dates and times: shapes, precision, offsets, old forms, days that never were.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  dateSpan,
  dateTimeSpan,
  daysInMonth,
  formatDate,
  formatDateTime,
  formatTime,
  parseDate,
  parseDateTime,
  parseOffset,
  parseTime,
  shiftMoment,
  timeSpan,
} from './date-time.ts';

describe('DA', () => {
  test('eight digits', () => {
    assert.deepEqual(parseDate('20240229'), { year: 2024, month: 2, day: 29, doubts: [] });
    assert.deepEqual(parseDate(' 19930822 ')?.doubts, []);
  });
  test('the form of ACR-NEMA is read, and said', () => {
    assert.deepEqual(parseDate('1993.08.22'), { year: 1993, month: 8, day: 22, doubts: ['old-form'] });
  });
  test('a year, or a year and month, are read as partial', () => {
    assert.deepEqual(parseDate('2024'), { year: 2024, month: undefined, day: undefined, doubts: ['partial'] });
    assert.deepEqual(parseDate('202402')?.doubts, ['partial']);
  });
  test('impossible dates are values with a doubt', () => {
    for (const text of ['20230229', '20241301', '20240100', '00000000', '19000229', '2024.13.45'])
      assert.ok(parseDate(text)?.doubts.includes('impossible'), text);
  });
  test('what is no date at all is undefined', () => {
    for (const text of ['', 'x', '2024-01-02', '2024012', '202401023', '٢٠٢٤٠١٠١', '2024.1.2', '20240101-'])
      assert.equal(parseDate(text), undefined, text);
  });
  test('written as today, whatever the form read', () => {
    for (const [text, expected] of [
      ['1993.08.22', '19930822'],
      ['2024', '2024'],
      ['202402', '202402'],
    ] as const)
      assert.equal(formatDate(parseDate(text)!), expected);
  });
  test('leap years', () => {
    assert.deepEqual(
      [2000, 1900, 2023, 2024, 4].map((year) => daysInMonth(year, 2)),
      [29, 28, 28, 29, 29],
    );
    assert.equal(daysInMonth(2024, 13), 0);
  });
});

describe('TM', () => {
  test('every precision', () => {
    assert.deepEqual(parseTime('10'), {
      hour: 10,
      minute: undefined,
      second: undefined,
      fraction: undefined,
      doubts: [],
    });
    assert.deepEqual(parseTime('070907.0705'), { hour: 7, minute: 9, second: 7, fraction: '0705', doubts: [] });
    for (const text of ['10', '1011', '101112', '101112.1', '101112.123456'])
      assert.equal(formatTime(parseTime(text)!), text);
  });
  test('colons are read, and said', () => {
    assert.deepEqual(parseTime('10:11:12.5'), {
      hour: 10,
      minute: 11,
      second: 12,
      fraction: '5',
      doubts: ['old-form'],
    });
    assert.equal(formatTime(parseTime('10:11')!), '1011');
  });
  test('times that no clock shows', () => {
    for (const text of ['24', '2360', '101261']) assert.deepEqual(parseTime(text)?.doubts, ['impossible'], text);
    assert.deepEqual(parseTime('235960')?.doubts, ['leap-second']);
  });
  test('what is no time at all is undefined', () => {
    for (const text of ['', '1', '101', '10111', '101112.', '101112.1234567', '1011.5', '10:1', 'am', '-10'])
      assert.equal(parseTime(text), undefined, text);
  });
});

describe('DT', () => {
  test('every precision, with and without an offset', () => {
    for (const text of [
      '2024',
      '202402',
      '20240229',
      '2024022910',
      '20240229101112.123456',
      '2024+0100',
      '20240229101112-0330',
    ])
      assert.equal(formatDateTime(parseDateTime(text)!), text);
    assert.equal(parseDateTime('20240229101112-0330')?.offset, -210);
    assert.equal(parseDateTime('20240229')?.time, undefined);
  });
  test('an offset outside -1200 to +1400 is said', () => {
    for (const text of ['2024+1500', '2024-1230', '2024+0175'])
      assert.deepEqual(parseDateTime(text)?.doubts, ['offset'], text);
    assert.deepEqual(parseDateTime('2024+1400')?.doubts, []);
  });
  test('impossible parts are said', () => {
    assert.deepEqual(parseDateTime('20230229250000')?.doubts, ['impossible']);
  });
  test('what is no date and time is undefined', () => {
    for (const text of ['', '202', '2024022', '2024.5', '20240229+01', '2024022910111213', '20240229 1011', '2024Z'])
      assert.equal(parseDateTime(text), undefined, text);
  });
  test('offsets in minutes', () => {
    assert.deepEqual(['+0000', '-0000', '+0545', '-0330', '0100', '+1'].map(parseOffset), [
      0,
      -0,
      345,
      -210,
      undefined,
      undefined,
    ]);
  });
});

describe('what a value may mean', () => {
  test('dates', () => {
    assert.deepEqual(dateSpan(parseDate('202402')!), { from: '20240201', to: '20240229' });
    assert.deepEqual(dateSpan(parseDate('2024')!), { from: '20240101', to: '20241231' });
    assert.deepEqual(dateSpan(parseDate('1993.08.22')!), { from: '19930822', to: '19930822' });
  });
  test('times', () => {
    assert.deepEqual(timeSpan(parseTime('2230')!), { from: '223000.000000', to: '223059.999999' });
    assert.deepEqual(timeSpan(parseTime('223015.5')!), { from: '223015.500000', to: '223015.599999' });
  });
  test('dates with times, brought to UTC', () => {
    assert.deepEqual(dateTimeSpan(parseDateTime('202402291030-0300')!), {
      from: '20240229133000.000000',
      to: '20240229133059.999999',
    });
    assert.equal(dateTimeSpan(parseDateTime('202402292330')!, -60).from, '20240301003000.000000');
    assert.equal(dateTimeSpan(parseDateTime('2024')!).to, '20241231235959.999999');
  });
  test('moments move across days, months and years, and stay within four digits', () => {
    assert.equal(shiftMoment('20231231233000.000000', 45), '20240101001500.000000');
    assert.equal(shiftMoment('00500301000000.5', -1), '00500228235900.5');
    assert.equal(shiftMoment('99991231233000.0', 60), '99991231233000.0');
    assert.equal(shiftMoment('00000101000000.0', -60), '00000101000000.0');
  });
});

test('any text is a value or undefined, and a value is written as something that is read alike', () => {
  const text = fc.array(fc.constantFrom(...'0123456789.:+- x')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (value) => {
      const [date, time, both] = [parseDate(value), parseTime(value), parseDateTime(value)];
      if (date) assert.equal(formatDate(parseDate(formatDate(date))!), formatDate(date));
      if (time) assert.equal(formatTime(parseTime(formatTime(time))!), formatTime(time));
      if (both) assert.equal(formatDateTime(parseDateTime(formatDateTime(both))!), formatDateTime(both));
    }),
    { numRuns: 2000 },
  );
});
