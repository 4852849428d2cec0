// Other programs, run with a bound on their time: DCMTK's tools and our own server as a process.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

/** What gives the chance to end what was started: a test, or hooks of a suite. */
export interface Hooks {
  after(end: () => void): void;
}

export interface Finished {
  /** Of a program that a signal ended: -1. */
  readonly exitCode: number;
  /** Standard output and standard error together. */
  readonly output: string;
}

/** DCMTK leaves Nagle's algorithm on unless this is set; each answer would wait 40 ms. */
const environment = { ...process.env, TCP_NODELAY: '1' };

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function start(command: string, args: readonly string[], more: Record<string, string> = {}): ChildProcess {
  const child = spawn(command, args, { stdio: 'pipe', env: { ...environment, ...more } });
  running.add(child);
  child.on('exit', () => running.delete(child));
  return child;
}

/** Runs a program to its end; throws where it cannot be started, ends it after a minute. */
export const run = (command: string, ...args: readonly string[]): Promise<Finished> =>
  runWithInput('', command, ...args);

/** The same with something to read on its standard input. */
export async function runWithInput(input: string, command: string, ...args: readonly string[]): Promise<Finished> {
  const child = start(command, args);
  // A program that ends without reading is no failure of the test.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  const parts: Buffer[] = [];
  child.stdout?.on('data', (part: Buffer) => parts.push(part));
  child.stderr?.on('data', (part: Buffer) => parts.push(part));
  const late = setTimeout(() => child.kill('SIGKILL'), 60_000);
  try {
    const [exitCode]: (number | null)[] = await once(child, 'close');
    return { exitCode: exitCode ?? -1, output: Buffer.concat(parts).toString('latin1') };
  } finally {
    clearTimeout(late);
  }
}

export interface ServerProcess {
  readonly dicomPort: number;
  readonly httpPort: number;
  readonly process: ChildProcess;
  /** What it wrote to its log so far. */
  log(): string;
  /** Has it load what answers HTTP, which otherwise comes with the first request: for a test that measures. */
  wake(): Promise<void>;
  /** Waits until its log has this: a line comes through a pipe, perhaps after the answer it belongs to. Throws after 20 s. */
  logged(pattern: RegExp): Promise<void>;
  /** Sends a signal and waits for the end. Resolves with the exit code, -1 where the signal ended it. */
  end(signal?: NodeJS.Signals): Promise<number>;
}

const serve = join(import.meta.dirname, '../src/serve.ts');

/** What servers on a data folder are given beside what their test says. */
type MoreSettings = (data: string) => Promise<readonly string[]>;

let moreSettings: MoreSettings = async () => [];
let removeAll = (data: string): Promise<void> => rm(join(data, 'objects'), { recursive: true, force: true });

/** From now on every server of this process gets these too: a suite is run once more on another back end. */
export function useServersWith(settings: MoreSettings, removeObjects: typeof removeAll): void {
  moreSettings = settings;
  removeAll = removeObjects;
}

/** Takes every stored object of a server away behind its back. */
export const removeObjects = (data: string): Promise<void> => removeAll(data);

/** Starts our server on free ports and waits until it says that it is ready. */
export async function startServerProcess(t: Hooks, data: string, ...args: readonly string[]): Promise<ServerProcess> {
  const given = ['--data', data, '--dicom-port', '0', '--http-port', '0', ...(await moreSettings(data)), ...args];
  return readyServer(t, start(process.execPath, [serve, ...given]));
}

/** The same where host names are resolved as a file says in the place of /etc/resolv.conf; only root may. */
export const startServerResolving = (
  t: Hooks,
  resolvers: string,
  data: string,
  ...args: readonly string[]
): Promise<ServerProcess> => {
  const given = ['--data', data, '--dicom-port', '0', '--http-port', '0', ...args];
  const script = 'mount --bind "$0" /etc/resolv.conf && exec "$@"';
  return readyServer(t, start('unshare', ['-m', 'sh', '-c', script, resolvers, process.execPath, serve, ...given]));
};

/**
 * The same under a clock of its own: `file` says by how much it is wrong, as libfaketime reads it (`+0`, `+400d`, `-3h`), at every look. The steady
 * clock goes on as it is.
 */
export const startServerAtTime = (
  t: Hooks,
  file: string,
  data: string,
  ...args: readonly string[]
): Promise<ServerProcess> => {
  const given = ['--data', data, '--dicom-port', '0', '--http-port', '0', ...args];
  return readyServer(t, start(process.execPath, [serve, ...given], clockOf(file)));
};

function clockOf(file: string): Record<string, string> {
  const [library = ''] = globSync('/usr/lib/*/faketime/libfaketime.so.1');
  const wall = { FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1' };
  return { LD_PRELOAD: library, ...wall, DONT_FAKE_MONOTONIC: '1', NO_FAKE_STAT: '1' };
}

/** Another program of ours under such a clock, with which a test speaks line by line. */
export function startAtTime(t: Hooks, file: string, program: string, ...args: readonly string[]) {
  const child = start(process.execPath, [program, ...args], clockOf(file));
  t.after(() => child.kill('SIGKILL'));
  const errors: Buffer[] = [];
  child.stderr?.on('data', (part: Buffer) => errors.push(part));
  const lines = createInterface({ input: child.stdout ?? process.stdin })[Symbol.asyncIterator]();
  return {
    say: (text: string) => void child.stdin?.write(`${text}\n`),
    async line(): Promise<string> {
      const { value, done } = await lines.next();
      if (done) throw new Error(`the program has ended: ${Buffer.concat(errors)}`);
      return value;
    },
    async end(): Promise<void> {
      const ended = once(child, 'exit');
      child.stdin?.end();
      await ended;
    },
  };
}

async function readyServer(t: Hooks, child: ChildProcess): Promise<ServerProcess> {
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  let log = '';
  child.stderr?.on('data', (part: Buffer) => {
    log += part.toString();
  });
  const ready = Promise.withResolvers<void>();
  child.stdout?.on('data', (part: Buffer) => {
    output += part.toString();
    if (output.includes('--help')) ready.resolve();
  });
  child.on('exit', (code) => ready.reject(new Error(`the server ended with ${code}: ${log}`)));
  const late = setTimeout(() => ready.reject(new Error(`the server is not ready: ${output}${log}`)), 60_000);
  await ready.promise.finally(() => clearTimeout(late));
  const httpPort = Number(/Web {4}.*:(\d+)/.exec(output)?.[1]);
  return {
    dicomPort: Number(/DICOM {2}.*:(\d+),/.exec(output)?.[1]),
    httpPort,
    process: child,
    log: () => log,
    wake: async () => void (await (await fetch(`http://127.0.0.1:${httpPort}/healthz`)).text()),
    async logged(pattern) {
      for (let waited = 0; !pattern.test(log); waited += 20) {
        if (waited >= 20_000) throw new Error(`the log has no ${pattern}: ${log}`);
        await pause(20);
      }
    },
    async end(signal = 'SIGTERM') {
      if (child.exitCode !== null) return child.exitCode;
      const ended = once(child, 'exit');
      child.kill(signal);
      const [exitCode]: (number | null)[] = await ended;
      return exitCode ?? -1;
    },
  };
}

/**
 * DCMTK's storescp on a port that was free a moment ago, as a destination of C-MOVE; resolves with what ends it. It takes
 * every transfer syntax unless the parameters say which.
 */
export async function startStorescp(
  t: Hooks,
  folder: string,
  port: number,
  ...args: readonly string[]
): Promise<() => void> {
  const syntaxes = args.some((arg) => /^(?:\+x|-xf)/.test(arg)) ? [] : ['+xa'];
  const child = start('storescp', ['-v', '-od', folder, ...syntaxes, '+B', ...args, String(port)]);
  t.after(() => child.kill('SIGKILL'));
  for (let tries = 0; tries < 100; tries += 1) {
    const { exitCode } = await run('echoscu', '127.0.0.1', String(port));
    if (exitCode === 0) return () => child.kill('SIGKILL');
  }
  throw new Error('storescp does not answer');
}
