// Storage commitment with other programs: Orthanc asks and is asked, odil asks.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ctImageStorage, madeFile, madeSeries, madeStudy } from '../../testing/instances.ts';
import { jobClient, storeOverWeb } from '../../testing/job-client.ts';
import { startOrthanc } from '../../testing/other-archives.ts';
import { freePort } from '../../testing/ports.ts';
import { run, startServerProcess } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';

const uid = (number: number) => `${madeSeries}.${number}`;
const files = [1, 2, 3].map((number) => madeFile({ instance: uid(number), instanceNumber: number }));

test('[QR-CMT-16] Orthanc asks this server for commitment and is asked by it after a push; both reports arrive', async (t) => {
  const [dicomPort, folder] = [await freePort(), await temporaryFolder()];
  const orthanc = await startOrthanc(t, dicomPort);
  const config = join(folder, 'concord.json');
  const peer = { aeTitle: 'ORTHANC', host: '127.0.0.1', port: orthanc.port, commitment: 'ask' };
  writeFileSync(config, JSON.stringify({ peers: [peer], sendRetryWait: 1, commitmentWait: 1 }));
  const server = await startServerProcess(
    t,
    join(folder, 'data'),
    '--config',
    config,
    '--dicom-port',
    String(dicomPort),
  );
  const client = jobClient(server.httpPort);
  await storeOverWeb(client.origin, files);
  await client.until(await client.send('ORTHANC', { studyInstanceUid: madeStudy }), 'done');
  const { body: jobs } = await client.call('GET', '/api/jobs');
  const asked = jobs.find(({ kind }: { kind: string }) => kind === 'commitment');
  const done = await client.until(asked.jobId, 'done', 'failed');
  assert.deepEqual([done.state, done.sent, done.detail], ['done', 3, '']);

  const rest = async (method: string, path: string, body?: object) => {
    const response = await fetch(`http://127.0.0.1:${orthanc.httpPort}${path}`, {
      method,
      headers: { authorization: `Basic ${Buffer.from('vet:secret').toString('base64')}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    assert.equal(response.status, 200, await response.clone().text());
    return response.json();
  };
  const [ours] = (await rest('GET', '/modalities')) as string[];
  const { ID: id } = await rest('POST', `/modalities/${ours}/storage-commitment`, {
    DicomInstances: [
      { SOPClassUID: ctImageStorage, SOPInstanceUID: uid(1) },
      { SOPClassUID: ctImageStorage, SOPInstanceUID: '1.2.3.4' },
    ],
  });
  let report = await rest('GET', `/storage-commitment/${id}`);
  for (const end = Date.now() + 15_000; report.Status === 'Pending' && Date.now() < end; await pause(100))
    report = await rest('GET', `/storage-commitment/${id}`);
  assert.equal(report.Status, 'Failure');
  assert.deepEqual(report.Success, [{ SOPClassUID: ctImageStorage, SOPInstanceUID: uid(1) }]);
  assert.equal(report.Failures[0].SOPInstanceUID, '1.2.3.4');
  assert.equal(report.Failures[0].FailureReason, 0x0112);
});

const script = join(import.meta.dirname, '../../../../packages/network/testing/odil-commitment.py');

test('[QR-CMT-13] odil asks for commitment and gets the report on its association', async (t) => {
  const server = await startServerProcess(t, join(await temporaryFolder(), 'data'));
  await storeOverWeb(jobClient(server.httpPort).origin, [madeFile({ instance: '1.2.3.4' })]);
  const { output } = await run('/usr/bin/python3', script, String(server.dicomPort));
  assert.equal(output.trim(), 'N-ACTION 0000\nN-EVENT-REPORT 1 1.2.3.99');
});
