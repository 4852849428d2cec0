// Work items of two servers on one PostgreSQL: whoever listens at one hears of what becomes of them at the other. PS3.18 11.13.
import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { type DataSet, toJson } from '@concord/dicom';
import { startCluster } from '../../testing/cluster-settings.ts';
import { dataSetOf } from '../../testing/data-sets.ts';
import { type ServerProcess, startServerProcess } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { performed, scheduledStep } from '../../testing/steps.ts';

const another = await startCluster({ after }, 'steps');
const all = '1.2.840.10008.5.1.4.34.5';
const transaction = '1.2.3.99';

/** A channel in the form of a browser's WebSocket. */
const openChannel = async (t: TestContext, { httpPort }: ServerProcess, aeTitle: string) => {
  const socket = new WebSocket(`ws://127.0.0.1:${httpPort}/dicom-web/subscribers/${aeTitle}`);
  t.after(() => socket.close());
  const heard: string[] = [];
  let wake: () => void = () => undefined;
  socket.addEventListener('message', ({ data }) => {
    const event = JSON.parse(String(data));
    heard.push(`${event['00001000'].Value[0]} ${event['00741000']?.Value[0]}`);
    wake();
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error('no channel')));
  });
  const until = async (count: number): Promise<readonly string[]> => {
    while (heard.length < count) await new Promise<void>((resolve) => (wake = resolve));
    return heard;
  };
  return { until, close: () => socket.close() };
};

const call = async ({ httpPort }: ServerProcess, method: string, path: string, dataSet?: DataSet) => {
  const body = dataSet === undefined ? {} : { body: JSON.stringify([toJson(dataSet)]) };
  const response = await fetch(`http://127.0.0.1:${httpPort}/dicom-web/workitems${path}`, {
    ...{ method, ...body },
    headers: { 'content-type': 'application/dicom+json' },
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
};

test('a subscriber at one server hears what becomes of work items at the other, in order and once; so does a second window at that one', async (t) => {
  const settings = await another();
  const folders = [await temporaryFolder(), await temporaryFolder()];
  const [one, two] = await Promise.all(folders.map((data) => startServerProcess(t, data, ...settings)));
  assert.ok(one && two);
  const channel = await openChannel(t, one, 'WATCHER');
  await call(two, 'POST', `/${all}/subscribers/WATCHER`);
  const uid = '1.2.3.10';
  const state = (at: ServerProcess, ProcedureStepState: string) =>
    call(at, 'PUT', `/${uid}/state`, dataSetOf({ ProcedureStepState, TransactionUID: transaction }));
  const began = performance.now();
  await call(two, 'POST', `?${uid}`, scheduledStep());
  await channel.until(1);
  assert.ok(performance.now() - began < 4000, 'not only when the index is looked at by itself');
  await state(two, 'IN PROGRESS');
  const second = await openChannel(t, two, 'WATCHER');
  await channel.until(2);
  await call(one, 'POST', `/${uid}?${transaction}`, performed());
  await state(one, 'COMPLETED');
  const expected = ['SCHEDULED', 'IN PROGRESS', 'COMPLETED'].map((name) => `${uid} ${name}`);
  assert.deepEqual(await channel.until(3), expected);
  assert.deepEqual((await second.until(1)).at(-1), expected[2]);
  // From both at once: no number of an event is given twice, and nothing is lost.
  const uids = Array.from({ length: 20 }, (_, index) => `${uid}.${index + 1}`);
  await Promise.all(uids.map((each, index) => call(index % 2 === 0 ? one : two, 'POST', `?${each}`, scheduledStep())));
  const wanted = uids.map((each) => `${each} SCHEDULED`).toSorted();
  assert.deepEqual((await channel.until(23)).slice(3).toSorted(), wanted);
  assert.deepEqual((await second.until(21)).slice(-20).toSorted(), wanted);
});
