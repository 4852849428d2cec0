// When associations are refused for want of memory or disk, and how often that is looked at.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCongestion } from './congestion.ts';

const mebibyte = 2 ** 20;

function watched(limits: { memory: number; disk: number }) {
  const state = { memory: 10 * mebibyte, free: 100 * mebibyte, now: 0, asked: 0 };
  const congestion = createCongestion(
    { ...limits, folder: '/data' },
    {
      memory: () => {
        state.asked += 1;
        return state.memory;
      },
      disk: (_, answer) => answer(state.free),
      now: () => state.now,
    },
  );
  return { state, congestion };
}

test('there is room until memory or disk pass their limit, and again when they come back', () => {
  const { state, congestion } = watched({ memory: 20 * mebibyte, disk: 50 * mebibyte });
  const after = (change: Partial<typeof state>) => {
    Object.assign(state, change, { now: state.now + 1000 });
    return congestion();
  };
  assert.equal(after({}), undefined);
  assert.equal(after({ memory: 21 * mebibyte }), '21 MiB of memory are taken, 20 MiB are allowed');
  assert.equal(after({ memory: 20 * mebibyte }), undefined);
  assert.equal(after({ free: 49 * mebibyte }), '49 MiB are free on the disk, 50 MiB must be');
  assert.equal(after({ free: 50 * mebibyte }), undefined);
});

test('a limit of 0 is none', () => {
  const { state, congestion } = watched({ memory: 0, disk: 0 });
  Object.assign(state, { memory: 2 ** 40, free: 0 });
  assert.equal(congestion(), undefined);
});

test('a flood of associations asks the system twice a second', () => {
  const { state, congestion } = watched({ memory: 1, disk: 0 });
  for (let association = 0; association < 1000; association += 1) {
    congestion();
    state.now += 1;
  }
  assert.equal(state.asked, 2);
});

test('a disk that cannot be asked has no room', async () => {
  const congestion = createCongestion({ memory: 0, disk: 1, folder: '/no such folder' });
  congestion();
  while (congestion() === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.match(congestion() ?? '', /^0 MiB are free/);
});
