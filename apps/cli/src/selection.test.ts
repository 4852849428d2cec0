// What a retrieval asks for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CliError } from './cli-error.ts';
import { selectionKeys } from './selection.ts';

const asked = (...selection: Parameters<typeof selectionKeys>) =>
  selectionKeys(...selection).map(({ path, value }) => `${path}=${value}`);

test('the level is that of the lowest identifier given', () => {
  assert.deepEqual(asked({ patient: 'P 1' }), ['QueryRetrieveLevel=PATIENT', 'PatientID=P 1']);
  assert.deepEqual(asked({ study: '1.2', series: '1.2.3' }), [
    'QueryRetrieveLevel=SERIES',
    'SeriesInstanceUID=1.2.3',
    'StudyInstanceUID=1.2',
  ]);
});

test('several identifiers go out as a list', () => {
  assert.deepEqual(asked({ instance: '1.2, 1.3' }).at(-1), 'SOPInstanceUID=1.2\\1.3');
});

test('nothing selected, or no UID, is wrong use', () => {
  for (const selection of [
    {},
    { study: '' },
    { study: '../../etc/passwd' },
    { series: '1.2,' },
    { instance: `1.${'2'.repeat(64)}` },
  ])
    assert.throws(() => selectionKeys(selection), CliError, JSON.stringify(selection));
});
