// Listening for stored studies: what is told, what is not believed, and how a lost connection comes back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EventConnection, type LiveState, listenToStored, type Stored } from './stored-events.ts';

type Listener = (event: { readonly data: unknown }) => void;

const fakeConnection = () => {
  const listeners: [string, Listener][] = [];
  const connection = {
    closed: false,
    addEventListener: (type: string, listener: Listener) => {
      listeners.push([type, listener]);
    },
    close: () => {
      connection.closed = true;
    },
    fire: (type: 'open' | 'error' | 'stored' | 'alert', data?: unknown) => {
      for (const [wanted, listener] of listeners) if (wanted === type) listener({ data });
    },
  };
  return connection satisfies EventConnection;
};

const scene = () => {
  const connections: ReturnType<typeof fakeConnection>[] = [];
  const waits: { milliseconds: number; work: () => void }[] = [];
  const states: LiveState[] = [];
  const stored: Stored[] = [];
  let resumed = 0;
  let alerts = 0;
  const events = listenToStored({
    open: () => {
      const connection = fakeConnection();
      connections.push(connection);
      return connection;
    },
    after: (milliseconds, work) => {
      const wait = { milliseconds, work };
      waits.push(wait);
      return () => {
        if (waits.includes(wait)) waits.splice(waits.indexOf(wait), 1);
      };
    },
    onStored: (one) => stored.push(one),
    onAlert: () => {
      alerts += 1;
    },
    onResumed: () => {
      resumed += 1;
    },
    onState: (state) => states.push(state),
  });
  const fireWait = () => waits.shift()!.work();
  return { connections, waits, states, stored, events, fireWait, resumed: () => resumed, alerts: () => alerts };
};

test('a stored series is told, and anything else on the line is not believed', () => {
  const { connections, stored, states, alerts } = scene();
  connections[0]!.fire('open');
  connections[0]!.fire('alert', '{}');
  assert.equal(alerts(), 1);
  connections[0]!.fire('stored', '{"studyInstanceUid":"1.2","seriesInstanceUid":"1.2.3","instances":4}');
  for (const wrong of ['', 'no json', 'null', '[]', '{"studyInstanceUid":1}', undefined])
    connections[0]!.fire('stored', wrong);
  assert.deepEqual(stored, [{ studyInstanceUid: '1.2', seriesInstanceUid: '1.2.3', instances: 4 }]);
  assert.deepEqual(states, ['connecting', 'live']);
});

test('a lost connection is shown, opened again after longer and longer waits, and what was missed is asked for', () => {
  const { connections, waits, states, fireWait, resumed } = scene();
  connections[0]!.fire('open');
  assert.equal(resumed(), 1, 'a list that was loaded before the connection stood is asked for again');
  const asked: number[] = [];
  for (let lost = 0; lost < 6; lost += 1) {
    connections.at(-1)!.fire('error');
    asked.push(waits[0]!.milliseconds);
    fireWait();
  }
  assert.deepEqual(asked, [1000, 2000, 4000, 8000, 15_000, 15_000]);
  assert.equal(connections.filter(({ closed }) => !closed).length, 1);
  connections.at(-1)!.fire('open');
  assert.equal(resumed(), 2);
  assert.equal(states.at(-1), 'live');
  connections.at(-1)!.fire('error');
  assert.equal(waits[0]!.milliseconds, 1000);
});

test('a page that nobody sees holds no connection, and catches up when it is seen again', () => {
  const { connections, waits, states, events, resumed } = scene();
  connections[0]!.fire('open');
  events.setVisible(false);
  assert.equal(connections[0]!.closed, true);
  assert.equal(states.at(-1), 'paused');
  events.setVisible(true);
  events.setVisible(true);
  assert.equal(connections.length, 2);
  connections[1]!.fire('open');
  assert.equal(resumed(), 2);
  connections[1]!.fire('error');
  events.setVisible(false);
  assert.equal(waits.length, 0);
  events.stop();
});
