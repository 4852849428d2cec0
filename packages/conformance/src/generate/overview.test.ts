// The categories of the overview: those of table A.1-2, and by its rule those of SOP Classes that came later. PS3.2 A.1
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { categories, categoryOf } from './overview.ts';

const table = readFileSync(join(import.meta.dirname, '../../../../docs/requirements/sop-classes-ps3.2.csv'), 'utf8');

/** UID and category of each row; names may hold commas inside quotes. */
const rows = table
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => /^([\d.]+),.*,([A-Z][^,]*),\d+\s*$/.exec(line))
  .flatMap((found) => (found?.[1] && found[2] ? [{ uid: found[1], category: found[2] }] : []));

test('[CS-FRONT-06] each of the 111 SOP Classes of table A.1-2 has its category', () => {
  assert.equal(new Set(rows.map(({ uid }) => uid)).size, 111);
  const wrong = rows.flatMap(({ uid, category }) =>
    categoryOf(uid) === category ? [] : [`${uid} ${category} ${categoryOf(uid)}`],
  );
  assert.deepEqual(wrong, []);
});

test('[CS-FRONT-06] classes that came later have theirs by rule', () => {
  const later = {
    '1.2.840.10008.5.1.4.1.1.481.8': 'Transfer',
    '1.2.840.10008.5.1.4.1.1.77.1.6': 'Transfer',
    '1.2.840.10008.5.1.4.34.6.1': 'Workflow Management',
    '1.2.840.10008.5.1.4.1.2.4.2': 'Query/Retrieve',
    '1.2.840.10008.5.1.1.40': 'Print Management',
    '1.2.826.0.1.3680043.10.9': 'Transfer',
  };
  for (const [uid, category] of Object.entries(later)) assert.equal(categoryOf(uid), category, uid);
  assert.equal(categories.length, 5);
});
