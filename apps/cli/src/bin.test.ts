// The `concord` executable: any Node.js from 20 on, exit codes, a pipe that closes early.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { folderWith } from '../testing/folder.ts';
import { instanceFile } from '../testing/instance.ts';

const bin = join(import.meta.dirname, '../bin/concord.mjs');
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));

/** This Node.js, and the machine's own where it is another one. */
const machines = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => join(folder, 'node'))
  .filter((path) => existsSync(path))
  .slice(0, 1);

test('it runs under the pinned Node.js and under the one of the machine', async () => {
  for (const node of [process.execPath, ...machines]) {
    const { stdout } = await promisify(execFile)(node, [bin, '--version']);
    assert.equal(stdout, `${version}\n`, node);
  }
});

test('exit codes are 0, 1 and 2', async () => {
  const codeOf = async (...args: string[]) => {
    const child = spawn(process.execPath, [bin, ...args], { stdio: 'ignore' });
    return (await once(child, 'exit'))[0];
  };
  assert.deepEqual(
    [await codeOf('--help'), await codeOf('echo', 'A@127.0.0.1:1'), await codeOf('echo', '--nothing'), await codeOf()],
    [0, 1, 2, 2],
  );
});

test('a reader that has seen enough ends it without a word', async (context) => {
  const file = instanceFile({ sopInstanceUid: '1.2.3', patientName: 'X'.repeat(60) });
  const files = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`${at}.dcm`, file]));
  const child = spawn(process.execPath, [bin, 'dump', folderWith(context, files)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  await once(child.stdout, 'readable');
  child.stdout.destroy();
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  assert.equal(complaint, '');
});
