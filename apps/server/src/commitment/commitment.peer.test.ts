// Storage commitment as a running server gives it: asked by scripted peers and by many at once.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { DataSet } from '@concord/dicom';
import { type CommitmentRequest, requestCommitment, storageCommitmentSopClass } from '@concord/network';
import {
  asking,
  collector,
  ct,
  files,
  listener,
  modality,
  numbers,
  random,
  startWith,
  uid,
} from '../../testing/commitment.ts';
import { ctImageStorage, madeStudy } from '../../testing/instances.ts';
import { storeOverWeb } from '../../testing/job-client.ts';
import { freePort } from '../../testing/ports.ts';
import { removeObjects } from '../../testing/programs.ts';

test('[QR-CMT-01] [QR-CMT-02] [QR-CMT-04] [QR-CMT-08] [QR-CMT-13] [QR-CMT-30] [QR-CMT-31] the report names each instance once, with its reason, on the association of the request', async (t) => {
  const { server, folder } = await startWith(t, []);
  await storeOverWeb(server.origin, files(4));
  const { reports, bound, until } = collector();
  const association = await asking(server.dicomPort, bound);
  t.after(() => association.abort());
  const transactionUid = random();
  const request: CommitmentRequest = {
    transactionUid,
    instances: [
      ct(uid(1)),
      ct(uid(2)),
      ct(uid(2)),
      ct('1.2.3.4'),
      { sopClassUid: '1.2.840.10008.5.1.4.1.1.4', sopInstanceUid: uid(3) },
      { sopClassUid: '1.2.840.10008.1.1', sopInstanceUid: '1.2.3.5' },
    ],
  };
  assert.equal((await requestCommitment(association, request)).code, 0x0000);
  await until(1);
  const [report] = reports;
  assert.equal(report?.transactionUid, transactionUid);
  assert.equal(report?.eventTypeId, 2);
  assert.equal(report?.retrieveAeTitle, 'CONCORD');
  assert.deepEqual(
    report?.instances.map((each) => each.sopInstanceUid),
    [uid(1), uid(2)],
  );
  assert.deepEqual(
    report?.failed.map((each) => [each.sopInstanceUid, each.failureReason]),
    [
      ['1.2.3.4', 0x0112],
      [uid(3), 0x0119],
      ['1.2.3.5', 0x0122],
    ],
  );
  assert.equal(report?.associationId, association.peer.id);
  const { body: keeping } = await server.call('GET', `/api/storage/studies/${madeStudy}`);
  assert.deepEqual([keeping.committed.length, keeping.committed[0]?.peer], [1, 'MODALITY']);
  assert.equal((await server.call('GET', '/api/storage/studies/1.2.3')).status, 404);
  const said = async () => {
    const { body: proof } = await server.call('GET', `/api/transfers/studies/${madeStudy}/proof`);
    const events: Record<string, string>[] = proof.filter(({ peer }: { peer: string }) => peer === 'MODALITY');
    return events.map(({ event, sopInstanceUid }) => `${sopInstanceUid} ${event}`).sort();
  };
  // What was reported stands there when the peer's answer to the report has come.
  while ((await said()).some((line) => line.includes('not reported yet')))
    await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(await said(), [
    `${uid(1)} committed here`,
    `${uid(2)} committed here`,
    `${uid(3)} not committed here`,
  ]);
  // The same transaction once more.
  assert.equal((await requestCommitment(association, { transactionUid, instances: [ct(uid(1))] })).code, 0x0000);
  await until(2);
  assert.deepEqual(
    reports[1]?.failed.map((each) => each.failureReason),
    [0x0131],
  );
  // An object whose file is gone is not committed.
  await removeObjects(join(folder, 'data'));
  assert.equal((await requestCommitment(association, { transactionUid: random(), instances: [ct(uid(4))] })).code, 0);
  await until(3);
  assert.deepEqual(
    reports[2]?.failed.map((each) => each.failureReason),
    [0x0110],
  );
});

test('[QR-CMT-07] [QR-CMT-10] [QR-CMT-11] a request without what it needs is refused by name; media are ignored', async (t) => {
  const { server } = await startWith(t, []);
  await storeOverWeb(server.origin, files(1));
  const { bound, until, reports } = collector();
  const association = await asking(server.dicomPort, bound);
  t.after(() => association.abort());
  const item = (more: Readonly<Record<string, string>>) => {
    const set = new DataSet();
    for (const [keyword, value] of Object.entries(more)) set.set(keyword as 'PatientID', value);
    return set;
  };
  const instance = item({ ReferencedSOPClassUID: ctImageStorage, ReferencedSOPInstanceUID: uid(1) });
  const act = async (fill: (dataSet: DataSet) => void, actionTypeId = 1, sopInstanceUid = '1.2.840.10008.1.20.1.1') => {
    const dataSet = new DataSet();
    dataSet.set('TransactionUID', random());
    dataSet.set('ReferencedSOPSequence', [instance.clone()]);
    fill(dataSet);
    const sopClassUid = storageCommitmentSopClass;
    return (await association.nAction({ sopClassUid, sopInstanceUid, actionTypeId, dataSet })).code;
  };
  assert.equal(await act((each) => each.delete('TransactionUID')), 0x0120);
  assert.equal(await act((each) => each.set('TransactionUID', null)), 0x0121);
  assert.equal(await act((each) => each.delete('ReferencedSOPSequence')), 0x0120);
  assert.equal(await act((each) => each.set('ReferencedSOPSequence', [])), 0x0121);
  const nameless = item({ ReferencedSOPClassUID: ctImageStorage });
  assert.equal(await act((each) => each.set('ReferencedSOPSequence', [nameless])), 0x0120);
  const empty = item({ ReferencedSOPClassUID: ctImageStorage, ReferencedSOPInstanceUID: '' });
  assert.equal(await act((each) => each.set('ReferencedSOPSequence', [empty])), 0x0121);
  assert.equal(await act(() => undefined, 2), 0x0123);
  assert.equal(await act(() => undefined, 1, '1.2.3'), 0x0112);
  const media = (each: DataSet) => {
    each.set('StorageMediaFileSetID', 'DISC1');
    each.set('StorageMediaFileSetUID', '1.2.3.9');
  };
  assert.equal(await act(media), 0x0000);
  await until(1);
  assert.equal(reports[0]?.eventTypeId, 1);
  assert.equal(reports.length, 1);
});

test('[QR-CMT-12] [QR-CMT-14] [QR-CMT-16] [QR-CMT-17] [QR-CMT-21] reports whose association is over go to the configured port, several over one', async (t) => {
  const { reports, bound, until } = collector();
  let associations = 0;
  const port = await listener(t, bound, 0, () => {
    associations += 1;
  });
  const { server } = await startWith(t, [modality(port)]);
  await storeOverWeb(server.origin, files(3));
  const never = collector();
  const association = await asking(server.dicomPort, never.bound);
  const uids: string[] = [];
  for (const _ of numbers(5)) {
    const transactionUid = random();
    uids.push(transactionUid);
    await requestCommitment(association, { transactionUid, instances: numbers(3).map((each) => ct(uid(each))) });
  }
  // A report that comes while we release cannot be answered any more: it has to come again.
  await association.release().catch(() => undefined);
  const answered = never.reports.length;
  await until(5 - answered);
  const all = [...never.reports, ...reports];
  assert.deepEqual(new Set(all.map((each) => each.transactionUid)), new Set(uids));
  assert.ok(all.every((each) => each.eventTypeId === 1 && each.instances.length === 3));
  assert.ok(new Set(reports.map((each) => each.associationId)).size <= 1, 'several associations');
  assert.ok(associations <= 1);
});

test('[QR-CMT-18] [QR-CMT-20] [QR-CMT-23] [QR-CMT-24] [QR-CMT-32] a report outlives a kill and answers that refuse it; 0107 ends it', async (t) => {
  const port = await freePort();
  const { server, start } = await startWith(t, [modality(port)], {
    commitmentReportsOver: 'new association',
    sendAttempts: 50,
    sendLongestWait: 1,
  });
  await storeOverWeb(server.origin, files(2));
  const never = collector();
  const association = await asking(server.dicomPort, never.bound);
  await requestCommitment(association, { transactionUid: random(), instances: [ct(uid(1)), ct(uid(9))] });
  const waiting = await server.job('commitment report');
  assert.equal(waiting.sent, 0);
  await server.end('SIGKILL');
  association.abort();
  let refusals = 2;
  const { reports, bound, until } = collector(() => (refusals-- > 0 ? 0x0110 : 0x0107));
  await listener(t, bound, port);
  const again = await start();
  await until(1);
  assert.deepEqual(
    [reports[0]?.eventTypeId, reports[0]?.instances.length, reports[0]?.failed[0]?.failureReason],
    [2, 1, 0x0112],
  );
  const done = await again.until((await again.job('commitment report')).jobId, 'done');
  assert.deepEqual([done.sent, done.failed], [1, 1]);
  assert.deepEqual(never.reports, []);
});

/** Asks for a sign of life again and again, in a process of its own; resolves with the longest wait in ms. */
const probe = (origin: string): (() => Promise<number>) => {
  const script = `let longest = 0; process.on('SIGTERM', () => { console.log(longest); process.exit(); });
    for (;;) { const began = performance.now(); await fetch('${origin}/healthz'); longest = Math.max(longest, performance.now() - began); }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (part: Buffer) => {
    said += part.toString();
  });
  return async () => {
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    await ended;
    return Number(said);
  };
};

const many = Number(process.env.CONCORD_COMMITMENT_INSTANCES ?? 100_000);
test(`a commitment request for ${many.toLocaleString('en')} instances holds up nobody, and each is in the report`, async (t) => {
  const { server } = await startWith(t, []);
  await storeOverWeb(server.origin, files(1));
  const { reports, bound, until } = collector();
  const association = await asking(server.dicomPort, bound);
  t.after(() => association.abort());
  const instances = numbers(many).map((each) => ct(`1.2.826.0.1.3680043.10.9.123456789.${each}`));
  const ended = probe(server.origin);
  const began = performance.now();
  const response = await requestCommitment(association, {
    transactionUid: random(),
    instances: [ct(uid(1)), ...instances],
  });
  const answeredAfter = performance.now() - began;
  assert.equal(response.code, 0x0000);
  await until(1);
  const longest = await ended();
  t.diagnostic(`answered after ${Math.round(answeredAfter)} ms, longest wait of others ${Math.round(longest)} ms`);
  assert.deepEqual([reports[0]?.instances.length, reports[0]?.failed.length], [1, many]);
  // Half a second on a quiet machine; the request takes many times as long as this.
  assert.ok(longest < 15_000, `others waited ${longest} ms`);
});
