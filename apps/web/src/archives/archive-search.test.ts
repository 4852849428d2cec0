// What a page makes of the events of a search.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nothingFound, takeIn } from './archive-search.ts';
import { noContents, takeInContents } from './contents.ts';

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
    { archive: 'A', instances: 5, differs: [], said: match('1.2', 5) },
    { archive: 'B', instances: 4, differs: ['PatientName'], said: match('1.2', 4) },
  ]);
});

test('events that are not as they should be break nothing', () => {
  const events = [{ kind: 'match' }, { kind: 'archive' }, { kind: 'asked', archives: 'A' }, {}];
  assert.equal(events.reduce(takeIn, nothingFound).archives.length, 0);
});

test('contents are put together series by series; what could not be told is said where it belongs', () => {
  const contents = [
    { kind: 'asked', archives: ['A'] },
    { kind: 'match', archive: 'A', uid: '1.1', match: { '00080060': { vr: 'CS', Value: ['MR'] } } },
    { kind: 'match', archive: 'A', uid: '1.2', match: null },
    { kind: 'below', archive: 'A', level: 'IMAGE', series: '1.1', uid: '1.1.1', match: {} },
    { kind: 'branch', archive: 'A', level: 'IMAGE', series: '1.2', detail: 'status A700' },
    { kind: 'below', series: 'nowhere', uid: 'x', match: 7 },
    { kind: 'archive', archive: 'A', state: 'done', detail: '' },
  ].reduce(takeInContents, noContents);
  assert.deepEqual(
    contents.series.map(({ uid, modality, instances, problem }) => [uid, modality, instances.length, problem]),
    [
      ['1.1', 'MR', 1, ''],
      ['1.2', '', 0, 'status A700'],
    ],
  );
  assert.equal(contents.problem, '');
});
