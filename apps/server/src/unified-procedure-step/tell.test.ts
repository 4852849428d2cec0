// Events that wait: kept with the change, told in order, once, after a restart too, by one node at a time.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Acceptor, bind, listen, silentLog, unifiedProcedureStepEvents } from '@concord/network';
import { dataSetOf } from '../../testing/data-sets.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { openTestIndex } from '../../testing/test-index.ts';
import type { StepEvent } from './step-events.ts';
import { createEventDelivery, type DeliveryParts } from './tell.ts';
import { createWaitingEvents, longestWait, mostWaiting } from './waiting-events.ts';

const uid = '1.2.3.10';
const state = (name: string): StepEvent => ({
  kind: 'stateReport',
  sopInstanceUid: uid,
  dataSet: dataSetOf({ ProcedureStepState: name }),
});

async function open(t: TestContext) {
  const database = await openTestIndex(await temporaryFolder());
  const deliveries: { close(): Promise<void> }[] = [];
  t.after(async () => {
    for (const delivery of deliveries) await delivery.close();
    await database.close();
  });
  const start = (more: Partial<DeliveryParts> = {}) => {
    const parts = { database, destination: () => undefined, now: () => new Date(), log: silentLog };
    const delivery = createEventDelivery({ ...parts, everyMs: 20, pauses: [20], ...more });
    deliveries.push(delivery);
    return delivery;
  };
  const keep = async (receivingAe: string, ...names: readonly string[]) => {
    const events = createWaitingEvents(database, () => new Date(), 'keeper');
    for (const name of names) await database.transaction((within) => events.keep(within, receivingAe, state(name)));
  };
  const left = async () =>
    (await database.all<{ number: number }>({ text: ['select number from step_event'], values: [] })).length;
  return { database, start, keep, left };
}

/** What comes over a channel, waited for. */
const listener = () => {
  const heard: string[] = [];
  let wake: () => void = () => undefined;
  const take = (text: string) => {
    heard.push(text);
    wake();
  };
  const next = async (): Promise<string> => {
    while (heard.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return heard.shift() ?? '';
  };
  return { heard, take, next };
};

const stateIn = (text: string): string => JSON.parse(text)['00741000'].Value[0];

test('events of an earlier run are told when somebody listens, in their order, and then gone', async (t) => {
  const { start, keep, left } = await open(t);
  await keep('WATCHER', 'SCHEDULED', 'IN PROGRESS');
  const { take, next } = listener();
  const delivery = start();
  delivery.listen('WATCHER', (text) => {
    take(text);
    return true;
  });
  assert.deepEqual([stateIn(await next()), stateIn(await next())], ['SCHEDULED', 'IN PROGRESS']);
  await keep('WATCHER', 'COMPLETED');
  assert.equal(stateIn(await next()), 'COMPLETED', 'what another node has kept is found by looking');
  await delivery.close();
  assert.equal(await left(), 0);
});

test('a channel that takes no more loses nothing', async (t) => {
  const { start, keep, left } = await open(t);
  await keep('WATCHER', 'SCHEDULED');
  const delivery = start();
  const refused = listener();
  delivery.listen('WATCHER', (text) => {
    refused.take(text);
    return false;
  });
  await refused.next();
  assert.equal(await left(), 1);
  const { take, next } = listener();
  delivery.listen('WATCHER', (text) => {
    take(text);
    return true;
  });
  assert.equal(stateIn(await next()), 'SCHEDULED');
});

const peerThat = async (t: TestContext, take: (text: string) => void, port = 0): Promise<Acceptor> => {
  const acceptor = await listen({
    host: '127.0.0.1',
    port,
    applicationEntities: [
      {
        aeTitle: 'WATCHER',
        services: [
          bind(unifiedProcedureStepEvents, {
            'N-EVENT-REPORT': async ({ dataSet }) => {
              take(dataSet?.string('ProcedureStepState') ?? '');
              return { code: 0x0000 };
            },
          }),
        ],
      },
    ],
  });
  t.after(() => acceptor.close({ graceMs: 0 }));
  return acceptor;
};

test('a peer that is down is told when it is back, by a server that was started meanwhile', async (t) => {
  const { start, keep, left } = await open(t);
  const { take, next } = listener();
  const gone = await peerThat(t, take);
  const { port } = gone;
  await gone.close({ graceMs: 0 });
  const destination = () => ({ host: '127.0.0.1', port, calledAeTitle: 'WATCHER', callingAeTitle: 'TEST' });
  await keep('WATCHER', 'SCHEDULED', 'CANCELED');
  const tried = listener();
  const log = { ...silentLog, warn: (_: object, message: string) => tried.take(message) };
  const first = start({ destination, log });
  assert.match(await tried.next(), /cannot be reached: its events wait/u);
  await first.close();
  assert.equal(await left(), 2);
  await peerThat(t, take, port);
  const second = start({ destination });
  assert.deepEqual([await next(), await next()], ['SCHEDULED', 'CANCELED']);
  await second.close();
  assert.equal(await left(), 0);
});

test('what one node is telling no other tells, until its lease runs out or a server starts alone', async (t) => {
  const { database, start, keep } = await open(t);
  await keep('WATCHER', 'SCHEDULED');
  let time = Date.now();
  const [one, two] = ['one', 'two'].map((server) => createWaitingEvents(database, () => new Date(time), server));
  assert.ok(one && two);
  assert.equal((await one.take('WATCHER')).length, 1);
  await keep('WATCHER', 'IN PROGRESS');
  assert.deepEqual(await two.take('WATCHER'), [], 'not the second before the first either');
  time += 61_000;
  assert.equal((await two.take('WATCHER')).length, 2);
  await one.done('WATCHER', 1);
  assert.equal((await two.take('WATCHER')).length, 2, 'who was too late has nothing to say of it');
  const { take, next } = listener();
  start({ alone: true }).listen('WATCHER', (text) => {
    take(text);
    return true;
  });
  assert.deepEqual([stateIn(await next()), stateIn(await next())], ['SCHEDULED', 'IN PROGRESS']);
});

test('channels of one receiver at two servers hear the same; who could reach it as a peer leaves it to them', async (t) => {
  const { database, start, keep, left } = await open(t);
  const [here, there, peer] = [listener(), listener(), listener()];
  const { port } = await peerThat(t, peer.take);
  const destination = () => ({ host: '127.0.0.1', port, calledAeTitle: 'WATCHER', callingAeTitle: 'TEST' });
  const servers = [start({ destination }), start({ destination }), start({ destination })];
  const said = async (count: number) => {
    const query = { text: ['select count(*) as count from step_channel'], values: [] };
    while (Number((await database.all<{ count: number }>(query))[0]?.count) !== count)
      await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const stops = [here, there].map(({ take }, at) =>
    servers[at]?.listen('WATCHER', (text) => {
      take(text);
      return true;
    }),
  );
  await said(2);
  await keep('WATCHER', 'SCHEDULED', 'IN PROGRESS');
  for (const { next } of [here, there])
    assert.deepEqual([stateIn(await next()), stateIn(await next())], ['SCHEDULED', 'IN PROGRESS']);
  stops[0]?.();
  await said(1);
  await keep('WATCHER', 'CANCELED');
  assert.equal(stateIn(await there.next()), 'CANCELED');
  stops[1]?.();
  await said(0);
  await keep('WATCHER', 'COMPLETED');
  assert.equal(await peer.next(), 'COMPLETED', 'nobody listens any more');
  for (const server of servers) await server.close();
  assert.deepEqual([here.heard.length, there.heard.length, peer.heard.length, await left()], [0, 0, 0, 0]);
});

test('what is for a channel of a server that died is told by another', async (t) => {
  const { database, start, keep, left } = await open(t);
  const died = createWaitingEvents(database, () => new Date(Date.now() - 29_500), 'died');
  await died.listen(['WATCHER']);
  await keep('WATCHER', 'SCHEDULED');
  const { heard, take, next } = listener();
  const delivery = start();
  delivery.listen('WATCHER', (text) => {
    take(text);
    return true;
  });
  assert.equal(stateIn(await next()), 'SCHEDULED', 'as soon as its channel counts for nothing');
  await keep('WATCHER', 'IN PROGRESS');
  assert.equal(stateIn(await next()), 'IN PROGRESS');
  await delivery.close();
  assert.deepEqual([heard.length, await left()], [0, 0]);
});

test('what waits is bounded, in number and in time', async (t) => {
  const { database, keep, left } = await open(t);
  await database.batch([
    {
      text: [
        `insert into step_event (receiving_ae, number, sop_instance_uid, kind, attributes, created_at, lease, leased_until)
         values ('WATCHER', ${mostWaiting}, '1.2', 'stateReport', '{}', '2000-01-01', '', ''), ('WATCHER', 1, '1.2', 'stateReport', '{}', '2000-01-01', '', '')`,
      ],
      values: [],
    },
  ]);
  await keep('WATCHER', 'SCHEDULED');
  assert.equal(await left(), 2, 'the oldest is given up for one more');
  const later = createWaitingEvents(database, () => new Date(Date.now() + longestWait + 1000), 'later');
  await later.receivers();
  assert.equal(await left(), 0);
});
