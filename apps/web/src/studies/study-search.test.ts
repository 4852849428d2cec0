// Searches: what an address means, and what QIDO-RS is asked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dateRange, isNarrowed, namePattern, readStudySearch, studiesAddress } from './study-search.ts';

const now = new Date(2026, 2, 1, 0, 30);

test('date presets count whole days of the local calendar, over the end of a month', () => {
  assert.equal(dateRange('today', now), '20260301');
  assert.equal(dateRange('yesterday', now), '20260228');
  assert.equal(dateRange('week', now), '20260223-20260301');
});

test('a range may be open on one side, and what is no range is none', () => {
  assert.equal(dateRange('2024-01-01..2024-02-01', now), '20240101-20240201');
  assert.equal(dateRange('2024-01-01..', now), '20240101-');
  assert.equal(dateRange('..2024-02-01', now), '-20240201');
  for (const wrong of ['..', '2024', 'x..y', '2024-01-01..2024-01-02..', 'toString', "1' or 1=1"])
    assert.equal(dateRange(wrong, now), undefined, wrong);
});

test('names match wherever they stand, however they are written', () => {
  assert.equal(namePattern('doe'), '*doe*');
  assert.equal(namePattern('Doe, Jane'), '*Doe*Jane*');
  assert.equal(namePattern('doe^jane'), '*doe*jane*');
  assert.equal(namePattern('do?'), 'do?');
  assert.equal(namePattern('doe*'), 'doe*');
  assert.equal(namePattern('a\\b'), '*a*b*');
});

test('what is typed stays inside its parameter', () => {
  const address = studiesAddress({ id: '1&limit=9#x', name: 'ü' }, { limit: 50, offset: 100, now });
  const query = new URL(address, 'http://localhost').searchParams;
  assert.equal(query.get('PatientID'), '*1&limit=9#x*');
  assert.equal(query.get('PatientName'), '*ü*');
  assert.equal(query.get('limit'), '50');
  assert.equal(query.get('offset'), '100');
});

test('an address that makes no sense is an empty search', () => {
  assert.deepEqual(readStudySearch({ page: '-1', name: '  ', sort: undefined, id: ['x'], other: 'y' }), {});
  assert.deepEqual(readStudySearch({ page: '3', name: ' doe ' }), { page: 3, name: 'doe' });
  assert.equal(readStudySearch({ name: 'x'.repeat(9999) }).name?.length, 128);
  assert.equal(isNarrowed({ sort: 'id', page: 2 }), false);
  assert.equal(isNarrowed({ modality: 'CT' }), true);
});
