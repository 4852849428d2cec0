// The viewer sends one by one: an association for each object, one try, and nothing that befalls one stops the next.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort, start } from '../../../../packages/network/testing/programs.ts';
import { startDestination } from '../../testing/answering-destination.ts';
import { madeFile } from '../../testing/instances.ts';
import { jobClient, storeOverWeb } from '../../testing/job-client.ts';
import { startProfile } from '../../testing/profile.ts';
import { proposedContexts } from '../../testing/proposed-contexts.ts';

const study = '1.2.826.0.1.9';
const uids = (count: number) => Array.from({ length: count }, (_, index) => `${study}.${index + 1}`);

async function startViewer(t: TestContext, port: number, count: number) {
  const server = await startProfile(t, 'viewer', { peers: [{ aeTitle: 'DEST', host: '127.0.0.1', port }] });
  const jobs = jobClient(server.httpPort);
  const files = uids(count).map((instance) => madeFile({ instance, study, series: `${study}.0` }));
  await storeOverWeb(jobs.origin, files);
  const send = async () => {
    const id = await jobs.send('DEST', { studyInstanceUid: study });
    const job = await jobs.until(id, 'done', 'failed');
    return { job, instances: (await jobs.call('GET', `/api/jobs/${id}/instances`)).body };
  };
  return { send };
}

const statesOf = (instances: readonly { state: string }[]) => instances.map(({ state }) => state).join(' ');

test('[VW-STU-02] [VW-STU-04] ten objects go to storescp over ten associations, four contexts of one class each', async (t) => {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'concord-received-'));
  const storescp = await start('storescp', ['-d', '-od', folder, String(port)], port);
  t.after(async () => {
    await storescp.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const { send } = await startViewer(t, port, 10);
  const { job } = await send();
  assert.deepEqual([job.state, job.sent, readdirSync(folder).length], ['done', 10, 10], job.detail);
  const said = storescp.output();
  const proposals = proposedContexts(said).filter((contexts) => contexts.length > 0);
  assert.equal(proposals.length, 10);
  for (const contexts of proposals) {
    assert.equal(contexts.length, 4);
    assert.deepEqual([...new Set(contexts.map(({ abstractSyntax }) => abstractSyntax))], ['CTImageStorage']);
  }
  assert.equal(said.match(/Association Release/g)?.length, 10);
});

test('[VW-STU-03] an association lost with the third of five costs the third alone, and nothing is tried again', async (t) => {
  const dest = await startDestination(t, (place) => {
    if (place === 2) dest.abort();
    return 0;
  });
  const { send } = await startViewer(t, dest.port, 5);
  const { job, instances } = await send();
  assert.equal(statesOf(instances), 'sent sent failed sent sent');
  assert.deepEqual([job.state, job.attempts, job.sent, job.failed], ['failed', 1, 4, 1]);
  assert.deepEqual(dest.asked, uids(5));
});

test('[VW-STU-07] every status is written down, and none stops what follows', async (t) => {
  const codes = [0xa700, 0xb000, 0x0000, 0xa900, 0xcfff, 0xb007];
  const dest = await startDestination(t, (place) => codes[place] ?? 0);
  const { send } = await startViewer(t, dest.port, codes.length);
  const { job, instances } = await send();
  assert.deepEqual(dest.asked, uids(codes.length));
  assert.equal(statesOf(instances), 'failed sent sent failed failed sent');
  assert.deepEqual([job.sent, job.failed], [3, 3]);
  const words = instances.map(({ detail }: { detail: string }) => detail.slice(0, 4));
  assert.deepEqual(words, ['A700', 'B000', '', 'A900', 'CFFF', 'B007']);
  assert.equal(dest.ended.length, codes.length);
});

test('a peer that is not there costs each object its one try', async (t) => {
  const { send } = await startViewer(t, await freePort(), 3);
  const { job, instances } = await send();
  assert.equal(statesOf(instances), 'failed failed failed');
  assert.match(job.detail, /^3 not sent: no TCP connection/);
});
