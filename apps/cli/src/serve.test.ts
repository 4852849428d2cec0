// `concord serve`: the server, and its first image by the command line alone.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderWith } from '../testing/folder.ts';
import { instanceFile } from '../testing/instance.ts';
import { startConcord } from '../testing/server.ts';
import { concord } from '../testing/terminal.ts';

const bin = join(import.meta.dirname, '../bin/concord.mjs');

test('the recipe of the README: echo, store, find, get', async (context) => {
  const { peer, httpPort } = await startConcord(context);
  const environment = { CONCORD_PEER: peer };
  const files = folderWith(context, {
    'image.dcm': instanceFile({ sopInstanceUid: '1.2.3.4', studyInstanceUid: '1.2.3' }),
  });
  const to = folderWith(context);
  assert.equal((await concord(['echo'], { environment })).code, 0);
  assert.equal((await concord(['store', files], { environment })).code, 0);
  const found = await concord(['find', '--level', 'study', 'PatientName'], { environment });
  assert.match(found.output[1] ?? '', /^DOE\^JANE .* 1\.2\.3$/);
  assert.equal((await concord(['get', '--study', '1.2.3', '--to', to], { environment })).code, 0);
  assert.deepEqual(readdirSync(to), ['1.2.3.4.dcm']);
  const health = await fetch(`http://127.0.0.1:${httpPort}/healthz`);
  assert.equal(health.status, 200);
});

test('SIGTERM ends it in order, with exit code 0', async (context) => {
  const { child } = await startConcord(context);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
});

test('a wrong setting is one line that names it, and exit code 2', async () => {
  const child = spawn(process.execPath, [bin, 'serve', '--dicom-port', 'many'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  assert.deepEqual(await once(child, 'close'), [2, null]);
  assert.match(said, /^--dicom-port: .*\n$/);
});

test('--help lists the settings', async () => {
  const child = spawn(process.execPath, [bin, 'serve', '--help'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  assert.deepEqual(await once(child, 'close'), [0, null]);
  assert.match(said, /--dicom-port \(CONCORD_DICOM_PORT\)/);
});
