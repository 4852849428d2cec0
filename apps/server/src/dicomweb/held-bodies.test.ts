// Bodies that are held whole: together they take no more memory than they may, and what one took is there for the next.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { toJson } from '@concord/dicom';
import { startDicomweb } from '../../testing/archive.ts';
import { inPieces } from '../../testing/data-sets.ts';
import { madeDataSet } from '../../testing/instances.ts';
import { scheduledStep } from '../../testing/steps.ts';
import { HttpProblem } from '../web/problem.ts';
import { createBulkParts } from './bulk-parts.ts';
import { createHeldBodies, holdWithin } from './held-bodies.ts';
import { parseMediaType } from './media-range.ts';

test('what all hold together is bounded, and free again when a request is over', () => {
  const holdBody = createHeldBodies(100);
  const [one, two] = [holdBody(), holdBody()];
  one.take(60);
  two.take(40);
  const isFull = (error: unknown) => error instanceof HttpProblem && error.kind === 'overloaded';
  assert.throws(() => two.take(1), isFull);
  one[Symbol.dispose]();
  one[Symbol.dispose]();
  two.take(60);
  assert.throws(() => one.take(1), isFull);
});

test('one may take what there is room for, and give it back part by part; more than there ever is, is too large', () => {
  const holdBody = createHeldBodies(100);
  const [one, two] = [holdBody(), holdBody()];
  assert.equal(one.takeUpTo(70), 70);
  assert.equal(two.takeUpTo(70), 30);
  assert.equal(two.takeUpTo(70), 0);
  one.give(50);
  const part = holdWithin(two);
  assert.equal(part.takeUpTo(40), 40);
  part.take(10);
  assert.throws(() => one.take(1), { kind: 'overloaded' });
  part.give(5);
  one.take(5);
  part[Symbol.dispose]();
  part[Symbol.dispose]();
  assert.equal(one.takeUpTo(1000), 45, 'what the part had is there again');
  two[Symbol.dispose]();
  assert.equal(two.takeUpTo(1000), 30);
  assert.throws(() => two.take(71), { kind: 'too-large' });
});

test('bulk data in memory is in the bound; where there is no room it goes to a file, and comes whole', async () => {
  const hold = createHeldBodies(1000)();
  await using bulk = createBulkParts(hold);
  const octets = parseMediaType('application/octet-stream');
  assert.ok(octets);
  const bytes = (seed: number) => Buffer.from(Array.from({ length: 600 }, (_, at) => (at * seed) & 0xff));
  const take = (name: string, seed: number) => bulk.take(name, octets, inPieces(bytes(seed), 100));
  const at = async (name: string) => Buffer.concat(await Array.fromAsync(bulk.at(name)?.[0]?.stream() ?? []));
  await take('one', 3);
  assert.equal(hold.takeUpTo(1000), 400, 'the first lies in memory');
  await take('two', 5);
  await take('three', 7);
  assert.equal(hold.takeUpTo(1000), 0);
  for (const [name, seed] of [
    ['one', 3],
    ['two', 5],
    ['three', 7],
  ] as const)
    assert.ok((await at(name)).equals(bytes(seed)), name);
  await bulk.drop('two');
  assert.equal(hold.takeUpTo(1000), 0, 'it lay in a file');
  await bulk.drop('one');
  assert.equal(hold.takeUpTo(1000), 600);
});

test('values and pictures that are put together in memory are in the bound: what never fits is 413, what does not fit now 503', async (t) => {
  const { service } = await startDicomweb(t, { limits: { heldBodyBytes: 8000 } });
  const described = (instance: string) => {
    const document = { vr: 'OB', BulkDataURI: 'bulk/1' };
    return Buffer.from(JSON.stringify([{ ...toJson(madeDataSet({ instance })), '00420011': document }]));
  };
  const body = (instance: string, document: number) =>
    Buffer.concat([
      Buffer.from(`--b\r\nContent-Type: ${json}\r\n\r\n`),
      described(instance),
      Buffer.from('\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Location: bulk/1\r\n\r\n'),
      Buffer.alloc(document, 7),
      Buffer.from('\r\n--b--\r\n'),
    ]);
  const headers = { 'content-type': `multipart/related; type="${json}"; boundary=b` };
  const send = async (bytes: Buffer<ArrayBuffer>) =>
    (await fetch(`${service}/studies`, { method: 'POST', body: bytes, headers })).status;
  const room = 8000 - described('1.2.1').length;
  assert.equal(await send(body('1.2.1', room + 1)), 413);
  const waiting = JSON.stringify([toJson(madeDataSet({ instance: '1.2.9' }))]).padEnd(6000);
  const slow = startSlow(t, `${service}/studies`, Buffer.from(waiting));
  let status = await send(body('1.2.2', 1000));
  for (let at = 3; status === 200 && at < 500; at += 1) status = await send(body(`1.2.${at}00`, 1000));
  assert.equal(status, 503);
  slow.end();
  assert.equal((await slow.answer).status, 200);
  assert.equal(await send(body('1.2.1', 1000)), 200);
});

const json = 'application/dicom+json';

/** Sends the first bytes of a body and waits for somebody to say that it may end. */
const startSlow = (t: TestContext, url: string, body: Uint8Array) => {
  const { promise: goOn, resolve: end } = Promise.withResolvers<void>();
  const source = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(body.subarray(0, body.length - 1));
      await goOn;
      controller.enqueue(body.subarray(body.length - 1));
      controller.close();
    },
  });
  t.after(() => end());
  const sent = { method: 'POST', body: source, headers: { 'content-type': json }, duplex: 'half' };
  return { answer: fetch(url, sent), end };
};

test('while others are held a body is refused with 503, and taken when there is room', async (t) => {
  const { service } = await startDicomweb(t, { limits: { heldBodyBytes: 6000 } });
  const padded = (text: string) => Buffer.from(text.padEnd(5000));
  const slow = startSlow(t, `${service}/studies`, padded(JSON.stringify([toJson(madeDataSet({ instance: '1.2.1' }))])));
  const send = async (path: string, text: string) => {
    const sent = { method: 'POST', body: padded(text), headers: { 'content-type': json } };
    return (await fetch(service + path, sent)).status;
  };
  const step = JSON.stringify([toJson(scheduledStep())]);
  let status = await send('/workitems?1.2.3', step);
  for (let at = 4; status === 201; at += 1) status = await send(`/workitems?1.2.${at}`, step);
  assert.equal(status, 503);
  assert.equal(await send('/studies', JSON.stringify([toJson(madeDataSet({ instance: '1.2.2' }))])), 503);
  assert.equal(await send('/hanging-protocols', '[]'), 503);
  slow.end();
  assert.equal((await slow.answer).status, 200);
  assert.equal(await send('/workitems?1.2.99', step), 201);
  assert.equal(await send('/studies', JSON.stringify([toJson(madeDataSet({ instance: '1.2.2' }))])), 200);
});
