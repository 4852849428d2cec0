import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

/** Runs `script` in a process of its own in which unforeseen failures are told, and reports its end and its log. */
function outcomeOf(script: string) {
  const source = `
    import { pino } from 'pino';
    import { tellUnforeseen } from './unforeseen.ts';
    tellUnforeseen(pino({}, pino.destination({ fd: 2, sync: true })));
    ${script}
    setTimeout(() => { console.log('alive'); process.exit(0); }, 100);`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', source], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, stdout, stderr };
}

test('a rejection that nobody waited for is logged with its cause, and the process goes on', () => {
  const { status, stdout, stderr } = outcomeOf(`Promise.reject(new Error('lost frame'));`);
  assert.deepEqual([status, stdout], [0, 'alive\n']);
  assert.match(stderr, /lost frame/);
  assert.match(stderr, /nobody waited for/);
});

test('an exception that reached the event loop is logged with its cause and ends the process with status 1', () => {
  const { status, stdout, stderr } = outcomeOf(`setTimeout(() => { throw new Error('half done'); }, 1);`);
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /half done/);
  assert.match(stderr, /must be started again/);
});
