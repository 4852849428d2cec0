// A report on storage commitment that goes out long after it was asked for: says what is true when it goes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestCommitment } from '@concord/network';
import { asking, collector, ct, files, listener, modality, random, startWith, uid } from '../../testing/commitment.ts';
import { madeStudy } from '../../testing/instances.ts';
import { storeOverWeb } from '../../testing/job-client.ts';
import { freePort } from '../../testing/ports.ts';

test('[QR-CMT-30] [QR-CMT-31] what a person took out while the peer was away is not reported as committed', async (t) => {
  const port = await freePort();
  const { server } = await startWith(t, [modality(port)], {
    commitmentReportsOver: 'new association',
    sendAttempts: 50,
    sendLongestWait: 1,
  });
  await storeOverWeb(server.origin, files(2));
  const never = collector();
  const association = await asking(server.dicomPort, never.bound);
  const request = { transactionUid: random(), instances: [ct(uid(1)), ct(uid(2)), ct(uid(9))] };
  assert.equal((await requestCommitment(association, request)).code, 0x0000);
  association.abort();
  const rejected = await server.call('POST', `/api/storage/studies/${madeStudy}/reject`, { reason: 'wrong patient' });
  assert.equal(rejected.status, 200, JSON.stringify(rejected.body));
  const { reports, bound, until } = collector();
  await listener(t, bound, port);
  await until(1);
  assert.equal(reports[0]?.eventTypeId, 2);
  assert.deepEqual(reports[0]?.instances, []);
  assert.deepEqual(
    new Set(reports[0]?.failed.map((each) => `${each.sopInstanceUid} ${each.failureReason}`)),
    new Set([1, 2, 9].map((number) => `${uid(number)} ${0x0112}`)),
  );
  const { jobId } = await server.job('commitment report');
  const done = await server.until(jobId, 'done');
  assert.deepEqual([done.sent, done.failed], [0, 3]);
});
