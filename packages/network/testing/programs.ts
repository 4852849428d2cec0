// Other people's programs as peers: run to their end, or kept running while a test lasts.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface Finished {
  readonly code: number | null;
  /** Standard output and error together. */
  readonly output: string;
}

// DCMTK 3.6.7 leaves Nagle's algorithm on otherwise: 44 ms for each answer.
const environment = { ...process.env, TCP_NODELAY: '1' };

/** Runs a program to its end; kills it after 60 s. */
export async function run(program: string, args: readonly string[], cwd?: string): Promise<Finished> {
  const child = spawn(program, args, { env: environment, cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: Buffer.concat(output).toString('latin1') };
}

/** Like assert.match, without the many pages that a program may have printed. */
export function assertSays(output: string, pattern: RegExp): void {
  assert.ok(pattern.test(output), `${pattern} is not in the output, which ends with: ${output.slice(-2000)}`);
}

export interface Running {
  readonly process: ChildProcess;
  output(): string;
  stop(): Promise<void>;
}

/** Starts a server and waits until its port answers. */
export async function start(program: string, args: readonly string[], port: number, cwd?: string): Promise<Running> {
  const child = spawn(program, args, { env: environment, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const text = (): string => Buffer.concat(output).toString('latin1');
  const ended = once(child, 'close');
  const deadline = Date.now() + 20_000;
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${program} did not start: ${text()}`);
    await pause(50);
  }
  return {
    process: child,
    output: text,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = createConnection({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A folder that goes away with `using`. */
export function temporaryFolder(): { readonly path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'concord-network-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
