// What may have been sent before a try ended without an answer: settled, sent again, or sent again with a word about it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredInstance } from '../archive/archive.ts';
import type { Job } from '../jobs/job.ts';
import type { InstanceOutcome } from '../jobs/job-decisions.ts';
import { type Found, resolveDoubts, type Sought } from './doubts.ts';
import type { Item } from './lane.ts';

const job = { jobId: 'j', destination: 'PACS' } as Job;
const open = () => assert.fail('nothing is opened');

const item = (position: number, more: Partial<Item> = {}): Item => {
  const names = { sopClassUid: '1.2', sopInstanceUid: `1.3.${position}` };
  const stored = { ...names, patientId: 'P', studyInstanceUid: '1', seriesInstanceUid: '1.3' } as StoredInstance;
  return {
    ...names,
    transferSyntaxUid: '1.2.840.10008.1.2',
    open,
    position,
    stored,
    begun: true,
    lookedUpAt: 0,
    ...more,
  };
};

const resolve = async (items: readonly Item[], found: Found, before: readonly string[] = []) => {
  const settled: InstanceOutcome[] = [];
  const asked: Sought[] = [];
  const store = {
    brought: async () => new Set(before),
    settle: async (_: string, outcome: InstanceOutcome) => void settled.push(outcome),
  };
  const seek = async (_: string, sought: readonly Sought[]) => {
    asked.push(...sought);
    return found;
  };
  const signal = new AbortController().signal;
  const { items: left, repeated, ...rest } = await resolveDoubts(items, { job, store, seek, signal });
  return { left: left.map(({ position }) => position), repeated: [...repeated], settled, asked, ...rest };
};

const known = (...uids: readonly string[]): Found => ({ kind: 'known', there: new Set(uids) });

test('what the peer names is settled without a status, what it does not name is sent, and only what is in doubt is asked for', async () => {
  const { left, repeated, settled, asked } = await resolve(
    [item(1), item(2), item(3, { begun: false })],
    known('1.3.1', '1.3.3'),
  );
  assert.deepEqual([left, repeated], [[2, 3], []]);
  assert.deepEqual(
    asked.map(({ sopInstanceUids }) => sopInstanceUids),
    [['1.3.1', '1.3.2']],
  );
  assert.deepEqual(
    settled.map(({ position, state, status }) => [position, state, status]),
    [[1, 'sent', undefined]],
  );
  assert.match(settled[0]?.detail ?? '', /^the peer says that it has it/);
  assert.deepEqual((await resolve([item(1, { begun: false })], known('1.3.1'))).asked, []);
});

test('a peer that cannot be asked gets it again, and that is said; one that is not there gets nothing now', async () => {
  const unknown = await resolve([item(1), item(2)], { kind: 'unknown', why: 'it has no query service' });
  assert.deepEqual([unknown.left, unknown.settled], [[1, 2], []]);
  for (const [, words] of unknown.repeated)
    assert.match(words, /^perhaps sent twice, .*the peer cannot be asked: it has no query service$/);
  const unreachable = await resolve([item(1)], { kind: 'unreachable', why: 'no line' });
  assert.deepEqual([unreachable.left, unreachable.unreachable, unreachable.settled], [[], 'no line', []]);
});

test('what the peer had before, or has under UIDs of another study, proves nothing: it is sent again, and that is said', async () => {
  const pseudonym = item(2, { sopInstanceUid: '2.25.7' });
  const { left, repeated, asked } = await resolve([item(1), pseudonym], known('1.3.1', '2.25.7'), ['1.3.1']);
  assert.deepEqual([left, asked], [[1, 2], []]);
  assert.match(repeated[0]?.[1] ?? '', /the peer had it before, from another job$/);
  assert.match(repeated[1]?.[1] ?? '', /the peer has it under other UIDs$/);
});

test('an image that may have gone out as one made anew is asked for by both names', async () => {
  const substitute = { sopClassUid: '1.2.9', sopInstanceUid: '2.25.9', transferSyntaxUid: '1.2', open };
  const never = { ...substitute, sopInstanceUid: '2.25.10', settled: () => Promise.reject(new Error('no such form')) };
  const { settled, asked, left } = await resolve([item(1, { substitutes: [never, substitute] })], known('2.25.9'));
  assert.deepEqual([asked[0]?.sopInstanceUids, left], [['1.3.1', '2.25.9'], []]);
  assert.deepEqual(settled[0]?.sentAs, { sopClassUid: '1.2.9', sopInstanceUid: '2.25.9' });
});
