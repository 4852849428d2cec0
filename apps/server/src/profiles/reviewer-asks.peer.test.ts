// The reviewer asks, fetches and sends: every field alone as a key, objects that come while it waits, twenty sends at a time.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { keywordOf } from '@concord/dicom';
import { startDestination } from '../../testing/answering-destination.ts';
import { listing, startAsking, study } from '../../testing/asking-profile.ts';
import { madeFile } from '../../testing/instances.ts';
import { jobClient, storeOverWeb } from '../../testing/job-client.ts';
import { startProfile } from '../../testing/profile.ts';
import { run } from '../../testing/programs.ts';

const table = ['PatientID', 'PatientName', 'PatientSex', 'StudyID', 'StudyDate', 'AccessionNumber', 'StudyDescription'];

test('[RV-QR-02] [RV-QR-03] each field alone is the one key that is filled, as it was typed, and every row is asked for', async (t) => {
  const { archive, search } = await startAsking(t, 'reviewer');
  const typed: Readonly<Record<string, string>> = {
    PatientID: 'P1',
    PatientName: 'DOE*',
    PatientSex: 'F',
    StudyID: '7',
    StudyDate: '20260101-20260131',
    AccessionNumber: 'A?1*',
    StudyDescription: '*knee*',
  };
  for (const [keyword, value] of [...Object.entries(typed), ['StudyDate', '20260102']]) {
    await search({ [keyword ?? '']: value });
    const keys = archive.asked.at(-1)?.keys;
    assert.equal(keys?.string('QueryRetrieveLevel'), 'STUDY');
    assert.equal(keys.string(keyword ?? ''), value);
    const filled = [...keys.elements()].flatMap(({ tag }) => (keys.string(tag) ? [keywordOf(tag)] : []));
    assert.deepEqual(filled.sort(), ['QueryRetrieveLevel', keyword].sort());
    for (const row of [...table, 'StudyInstanceUID']) assert.ok(keys.has(row), row);
  }
});

test('[RV-QR-07] what is moved comes to the storage entity while the request stays open', async (t) => {
  const asking = await startAsking(t, 'reviewer', {
    find: listing,
    move: async (_, destination) => {
      const { server } = asking;
      const file = join(server.folder, 'moved.dcm');
      writeFileSync(file, madeFile({ instance: `${study}.1.1`, study, series: `${study}.1` }));
      const { exitCode, output } = await run('storescu', ...server.called(destination), file);
      assert.equal(exitCode, 0, output);
      return 0;
    },
  });
  const job = await asking.retrieve({ studyInstanceUid: study });
  assert.deepEqual([job.state, job.sent], ['done', 1], job.detail);
  assert.equal(asking.archive.moved.length, 1);
});

const kept = '1.2.826.0.1.9';

test('[RV-ASSOC-03] twenty sends go on at a time', async (t) => {
  const all = Promise.withResolvers<void>();
  let open = 0;
  const answer = async () => {
    open += 1;
    if (open === 20) all.resolve();
    await all.promise;
    return 0;
  };
  const titles = Array.from({ length: 20 }, (_, index) => `DEST${index}`);
  const peers = await Promise.all(
    titles.map(async (aeTitle) => {
      const { port } = await startDestination(t, answer, undefined, aeTitle);
      return { aeTitle, host: '127.0.0.1', port };
    }),
  );
  const server = await startProfile(t, 'reviewer', { peers });
  const jobs = jobClient(server.httpPort);
  await storeOverWeb(jobs.origin, [madeFile({ instance: `${kept}.1`, study: kept, series: `${kept}.0` })]);
  const ids = await Promise.all(peers.map(({ aeTitle }) => jobs.send(aeTitle, { studyInstanceUid: kept })));
  for (const id of ids) await jobs.until(id, 'done', 'failed');
  assert.equal(open, 20);
});

test('[RV-SEND-06] warnings count as sent, failures are named with their code, and can be tried again', async (t) => {
  let codes = [0x0000, 0xb000, 0xa900, 0xcfff, 0x0122];
  const dest = await startDestination(t, (place) => codes[place] ?? 0);
  const peers = [{ aeTitle: 'DEST', host: '127.0.0.1', port: dest.port }];
  const server = await startProfile(t, 'reviewer', { peers, sendAttempts: 1 });
  const jobs = jobClient(server.httpPort);
  const uids = codes.map((_, index) => `${kept}.${index + 1}`);
  await storeOverWeb(
    jobs.origin,
    uids.map((instance) => madeFile({ instance, study: kept, series: `${kept}.0` })),
  );
  const id = await jobs.send('DEST', { studyInstanceUid: kept });
  const failed = await jobs.until(id, 'done', 'failed');
  assert.deepEqual([failed.state, failed.sent, failed.failed], ['failed', 2, 3]);
  const instances = (await jobs.call('GET', `/api/jobs/${id}/instances`)).body;
  const details = instances.map(({ detail }: { detail: string }) => detail.slice(0, 4));
  assert.deepEqual(details, ['', 'B000', 'A900', 'CFFF', '0122']);
  codes = [];
  assert.equal((await jobs.call('POST', `/api/jobs/${id}/retry`)).status, 200);
  const again = await jobs.until(id, 'done', 'failed');
  assert.deepEqual([again.state, again.sent, dest.asked.length], ['done', 5, 8]);
});
