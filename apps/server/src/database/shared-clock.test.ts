// Nodes whose clocks differ, or are set anew, agree on the time all the same: that of the database. No test waits for a clock.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSharedClock } from './shared-clock.ts';

const start = Date.parse('2026-01-02T03:04:05Z');

/** A database whose clock a test moves, reached in so many ms each way, and the steady clock of a node. */
function worlds(back = 0) {
  const world = { database: start, steady: 500, there: 0, fails: false };
  const pass = (ms: number) => {
    world.database += ms;
    world.steady += ms;
  };
  const ask = async () => {
    if (world.fails) throw new Error('gone');
    pass(world.there);
    const said = world.database;
    pass(back);
    return said;
  };
  return { world, pass, ask, steady: () => world.steady };
}

test('the time is that of the database, and goes on with the steady clock between two questions', async () => {
  const { pass, ask, steady } = worlds();
  const clock = await openSharedClock({ ask, steady });
  assert.equal(clock.now().getTime(), start);
  pass(1234);
  assert.equal(clock.now().getTime(), start + 1234);
  clock.close();
});

test('a way that takes longer there than back puts it wrong by half the difference at most', async () => {
  const { world, ask, steady } = worlds(10);
  world.there = 30;
  const clock = await openSharedClock({ ask, steady });
  assert.equal(Math.abs(clock.now().getTime() - world.database), 10);
  clock.close();
});

test('two nodes agree, however their own clocks are set; what one sets anew changes nothing', async () => {
  const { world, pass, ask } = worlds();
  const nodes = await Promise.all(
    [0, 9_000_000].map((offset) => openSharedClock({ ask, steady: () => world.steady + offset })),
  );
  pass(60_000);
  const [one, other] = nodes.map((clock) => clock.now().getTime());
  assert.equal(one, other);
  for (const clock of nodes) clock.close();
});

/** Resolves when the clock has asked again. */
async function asked(world: { steady: number }, count: () => number, atLeast: number): Promise<void> {
  while (count() < atLeast) await new Promise((resolve) => setTimeout(resolve, 1));
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(world.steady > 0);
}

test('a small difference never makes the time go back; a database whose clock was set back by more is followed', async () => {
  const { world, ask, steady } = worlds();
  let questions = 0;
  const counted = async () => {
    questions += 1;
    return ask();
  };
  const clock = await openSharedClock({ ask: counted, steady, everyMs: 1 });
  const first = clock.now().getTime();
  world.database -= 2000;
  await asked(world, () => questions, questions + 6);
  assert.equal(clock.now().getTime(), first, 'it stands until the others have come this far');
  world.database -= 3_600_000;
  await asked(world, () => questions, questions + 6);
  assert.ok(clock.now().getTime() < first - 3_500_000);
  clock.close();
});

test('a database that is gone leaves the time going; at the start it is an error', async () => {
  const { world, pass, ask, steady } = worlds();
  let questions = 0;
  const counted = async () => {
    questions += 1;
    return ask();
  };
  const clock = await openSharedClock({ ask: counted, steady, everyMs: 1 });
  world.fails = true;
  await asked(world, () => questions, questions + 3);
  pass(5000);
  assert.equal(clock.now().getTime(), start + 5000);
  clock.close();
  await assert.rejects(openSharedClock({ ask, steady }), /gone/);
});
