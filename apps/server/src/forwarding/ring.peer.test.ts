// What a rule sent under another UID, and what comes back of it over others: it does not go round for ever.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { readDataSet, writePart10 } from '@concord/dicom';
import { madeFile } from '../../testing/instances.ts';
import { jobClient, storeOverWeb } from '../../testing/job-client.ts';
import { run, startServerProcess } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { startReceivingPeer } from '../../testing/receiving-peer.ts';

const explicitVrLittleEndian = '1.2.840.10008.1.2.1';

test('[ES-FWD-05] what went out without identity and comes back over a third system is not sent there as another instance', async (t) => {
  const folder = await temporaryFolder();
  const sent: Uint8Array[] = [];
  const transferSyntaxes = [explicitVrLittleEndian];
  const keep = (_: string, dataSet: Uint8Array) => void sent.push(Uint8Array.from(dataSet));
  const peer = await startReceivingPeer(t, { transferSyntaxes, keep });
  const config = join(folder, 'concord.json');
  const attributeFilters = [{ name: 'research', deidentify: [] }];
  const peers = [{ aeTitle: 'DESTINATION', host: '127.0.0.1', port: peer.port, filter: 'research' }];
  writeFileSync(config, JSON.stringify({ peers, attributeFilters, quietTime: 1 }));
  const server = await startServerProcess(t, join(folder, 'data'), '--config', config);
  const client = jobClient(server.httpPort);
  for (const when of ['study complete', 'at once']) {
    const rule = { name: when, when, destinations: ['DESTINATION'] };
    assert.equal((await client.call('POST', '/api/rules', rule)).status, 200);
  }
  await storeOverWeb(client.origin, [madeFile({ study: '1.2.3', series: '1.2.3.1', instance: '1.2.3.1.1' })]);
  await peer.until(1);
  const [bytes = new Uint8Array()] = sent;
  const dataSet = readDataSet(bytes, explicitVrLittleEndian);
  assert.notEqual(dataSet.string('SOPInstanceUID'), '1.2.3.1.1');
  const path = join(folder, 'back.dcm');
  writeFileSync(path, writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian }));
  const titles = ['-aet', 'THIRD', '-aec', 'CONCORD'];
  assert.equal((await run('storescu', ...titles, '127.0.0.1', String(server.dicomPort), path)).exitCode, 0);
  await pause(4000);
  assert.equal((await client.call('GET', '/api/system')).body.statistics.instances, 2);
  assert.deepEqual([peer.confirmed.size, (await client.call('GET', '/api/jobs')).body.length], [1, 1]);
  // What is new goes, as ever.
  await storeOverWeb(client.origin, [madeFile({ study: '1.2.3', series: '1.2.3.1', instance: '1.2.3.1.2' })]);
  await peer.until(2);
});
