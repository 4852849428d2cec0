// A session at the viewer: what is chosen at DCMTK's archive comes, is listed and shown, and nothing else is ever there.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { madeFile } from '../../testing/instances.ts';
import { jobClient } from '../../testing/job-client.ts';
import { startDcmqrscp } from '../../testing/other-archives.ts';
import { freePort } from '../../testing/ports.ts';
import { run, startServerProcess } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';

const study = '1.2.826.0.1.9';
const imagesOf = { [`${study}.1`]: 2, [`${study}.2`]: 1 };

test('[VW-MOVE-01] [VW-GEN-05] [VW-DATA-01] [VW-DATA-02] [VW-NET-02] [VW-VIEW-15] an image, a series and a study come, are listed and shown, and stay what they are', async (t) => {
  const [ourPort, folder] = [await freePort(), await temporaryFolder()];
  const dcmtk = await startDcmqrscp(t, ourPort, { ourTitle: 'VIEWER' });
  const files = join(folder, 'files');
  mkdirSync(files);
  for (const [series, count] of Object.entries(imagesOf))
    for (let number = 1; number <= count; number += 1) {
      const instance = `${series}.${number}`;
      writeFileSync(join(files, instance), madeFile({ instance, study, series, instanceNumber: number }));
    }
  await dcmtk.store(files);
  const config = join(folder, 'concord.json');
  const peers = [
    { aeTitle: 'DCMTK', host: 'localhost', port: dcmtk.port },
    { aeTitle: 'NOWHERE', host: 'no-such-host.invalid', port: 104 },
  ];
  writeFileSync(config, JSON.stringify({ peers }));
  const settings = ['--profile', 'viewer', '--config', config, '--dicom-port', String(ourPort)];
  const server = await startServerProcess(t, join(folder, 'data'), ...settings);
  const { call, until, origin } = jobClient(server.httpPort);
  const held = async () => (await call('GET', '/api/system')).body.statistics.instances;
  const fetched = async (wish: object) => {
    const { body } = await call('POST', '/api/archives/DCMTK/retrieve', { studyInstanceUid: study, ...wish });
    const job = await until(body.jobId, 'done', 'failed');
    assert.equal(job.state, 'done', job.detail);
    return held();
  };
  const [series, image] = [`${study}.1`, `${study}.1.1`];
  assert.equal(await fetched({ seriesInstanceUid: series, sopInstanceUid: [image] }), 1);
  assert.equal(await fetched({ seriesInstanceUid: series }), 2);
  assert.equal(await fetched({}), 3);
  const listed = await fetch(`${origin}/dicom-web/studies/${study}/instances`);
  assert.equal((await listed.json()).length, 3);
  const at = `${origin}/dicom-web/studies/${study}/series/${series}/instances/${image}`;
  const bytes = async () =>
    Buffer.from(await (await fetch(at, { headers: { accept: 'application/dicom' } })).arrayBuffer());
  const before = await bytes();
  assert.equal((await fetch(`${at}/rendered`)).status, 200);
  assert.ok(before.equals(await bytes()));
  assert.equal(await held(), 3);
  // A name that nothing answers to is said in words, once.
  const body = JSON.stringify({ keys: { PatientID: '*' }, archives: ['NOWHERE'] });
  const answer = await (await fetch(`${origin}/api/archives/search`, { method: 'POST', body })).text();
  assert.match(answer, /"state":"failed".*no-such-host\.invalid/);
  // By IP address too, and from anybody.
  const stored = await run('storescu', '-aec', 'VIEWER', '127.0.0.1', String(ourPort), join(files, image));
  assert.equal(stored.exitCode, 0, stored.output);
  assert.equal(await held(), 3);
  // Another name under the same Patient ID is no other patient.
  const patients = async () => (await call('GET', '/api/system')).body.statistics.patients;
  const known = await patients();
  for (const [index, patientName] of ['Roe^Ann', 'Roe^Anna'].entries()) {
    const uid = `1.2.826.0.1.9.15.${index}`;
    const named = { patientId: 'SAME', patientName };
    writeFileSync(join(files, uid), madeFile({ instance: uid, study: uid, series: uid, ...named }));
    const sent = await run('storescu', '-aec', 'VIEWER', '127.0.0.1', String(ourPort), join(files, uid));
    assert.equal(sent.exitCode, 0, sent.output);
  }
  assert.equal(await patients(), known + 1);
  const ofPatient = await (await fetch(`${origin}/dicom-web/studies?PatientID=SAME`)).json();
  assert.equal(ofPatient.length, 2);
});
