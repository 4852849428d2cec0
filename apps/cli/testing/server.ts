// Concord itself, started with `concord serve` in a process of its own on free ports.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { folderWith } from './folder.ts';

/** A running server. */
export interface RunningConcord {
  readonly peer: string;
  readonly port: number;
  readonly httpPort: number;
  readonly child: ChildProcess;
  /** Where it keeps what it was sent. */
  readonly data: string;
}

const bin = join(import.meta.dirname, '../bin/concord.mjs');
const patience = 180_000; // ms to be ready, on a machine with much to do

/** Starts a server that knows `destination` (a port) as DESTINATION for C-MOVE, and ends it after the test. */
export const startConcord = (context: TestContext, destination = 1): Promise<RunningConcord> =>
  startConcordWith(context, { peers: [{ aeTitle: 'DESTINATION', host: '127.0.0.1', port: destination }] });

/** Starts a server with what a configuration file says, and ends it after the test. */
export async function startConcordWith(context: TestContext, configuration: object): Promise<RunningConcord> {
  const folder = folderWith(context, { 'concord.json': JSON.stringify(configuration) });
  const data = join(folder, 'data');
  const settings = ['--data', data, '--config', join(folder, 'concord.json'), '--dicom-port', '0', '--http-port', '0'];
  const child = spawn(process.execPath, [bin, 'serve', ...settings], { stdio: ['ignore', 'pipe', 'pipe'] });
  context.after(() => stop(child));
  const { port, httpPort } = await readiness(child);
  return { peer: `CONCORD@127.0.0.1:${port}`, port, httpPort, child, data };
}

/** Reads the lines that say what listens where. */
async function readiness(child: ChildProcess): Promise<{ port: number; httpPort: number }> {
  let said = '';
  const ready = new Promise<{ port: number; httpPort: number }>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-10_000);
        const [, port, httpPort] = /DICOM +127\.0\.0\.1:(\d+)[\s\S]*http:\/\/localhost:(\d+)/.exec(said) ?? [];
        if (port && httpPort) resolve({ port: Number(port), httpPort: Number(httpPort) });
      });
  });
  const over = AbortSignal.timeout(patience);
  const failed = Promise.race([once(child, 'exit', { signal: over }), once(over, 'abort')]).then(() => {
    throw new Error(`the server is not ready: ${said}`);
  });
  return Promise.race([ready, failed]);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const stubborn = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(stubborn);
}
