// Statements of the schema version before this one, and of a later one.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../network/testing/programs.ts';
import { completeStatement } from '../../testing/complete-statement.ts';
import { readView } from '../compare/read-view.ts';
import { validate } from '../validate/validate.ts';
import { migrated, schemaVersion } from './migrate.ts';
import { readStatement, StatementError } from './read-statement.ts';

/** As version 1 wrote it: the differences of a release in one text. */
const olderText = () => {
  const { introduction, ...rest } = completeStatement();
  const revisions = [{ version: '1', date: '2026-11-21', release: '1', differences: 'First.' }];
  return JSON.stringify({ ...rest, schemaVersion: '1.0.0', introduction: { ...introduction, revisions } }, null, 1);
};

test('[CS-MODEL-12] a stored statement of the version before is migrated on read, and its file stays as it was', () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'statement.json');
  writeFileSync(file, olderText());
  const before = readFileSync(file);
  const statement = readStatement(readFileSync(file, 'utf8'));
  assert.equal(statement.schemaVersion, schemaVersion);
  assert.deepEqual(statement.introduction.revisions, [
    { version: '1', date: '2026-11-21', release: '1', changes: ['First.'] },
  ]);
  assert.ok(readFileSync(file).equals(before));
  const value = JSON.parse(olderText());
  migrated(value);
  assert.deepEqual(value, JSON.parse(olderText()), 'what is given is not changed');
});

test('a statement of the version before is validated and compared like one of this version', () => {
  const older = JSON.parse(olderText());
  assert.deepEqual(validate(older), validate(completeStatement()));
  assert.deepEqual(readView(older).faults, []);
});

test('a later version is refused by name; what is no statement is left alone', () => {
  const later = JSON.stringify({ ...completeStatement(), schemaVersion: '3.0.0' });
  assert.throws(
    () => readStatement(later),
    (error) =>
      error instanceof StatementError && error.message.startsWith(`/schemaVersion: is later than ${schemaVersion}`),
  );
  for (const odd of [null, 1, 'x', [], {}, { schemaVersion: 1 }, { schemaVersion: '1' }])
    assert.deepEqual(migrated(odd), odd);
  const broken = { schemaVersion: '1.2.3', introduction: { revisions: [null, 7, { differences: 8 }] } };
  assert.deepEqual(migrated(broken), { schemaVersion, introduction: { revisions: [null, 7, { changes: [8] }] } });
});
