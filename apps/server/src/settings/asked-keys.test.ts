// Entries of askedKeys that mean something, and those that are refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAskedKeys } from './asked-keys.ts';

test('a level with keywords is read; anything else is refused by name', () => {
  const good = { level: 'SERIES', attributes: ['StationName', 'Laterality'] };
  assert.deepEqual(readAskedKeys(good), good);
  for (const wrong of [
    { level: 'PATIENT', attributes: ['StationName'] },
    { level: 'STUDY', attributes: [] },
    { level: 'STUDY' },
    { level: 'STUDY', attributes: ['00081010'] },
    { level: 'STUDY', attributes: ['NoSuchThing'] },
    { level: 'STUDY', attributes: ['ProcedureCodeSequence'] },
    { level: 'STUDY', attributes: ['AffectedSOPClassUID'] },
    { level: 'STUDY', attributes: ['StationName'], also: 1 },
    'StationName',
  ])
    assert.throws(() => readAskedKeys(wrong), JSON.stringify(wrong));
});
