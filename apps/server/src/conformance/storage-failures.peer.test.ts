// Our own sending as the system under test: the receiver aborts, falls silent, is cut off or away, and is back later. PS3.2 A.4.2.x.3
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createPlan, runPlan } from '@concord/conformance';
import { madeFile, madeSeries, madeStudy } from '../../testing/instances.ts';
import { jobClient, storeOverWeb } from '../../testing/job-client.ts';
import { freePort } from '../../testing/ports.ts';
import { startServer } from '../main.ts';
import { readConfiguration } from '../settings/read-configuration.ts';

const count = 3;

test('[CS-TPL-13] a receiver that fails once, or has no room once, gets everything with a later try, each object once, and the records say what was wrong', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'concord-failures-'));
  const ourPort = await freePort();
  const file = JSON.stringify({
    peers: [{ aeTitle: 'CSSINK', host: '127.0.0.1', port: ourPort }],
    sendRetryWait: 1,
    networkTimeout: 2,
    responseTimeout: 2,
  });
  const argv = ['--config', 'site.json', '--data', join(folder, 'data'), '--http-port', '0', '--dicom-port', '0'];
  const silent = () => undefined;
  const server = await startServer(
    readConfiguration(argv, {}, () => file),
    { debug: silent, info: silent, warn: silent, error: silent },
  );
  context.after(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const client = jobClient(server.httpPort);
  await storeOverWeb(
    client.origin,
    Array.from({ length: count }, (_, index) =>
      madeFile({ instance: `${madeSeries}.${index + 1}`, instanceNumber: index + 1 }),
    ),
  );
  const statement: unknown = await (await fetch(`${client.origin}/conformance?format=json`)).json();
  const made = createPlan(statement);
  // Away for three seconds instead of half a minute: a first try fails at once.
  const items = made.items.map((item) =>
    item.check?.kind === 'called' && item.check.behaviour === 'away'
      ? { ...item, check: { ...item.check, seconds: 3 } }
      : item,
  );
  const plan = { ...made, items };
  const failures = plan.items.filter(({ check }) => check?.kind === 'called' && check.again);
  const activity = failures[0]?.id.replace(/then-answer\/.*$/, '') ?? assert.fail('no items about failures');
  const faults = ['abort-during-the-data-set', 'abort', 'silence', 'cut-during-the-data-set', 'failure-status', 'away'];
  const wanted = new Set(faults.map((fault) => `${activity}then-answer/${fault}`));
  const jobs: Promise<string>[] = [];
  const report = await runPlan(
    plan,
    { host: '127.0.0.1', port: server.dicomPort, calledAeTitle: 'CONCORD' },
    {
      care: { patience: 120 },
      assisted: true,
      ourSide: { host: '127.0.0.1', port: ourPort, aeTitle: 'CSSINK' },
      only: ({ id }) => wanted.has(id),
      ask: () => {
        const job = client.send('CSSINK', { studyInstanceUid: madeStudy });
        job.catch(() => undefined);
        jobs.push(job);
      },
    },
  );
  assert.deepEqual(
    report.results.map(({ id, result, observed }) => `${id.slice(activity.length)} ${result}: ${observed}`).sort(),
    report.results.map(({ id, observed }) => `${id.slice(activity.length)} passed: ${observed}`).sort(),
  );
  assert.equal(report.results.length, faults.length);
  for (const { observed, id } of report.results) assert.match(observed, new RegExp(`taken ${count}$`), id);
  for (const jobId of await Promise.all(jobs)) {
    const { sent, failed, attempts } = await client.until(jobId, 'done');
    assert.deepEqual([sent, failed], [count, 0]);
    assert.ok(attempts > 1, 'no try failed');
  }
  const { body: records } = await client.call('GET', '/api/associations');
  const ends = new Set(records.map(({ end }: { end: { kind: string } }) => end.kind));
  for (const kind of ['aborted by peer', 'aborted by us', 'connection lost', 'no connection', 'released'])
    assert.ok(ends.has(kind), `${kind} is not among ${[...ends]}`);
});
