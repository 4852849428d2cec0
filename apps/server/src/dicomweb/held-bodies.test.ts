// Bodies that are held whole: together they take no more memory than they may, and what one took is there for the next.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { toJson } from '@concord/dicom';
import { startDicomweb } from '../../testing/archive.ts';
import { madeDataSet } from '../../testing/instances.ts';
import { scheduledStep } from '../../testing/steps.ts';
import { HttpProblem } from '../web/problem.ts';
import { createHeldBodies } from './held-bodies.ts';

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
