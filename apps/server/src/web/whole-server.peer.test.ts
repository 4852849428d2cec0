// The whole server in this process: what comes in by DICOM is on the web at once, and what comes in by the web goes out by DICOM.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPart10 } from '@concord/dicom';
import { ctImageStorage, madeFile, madePixels, madeSeries, madeStudy } from '../../testing/instances.ts';
import { run } from '../../testing/programs.ts';
import { startServer } from '../main.ts';
import { readConfiguration } from '../settings/read-configuration.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const start = async (t: { after(end: () => Promise<void>): void }) => {
  const folder = mkdtempSync(join(tmpdir(), 'concord-whole-'));
  const argv = ['--data', join(folder, 'data'), '--dicom-port', '0', '--http-port', '0'];
  const server = await startServer(readConfiguration(argv, {}), silent);
  t.after(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${server.httpPort}`;
  return {
    folder,
    server,
    url,
    service: `${url}/dicom-web`,
    called: ['-aec', 'CONCORD', '127.0.0.1', String(server.dicomPort)],
  };
};

test('an image that storescu sends is told of, found, shown and retrieved over the web', async (t) => {
  const { folder, url, service, called } = await start(t);
  const events = await fetch(`${url}/api/events`);
  const reader = events.body?.getReader();
  const file = join(folder, '1.dcm');
  writeFileSync(file, madeFile({ instance: '1.2.1', rows: 32, columns: 32 }));
  const { exitCode, output } = await run('storescu', '-xe', ...called, file);
  assert.equal(exitCode, 0, output);
  let told = '';
  while (!told.includes('event: stored')) told += new TextDecoder().decode((await reader?.read())?.value);
  assert.match(told, new RegExp(`"studyInstanceUid":"${madeStudy}","seriesInstanceUid":"${madeSeries}","instances":1`));
  await reader?.cancel();
  const [study] = await (await fetch(`${service}/studies?PatientName=M*`)).json();
  assert.deepEqual(study['00201208'].Value, [1]);
  const frame = await fetch(`${service}/studies/${madeStudy}/series/${madeSeries}/instances/1.2.1/frames/1`, {
    headers: { accept: 'application/octet-stream' },
  });
  assert.deepEqual(Buffer.from(await frame.arrayBuffer()), Buffer.from(madePixels({ rows: 32, columns: 32 })));
  assert.equal((await fetch(`${service}/studies/${madeStudy}/rendered`)).headers.get('content-type'), 'image/jpeg');
  const system = await (await fetch(`${url}/api/system`)).json();
  assert.equal(system.statistics.instances, 1);
  const [association] = await (await fetch(`${url}/api/associations`)).json();
  assert.ok(association, 'the association of storescu is in the list');
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  assert.match(await (await fetch(`${url}/metrics`)).text(), /concord_archive{what="instances"} 1/);
});

test('an image that is stored over the web goes out by C-GET as it came', async (t) => {
  const { folder, service, called } = await start(t);
  const body = madeFile({ instance: '1.2.1' });
  const sent = { method: 'POST', body, headers: { 'content-type': 'application/dicom' } };
  assert.equal((await fetch(`${service}/studies`, sent)).status, 200);
  const keys = ['-k', '0008,0052=STUDY', '-k', `0020,000D=${madeStudy}`];
  const { exitCode, output } = await run('getscu', '-S', '-od', folder, ...keys, ...called);
  assert.equal(exitCode, 0, output);
  const name = readdirSync(folder).find((one) => one.includes('1.2.1'));
  const back = readPart10(readFileSync(join(folder, name ?? '')));
  assert.equal(back.dataSet.string('SOPClassUID'), ctImageStorage);
  assert.deepEqual(Buffer.from(back.dataSet.bytes('PixelData') ?? []), Buffer.from(madePixels({})));
});

test('closing ends pages that listen, and does not wait for them', async (t) => {
  const { server, url } = await start(t);
  const events = await fetch(`${url}/api/events`);
  const ended = events.text();
  const began = performance.now();
  await server.close();
  assert.ok(performance.now() - began < 5000);
  assert.match(await ended, /listening/);
});
