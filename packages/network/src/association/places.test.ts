// Places of one acceptor and of several threads: the same account, whoever keeps it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Occupant, OwnPlaces, type Places } from './places.ts';
import { placesMemory, SharedPlaces } from './shared-places.ts';

const occupant = (callingAeTitle: string, calledAeTitle = 'CONCORD', address = '10.0.0.1'): Occupant => {
  return { callingAeTitle, calledAeTitle, address };
};

function twoThreads(): readonly [Places, Places] {
  const memory = placesMemory(2, 10);
  return [new SharedPlaces(memory, 0), new SharedPlaces(memory, 1)];
}
function alone(): readonly [Places, Places] {
  const places = new OwnPlaces();
  return [places, places];
}

for (const [name, account] of [
  ['one acceptor', alone],
  ['two threads', twoThreads],
] as const)
  describe(name, () => {
    test('a place says who was there already, by calling and called AE title and address', () => {
      const [one, other] = account();
      assert.deepEqual(one.take(occupant('CT1')).others, {
        total: 0,
        ofAeTitle: 0,
        ofCalledAeTitle: 0,
        ofAddress: 0,
      });
      const second = other.take(occupant('CT1', 'PRINT', '10.0.0.2'));
      assert.deepEqual(second.others, { total: 1, ofAeTitle: 1, ofCalledAeTitle: 0, ofAddress: 0 });
      const third = one.take(occupant('CT10', 'CONCORD', '10.0.0.1'));
      assert.deepEqual(third.others, { total: 2, ofAeTitle: 0, ofCalledAeTitle: 1, ofAddress: 1 });
      other.giveBack(second);
      assert.equal(one.take(occupant('CT1')).others.total, 2);
    });

    test('connections are counted up to a limit, and one that was refused is not', () => {
      const [one, other] = account();
      assert.deepEqual([one.enter(2), other.enter(2), one.enter(2), other.enter(2)], [true, true, false, false]);
      assert.deepEqual([one.connections, other.connections], [2, 2]);
      one.leave();
      assert.equal(other.enter(2), true);
    });
  });

test('what a thread held that died is free again, and what the other holds stays', () => {
  const memory = placesMemory(2, 3);
  const [one, other, main] = [new SharedPlaces(memory, 0), new SharedPlaces(memory, 1), new SharedPlaces(memory, 0)];
  for (const places of [one, other]) {
    places.enter(9);
    places.take(occupant('CT1'));
  }
  other.take(occupant('CT2'));
  assert.equal(main.clear(1), 2);
  assert.equal(one.connections, 1);
  assert.equal(one.take(occupant('CT3')).others.total, 1);
});

test('an account without a free slot says that it is full, and giving such a place back changes nothing', () => {
  const places = new SharedPlaces(placesMemory(1, 2), 0);
  const taken = [places.take(occupant('A')), places.take(occupant('B')), places.take(occupant('C'))];
  const none = places.take(occupant('D'));
  assert.equal(none.others.total, 3);
  places.giveBack(none);
  assert.equal(places.take(occupant('D')).others.total, 3);
  for (const place of taken) places.giveBack(place);
  assert.equal(places.take(occupant('D')).others.total, 0);
});

test('names longer than their room and equal up to there count as one; a title that begins another does not', () => {
  const places = new SharedPlaces(placesMemory(1, 9), 0);
  places.take(occupant('CT', 'CONCORD', `fe80::1%${'x'.repeat(80)}`));
  const { others } = places.take(occupant('CT1', 'CONCORD', `fe80::1%${'x'.repeat(79)}`));
  assert.deepEqual(others, { total: 1, ofAeTitle: 0, ofCalledAeTitle: 1, ofAddress: 1 });
});
