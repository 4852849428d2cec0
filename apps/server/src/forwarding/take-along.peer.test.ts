// Rules for images in a running server: the presentation states that DCMTK makes for them go along, as its storescp gets them.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataSet } from '@concord/dicom';
import { madeFile } from '../../testing/instances.ts';
import { jobClient } from '../../testing/job-client.ts';
import { freePort } from '../../testing/ports.ts';
import { run, startServerProcess, startStorescp } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';

const study = '1.2.826.0.1.3680043.10.7.50';

const storageClasses = { CT: '1.2.840.10008.5.1.4.1.1.2', MR: '1.2.840.10008.5.1.4.1.1.4' } as const;

/** An image in a series of its modality, and the presentation state that dcmpsmk makes for it. */
async function imageWithState(folder: string, modality: keyof typeof storageClasses, number: number) {
  const series = `${study}.${number}`;
  const [image, state] = [join(folder, `${modality}.dcm`), join(folder, `${modality}-state.dcm`)];
  const change = (dataSet: DataSet) => dataSet.set('SOPClassUID', storageClasses[modality]);
  writeFileSync(image, madeFile({ study, series, instance: `${series}.1`, modality, change }));
  assert.equal((await run('dcmpsmk', image, state)).exitCode, 0);
  return { image, state };
}

test('[ES-FWD-02] a rule for CT sends the presentation states of the CT along, whichever came first, or all of the study, or nothing', async (t) => {
  const folder = await temporaryFolder();
  const peers = await Promise.all(
    ['ALONE', 'REFERRING', 'STUDY', 'SERIES'].map(async (aeTitle) => {
      const [port, received] = [await freePort(), await temporaryFolder()];
      await startStorescp(t, received, port);
      const names = () =>
        readdirSync(received)
          .map((name) => name.slice(0, 2))
          .sort()
          .join(' ');
      return { aeTitle, host: '127.0.0.1', port, names };
    }),
  );
  const config = join(folder, 'concord.json');
  const settings = { quietTime: 2, peers: peers.map(({ names: _, ...peer }) => peer) };
  writeFileSync(config, JSON.stringify(settings));
  const server = await startServerProcess(t, join(folder, 'data'), '--config', config);
  const client = jobClient(server.httpPort);
  const rules = [
    { destinations: ['ALONE'], takeAlong: 'nothing' },
    { destinations: ['REFERRING'], when: 'at once' },
    { destinations: ['STUDY'], takeAlong: 'study' },
    { destinations: ['SERIES'], when: 'series complete' },
  ].map((rule, index) => ({ name: `R${index}`, modalities: ['CT'], ...rule }));
  for (const rule of rules) assert.equal((await client.call('POST', '/api/rules', rule)).status, 200);
  const [ct, mr] = [await imageWithState(folder, 'CT', 1), await imageWithState(folder, 'MR', 2)];
  const store = async (...files: readonly string[]) => {
    const { exitCode } = await run('storescu', '-aec', 'CONCORD', '127.0.0.1', String(server.dicomPort), ...files);
    assert.equal(exitCode, 0);
  };
  await store(ct.state, mr.state, mr.image);
  await pause(4000);
  const got = () => peers.map(({ aeTitle, names }) => `${aeTitle}: ${names()}`);
  assert.deepEqual(got(), ['ALONE: ', 'REFERRING: ', 'STUDY: ', 'SERIES: ']);
  await store(ct.image);
  const wanted = ['ALONE: CT', 'REFERRING: CT PS', 'STUDY: CT MR PS PS', 'SERIES: CT PS'];
  for (const end = Date.now() + 60_000; Date.now() < end && got().join() !== wanted.join(); ) await pause(50);
  assert.deepEqual(got(), wanted);
  const { body: jobs } = await client.call('GET', '/api/jobs');
  assert.equal(jobs.length, 4);
  const tried = async (rule: object) => {
    const { body } = await client.call('POST', '/api/rules/try', { rule });
    return body.map(({ total, held, along }: Record<string, number>) => [total, held, along]);
  };
  assert.deepEqual(await Promise.all(rules.map(tried)), [[[4, 1, 0]], [[4, 1, 1]], [[4, 1, 3]], [[4, 1, 1]]]);
  assert.match(
    String((await client.call('POST', '/api/rules', { ...rules[0], takeAlong: 'all' })).body.detail),
    /takeAlong/,
  );
});
