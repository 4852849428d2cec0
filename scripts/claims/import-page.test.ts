// The page about the importer is what this build gives: what it finds cannot become less unseen.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { documentedSystems, documentOf, factsOf, measure } from '../../packages/conformance/testing/import-facts.ts';
import { root } from '../test-run/result.ts';
import { importPage, measuredImports } from './import-page.ts';

const missing = documentedSystems.filter((name) => documentOf(name) === undefined);
const skip =
  missing.length === 0 ? false : `test data: the documents of the seeds are not here (${missing.join(', ')})`;

test('the importer finds what the page says', { skip }, () =>
  assert.equal(
    readFileSync(join(root, importPage), 'utf8'),
    measuredImports(),
    'run npm run claims, and look at what is new',
  ),
);

test('the page gives every system and every kind a cell', () => {
  const rows = readFileSync(join(root, importPage), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '));
  assert.equal(rows.length, 16);
  for (const row of rows) assert.equal(row.split('|').length, documentedSystems.length + 3);
});

test('shares are of sets: what is missing lowers the one, what is too much the other', () => {
  assert.deepEqual(measure(new Set(['a', 'b']), new Set(['a', 'c', 'd', 'e'])), {
    wanted: 4,
    found: 2,
    recall: 0.25,
    precision: 0.5,
  });
  assert.equal(measure(new Set(), new Set()).recall, 1);
});

test('facts of a statement are the same however its entities are called', { skip }, () => {
  const source = documentOf('ris');
  assert.ok(source);
  const renamed = structuredClone(source.model);
  assert.ok(renamed.networking.state === 'described');
  for (const entity of renamed.networking.applicationEntities) entity.name = 'Another';
  assert.deepEqual(factsOf(renamed, source.model), factsOf(source.model));
});
