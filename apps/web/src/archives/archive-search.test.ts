// What a page makes of the events of a search.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nothingFound, takeIn } from './archive-search.ts';

const match = (uid: string, count: number) => ({
  '0020000D': { vr: 'UI', Value: [uid] },
  '00201208': { vr: 'IS', Value: [count] },
});

test('archives are asked, answer, and end; a study they share is one with several sources', () => {
  const events = [
    { kind: 'asked', archives: ['A', 'B'] },
    { kind: 'match', archive: 'A', uid: '1.2', match: match('1.2', 5) },
    { kind: 'also', archive: 'B', uid: '1.2', match: match('1.2', 4), differs: ['PatientName'] },
    { kind: 'something new' },
    { kind: 'archive', archive: 'A', state: 'done', matches: 1, dropped: 2, milliseconds: 7, detail: '' },
  ];
  const { archives, studies } = events.reduce(takeIn, nothingFound);
  assert.deepEqual(
    archives.map(({ aeTitle, state, matches, dropped }) => [aeTitle, state, matches, dropped]),
    [
      ['A', 'done', 1, 2],
      ['B', 'asked', 1, 0],
    ],
  );
  assert.equal(studies.length, 1);
  assert.deepEqual(studies[0]?.sources, [
    { archive: 'A', instances: 5, differs: [] },
    { archive: 'B', instances: 4, differs: ['PatientName'] },
  ]);
});

test('events that are not as they should be break nothing', () => {
  const events = [{ kind: 'match' }, { kind: 'archive' }, { kind: 'asked', archives: 'A' }, {}];
  assert.equal(events.reduce(takeIn, nothingFound).archives.length, 0);
});
