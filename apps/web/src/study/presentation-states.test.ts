// Which presentation state an image is shown with.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appliedState, type State, statesFor } from './presentation-states.ts';

const state = (uid: string, changes: Partial<State> = {}): State => ({
  sopInstanceUid: uid,
  seriesInstanceUid: '1',
  kind: 'grayscale',
  label: uid,
  description: '',
  creator: '',
  created: '',
  notDisplayed: '',
  spatial: { rotation: 0, flip: false },
  images: [{ sopInstanceUid: 'image', frames: [] }],
  ...changes,
});
const seen = { instance: 'image', frame: 1 };
const uids = (states: readonly State[]) => states.map(({ sopInstanceUid }) => sopInstanceUid);

test('a state is for the images and frames that it names, and no other', () => {
  const states = [
    state('all'),
    state('third', { images: [{ sopInstanceUid: 'image', frames: [3, 5] }] }),
    state('another', { images: [{ sopInstanceUid: 'other', frames: [] }] }),
    state('nothing', { images: [] }),
  ];
  assert.deepEqual(uids(statesFor(states, seen)), ['all']);
  assert.deepEqual(uids(statesFor(states, { ...seen, frame: 5 })), ['all', 'third']);
  assert.deepEqual(uids(statesFor([], seen)), []);
});

test('by itself the newest grayscale state that is displayed is applied; another only where it was chosen', () => {
  const states = [
    state('colour', { kind: 'color' }),
    state('masked', { notDisplayed: 'It subtracts a mask' }),
    state('newer'),
    state('older'),
  ];
  const applied = (choice: Parameters<typeof appliedState>[1]) => appliedState(states, choice, seen)?.sopInstanceUid;
  assert.equal(applied('newest'), 'newer');
  assert.equal(applied({ uid: 'older' }), 'older');
  assert.equal(applied({ uid: 'colour' }), 'colour');
  assert.equal(applied('none'), undefined);
  assert.equal(applied({ uid: 'masked' }), 'newer', 'what is not displayed cannot be chosen');
  assert.equal(applied({ uid: 'for other images' }), 'newer');
  assert.equal(appliedState([], 'newest', seen), undefined);
});
