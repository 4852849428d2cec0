// The search for associations: between the page's address and the server's query.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { associationQuery, isNarrowed, readAssociationSearch } from './association-search.ts';

test('what the address says is asked for, and no more', () => {
  const search = readAssociationSearch({ title: ' CT1 ', outcome: 'refused', page: '3', other: 'x' });
  assert.deepEqual(search, { title: 'CT1', outcome: 'refused', page: 3 });
  assert.equal(associationQuery(search), 'limit=51&offset=100&aeTitle=CT1&outcome=refused');
  assert.equal(isNarrowed(search), true);
  assert.equal(associationQuery(readAssociationSearch({ address: '10.0.0.1' })), 'limit=51&offset=0&address=10.0.0.1');
});

test('what cannot be understood is left out', () => {
  for (const wrong of [
    { outcome: 'toString' },
    { page: '-1' },
    { page: '1.5' },
    { page: '1e9' },
    { title: '  ' },
    { title: [1] },
  ])
    assert.deepEqual(readAssociationSearch(wrong as never), {}, JSON.stringify(wrong));
  assert.equal(isNarrowed(readAssociationSearch({ page: '2' })), false);
});
