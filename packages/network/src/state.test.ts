// Walks every cell of PS3.8 Table 9-10, written here a second time as the standard prints it: one column per state.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actions, events, type State, states, table, transition } from './state.ts';

const printed = `
A-ASSOCIATE request           | AE-1 |      |      |      |      |      |      |      |      |      |      |      |
transport connected           |      |      |      | AE-2 |      |      |      |      |      |      |      |      |
A-ASSOCIATE-AC                |      | AA-1 | AA-8 |      | AE-3 | AA-8 | AA-8 | AA-8 | AA-8 | AA-8 | AA-8 | AA-8 | AA-6
A-ASSOCIATE-RJ                |      | AA-1 | AA-8 |      | AE-4 | AA-8 | AA-8 | AA-8 | AA-8 | AA-8 | AA-8 | AA-8 | AA-6
transport indication          | AE-5 |      |      |      |      |      |      |      |      |      |      |      |
A-ASSOCIATE-RQ                |      | AE-6 | AA-8 |      | AA-8 | AA-8 | AA-8 | AA-8 | AA-8 | AA-8 | AA-8 | AA-8 | AA-7
A-ASSOCIATE response (accept) |      |      | AE-7 |      |      |      |      |      |      |      |      |      |
A-ASSOCIATE response (reject) |      |      | AE-8 |      |      |      |      |      |      |      |      |      |
P-DATA request                |      |      |      |      |      | DT-1 |      | AR-7 |      |      |      |      |
P-DATA-TF                     |      | AA-1 | AA-8 |      | AA-8 | DT-2 | AR-6 | AA-8 | AA-8 | AA-8 | AA-8 | AA-8 | AA-6
A-RELEASE request             |      |      |      |      |      | AR-1 |      |      |      |      |      |      |
A-RELEASE-RQ                  |      | AA-1 | AA-8 |      | AA-8 | AR-2 | AR-8 | AA-8 | AA-8 | AA-8 | AA-8 | AA-8 | AA-6
A-RELEASE-RP                  |      | AA-1 | AA-8 |      | AA-8 | AA-8 | AR-3 | AA-8 | AA-8 | AR-10| AR-3 | AA-8 | AA-6
A-RELEASE response            |      |      |      |      |      |      |      | AR-4 | AR-9 |      |      | AR-4 |
A-ABORT request               |      |      | AA-1 | AA-2 | AA-1 | AA-1 | AA-1 | AA-1 | AA-1 | AA-1 | AA-1 | AA-1 |
A-ABORT                       |      | AA-2 | AA-3 |      | AA-3 | AA-3 | AA-3 | AA-3 | AA-3 | AA-3 | AA-3 | AA-3 | AA-2
transport closed              |      | AA-5 | AA-4 | AA-4 | AA-4 | AA-4 | AA-4 | AA-4 | AA-4 | AA-4 | AA-4 | AA-4 | AR-5
ARTIM expired                 |      | AA-2 |      |      |      |      |      |      |      |      |      |      | AA-2
invalid PDU                   |      | AA-1 | AA-8 |      | AA-8 | AA-8 | AA-8 | AA-8 | AA-8 | AA-8 | AA-8 | AA-8 | AA-7
`;
const nextStates: Readonly<Record<string, readonly string[]>> = {
  'AE-1': ['Sta4'],
  'AE-2': ['Sta5'],
  'AE-3': ['Sta6'],
  'AE-4': ['Sta1'],
  'AE-5': ['Sta2'],
  'AE-6': ['Sta3', 'Sta13'],
  'AE-7': ['Sta6'],
  'AE-8': ['Sta13'],
  'DT-1': ['Sta6'],
  'DT-2': ['Sta6'],
  'AR-1': ['Sta7'],
  'AR-2': ['Sta8'],
  'AR-3': ['Sta1'],
  'AR-4': ['Sta13'],
  'AR-5': ['Sta1'],
  'AR-6': ['Sta7'],
  'AR-7': ['Sta8'],
  'AR-8': ['Sta9', 'Sta10'],
  'AR-9': ['Sta11'],
  'AR-10': ['Sta12'],
  'AA-1': ['Sta13'],
  'AA-2': ['Sta1'],
  'AA-3': ['Sta1'],
  'AA-4': ['Sta1'],
  'AA-5': ['Sta1'],
  'AA-6': ['Sta13'],
  'AA-7': ['Sta13'],
  'AA-8': ['Sta13'],
};
const stateNames = Object.keys(states) as State[];
const rows = printed
  .trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('the printed table has every event and every state', () => {
  assert.deepEqual(
    rows.map(([event]) => event),
    [...events],
  );
  assert.deepEqual(Object.keys(table), stateNames);
  assert.deepEqual(Object.keys(nextStates).sort(), Object.keys(actions).sort());
});

for (const [index, event] of events.entries())
  test(`${event}: the action and next state of each of the 13 states are those of Table 9-10`, () => {
    for (const [column, state] of stateNames.entries()) {
      const action = rows[index]?.[column + 1] || undefined;
      const outcomes = [
        transition(state, event, { requestor: true, acceptable: true }),
        transition(state, event, { requestor: false, acceptable: false }),
      ];
      assert.deepEqual(
        outcomes.map((outcome) => outcome?.action),
        [action, action],
        `${event} in ${state}`,
      );
      if (action) assert.deepEqual([...new Set(outcomes.map((outcome) => outcome?.next))], nextStates[action]);
    }
  });
