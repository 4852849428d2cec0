import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';

/** Runs `script` with a log in a process of its own: what stood on standard error when `ready` was printed, and at its end. */
async function logOf(script: string, signal?: NodeJS.Signals) {
  const source = `
    import { writeSync } from 'node:fs';
    import { pino } from 'pino';
    import { gatheredLines } from './gathered-lines.ts';
    const log = pino({}, gatheredLines(2));
    const ready = () => writeSync(1, 'ready');
    ${script}`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', source], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  if (signal) child.kill(signal);
  await closed;
  return text
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line).msg);
}

test('what waits is written when the process ends, in its order', async () => {
  const messages = await logOf(
    `for (let line = 0; line < 1000; line += 1) log.info(String(line)); ready(); process.exit(0);`,
  );
  assert.deepEqual(
    messages,
    Array.from({ length: 1000 }, (_, line) => String(line)),
  );
});

test('a warning leaves at once, and all that came before it', async () => {
  const script = `log.info('before'); log.warn('now'); log.info('lost'); ready(); for (;;);`;
  assert.deepEqual(await logOf(script, 'SIGKILL'), ['before', 'now']);
});

test('a line leaves a moment later, though none follows it', async () => {
  const script = `log.info('alone'); setTimeout(() => { ready(); for (;;); }, 1000);`;
  assert.deepEqual(await logOf(script, 'SIGKILL'), ['alone']);
});
