// Zones of dates and times that name none: names, offsets, summer time; what is no zone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadValue } from './kinds.ts';
import { createZone, timeZone } from './time-zones.ts';

const january = Date.UTC(2024, 0, 15);

test('an offset holds all year; a name has its summer time, whose first and last hours are known', () => {
  assert.equal(createZone('-0330', () => january).offsetAt('20240701', '12'), -210);
  const berlin = createZone('Europe/Berlin', () => january);
  assert.equal(berlin.offsetAt('20240115', '083000'), 60);
  assert.equal(berlin.offsetAt('20240701', ''), 120);
  assert.equal(berlin.offsetAt('20240331', '0159'), 60);
  assert.equal(berlin.offsetAt('20240331', '0301'), 120);
  assert.equal(createZone('Asia/Kolkata', () => january).offsetAt('20240115', '1200'), 330);
  assert.equal(createZone('UTC', () => january).offsetAt('20240115', '1200'), 0);
});

test('without a date it is the offset of now; of nonsense too', () => {
  assert.equal(createZone('Europe/Berlin', () => Date.UTC(2024, 6, 1)).offsetAt('', '12'), 120);
  assert.equal(createZone('Europe/Berlin', () => january).offsetAt('yesterday', 'noon'), 60);
});

test('settings take what is a zone, and refuse the rest in words', () => {
  const { read } = timeZone({ default: 'system', text: '' });
  for (const name of ['system', 'Europe/Berlin', 'UTC', '+0530', '-1200']) assert.equal(read(name), name);
  for (const name of ['', 'Berlin', '+2500', '+05:30', 'Europe/Nowhere', 5]) assert.throws(() => read(name), BadValue);
});
