// Two whole servers on one PostgreSQL and one S3 store that are asked to decide about the same study at the same moment, and what they have in common: the key
// of pseudonyms.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSet, readPart10 } from '@concord/dicom';
import { assertNothingLost, startSending, uidOf, until } from '../testing/cluster-senders.ts';
import { startCluster } from '../testing/cluster-settings.ts';
import { type ServerProcess, startServerProcess } from '../testing/programs.ts';
import { temporaryFolder } from '../testing/real-archive.ts';

const another = await startCluster({ after }, 'cluster-decisions');

const api = async ({ httpPort }: ServerProcess, path: string, body?: object) => {
  const answer = await fetch(`http://127.0.0.1:${httpPort}${path}`, {
    method: 'POST',
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, instances: Number(JSON.parse(text).instances ?? 0) };
};

test('a study that is put back through one server and deleted for good through the other is whole, or gone; its sender stores on', async (t) => {
  const settings = await another();
  const folders = [await temporaryFolder(), await temporaryFolder()];
  const servers = await Promise.all(folders.map((data) => startServerProcess(t, data, ...settings)));
  const [first, second] = servers as [ServerProcess, ServerProcess];
  const senders = [startSending(first, 1), startSending(second, 2)];
  t.after(() => Promise.all(senders.map((sender) => sender.stop())));
  for (let round = 1; round <= 4; round += 1) {
    const sender = startSending(round % 2 === 0 ? first : second, 10 + round);
    await until('objects are confirmed', () => sender.confirmed.size > 4);
    await sender.stop();
    const study = uidOf(10 + round, 1).replace(/\.1$/u, '');
    const rejected = await api(first, `/api/storage/studies/${study}/reject`, { reason: 'a test' });
    assert.deepEqual([rejected.status, rejected.instances], [200, sender.confirmed.size]);
    const ask = async (server: ServerProcess, what: 'restore' | 'purge') => {
      await pause(randomInt(20));
      return api(server, `/api/rejected/${study}/${what}`);
    };
    const [restored, purged] = await Promise.all(
      round % 2 === 0 ? [ask(first, 'restore'), ask(second, 'purge')] : [ask(second, 'restore'), ask(first, 'purge')],
    );
    const said = `round ${round}: put back ${JSON.stringify(restored)}, deleted ${JSON.stringify(purged)}`;
    assert.deepEqual(
      [restored.instances, purged.instances].sort((a, b) => a - b),
      [0, sender.confirmed.size],
      said,
    );
    const found = await fetch(`http://127.0.0.1:${second.httpPort}/dicom-web/studies/${study}/instances`);
    const there = found.status === 200 ? ((await found.json()) as unknown[]).length : 0;
    assert.equal(there, restored.instances, said);
    if (there > 0) senders.push(sender);
  }
  await Promise.all(senders.map((sender) => sender.stop()));
  for (const server of servers) assert.equal(await server.end(), 0);
  await assertNothingLost(settings, folders[0] ?? '', senders);
});

test('an object without identity has the same UIDs from each server; one that comes with a key of its own is refused', async (t) => {
  const settings = await another();
  const folders = [await temporaryFolder(), await temporaryFolder(), await temporaryFolder()];
  // The one that was there before the others has given out pseudonyms already.
  writeFileSync(join(folders[0] ?? '', 'pseudonyms.key'), Buffer.alloc(32, 1));
  const first = await startServerProcess(t, folders[0] ?? '', ...settings);
  const second = await startServerProcess(t, folders[1] ?? '', ...settings);
  const sender = startSending(first, 1);
  await until('an object is confirmed', () => sender.confirmed.size > 0);
  await sender.stop();
  const object = uidOf(1, 1);
  const study = object.replace(/\.1$/u, '');
  const query = `requestType=WADO&studyUID=${study}&seriesUID=${study}.0&objectUID=${object}&contentType=application/dicom&anonymize=yes`;
  const given = await Promise.all(
    [first, second].map(async ({ httpPort }) => {
      const answer = await fetch(`http://127.0.0.1:${httpPort}/wado?${query}`);
      assert.equal(answer.status, 200);
      const { dataSet } = readPart10(new Uint8Array(await answer.arrayBuffer()));
      assert.ok(dataSet instanceof DataSet);
      return ['SOPInstanceUID', 'StudyInstanceUID', 'PatientID'].map((keyword) => dataSet.string(keyword));
    }),
  );
  assert.notEqual(given[0]?.[0], object);
  assert.deepEqual(given[0], given[1]);
  writeFileSync(join(folders[2] ?? '', 'pseudonyms.key'), Buffer.alloc(32, 2));
  await assert.rejects(
    startServerProcess(t, folders[2] ?? '', ...settings),
    /ended with 2: --data: .*pseudonyms.key is another key than the servers of this index have/,
  );
  for (const server of [first, second]) assert.equal(await server.end(), 0);
});
