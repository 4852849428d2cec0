// One holder at a time: who lives is left alone, who is gone is followed, and who was taken for gone puts nothing more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type Holder, type HolderPlace, type HoldParts, takeHold, whereOf } from './holding.ts';

const times = { beatMs: 40, staleMs: 800, heldMs: 500 };

/** Machines are busy: what comes to be so is waited for. */
async function until(isSo: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 20_000; !isSo(); await pause(10))
    assert.ok(performance.now() < deadline, 'it did not come to be so');
}

function createPlace() {
  const state: { holder?: Holder | undefined; fails: boolean } = { fails: false };
  const asked = async () => {
    if (state.fails) throw new Error('the place does not answer');
  };
  const place: HolderPlace = {
    async read() {
      await asked();
      return state.holder;
    },
    async begin(holder) {
      await asked();
      if (state.holder) return false;
      state.holder = holder;
      return true;
    },
    async write(holder) {
      await asked();
      state.holder = holder;
    },
    async remove() {
      await asked();
      state.holder = undefined;
    },
  };
  return { place, state };
}

const hold = (place: HolderPlace, where: string, more: Partial<HoldParts> = {}) =>
  takeHold({ place, where, lost: () => undefined, times, ...more });

test('while one lives nobody else has the place; after its end in order the next one has it at once', async () => {
  const { place, state } = createPlace();
  const first = await hold(place, 'a');
  assert.equal(await hold(place, 'b'), undefined);
  await first?.close();
  assert.equal(state.holder, undefined);
  const second = await hold(place, 'b');
  assert.equal(second?.isHeld(), true);
  await second?.close();
});

test('one that ended without a word is followed by its own folder at once, by another after a while', async () => {
  const { place, state } = createPlace();
  state.holder = { where: 'a', run: 'gone', beat: 7 };
  const again = await hold(place, 'a', { times: { ...times, staleMs: 1e9 } });
  assert.equal(again?.isHeld(), true);
  await again?.close();
  const begun = performance.now();
  state.holder = { where: 'a', run: 'gone', beat: 7 };
  const other = await hold(place, 'b');
  assert.ok(performance.now() - begun >= times.staleMs);
  assert.equal(other?.isHeld(), true);
  await other?.close();
});

test('one whose place was taken hears of it once, holds nothing, and takes nothing away at its end', async () => {
  const { place, state } = createPlace();
  let lost = 0;
  const first = await hold(place, 'a', {
    lost() {
      lost += 1;
    },
  });
  state.holder = { where: 'b', run: 'other', beat: 0 };
  await until(() => first?.isHeld() === false);
  assert.equal(lost, 1);
  await first?.close();
  assert.equal(state.holder?.run, 'other');
});

test('one that could say nothing for too long holds nothing until it can', async () => {
  const { place, state } = createPlace();
  const first = await hold(place, 'a');
  state.fails = true;
  await until(() => first?.isHeld() === false);
  state.fails = false;
  await until(() => first?.isHeld() === true);
  await first?.close();
});

test('what is to be true first and is not lets the place go', async () => {
  const { place, state } = createPlace();
  const before = async () => {
    throw new Error('older');
  };
  await assert.rejects(hold(place, 'a', { before }), /older/);
  assert.equal(state.holder, undefined);
});

test('a folder has a name of its own that stays', async () => {
  assert.equal(await whereOf('.'), await whereOf('.'));
  assert.notEqual(await whereOf('.'), await whereOf('/tmp'));
  assert.doesNotMatch(await whereOf('.'), /\s/);
});
