// Nothing found means nothing at archives that did not answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nothingFound, type SearchResult, takeIn } from './archive-search.ts';
import { cutShort, nothingInWords } from './search-end.ts';

const searched = (...events: readonly object[]) =>
  [{ kind: 'asked', archives: ['A', 'B'] }, ...events].reduce<SearchResult>(
    (result, event) => takeIn(result, { ...event }),
    nothingFound,
  );
const ended = (archive: string, state: string) => ({ kind: 'archive', archive, state });

test('that no archive has a study is said only where each has answered to the end', () => {
  assert.equal(nothingInWords(searched(ended('A', 'done'), ended('B', 'done'))), 'No archive has a study that fits.');
  assert.match(
    nothingInWords(searched(ended('A', 'done'), ended('B', 'failed'))),
    /^Nothing that fits at A; the others/,
  );
  for (const state of ['failed', 'stopped', 'limit'])
    assert.match(nothingInWords(searched(ended('A', state), ended('B', state))), /is not known/);
  assert.match(nothingInWords(nothingFound), /is not known/);
});

test('archives that were still asked when the server broke off have failed; those that had ended stay as they were', () => {
  const { archives } = cutShort(searched(ended('A', 'done')), 'failed', 'gone');
  assert.deepEqual(
    archives.map(({ state, detail }) => [state, detail]),
    [
      ['done', ''],
      ['failed', 'gone'],
    ],
  );
});
