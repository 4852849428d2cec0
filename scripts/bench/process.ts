// Processes under measurement: start, wait for their port, memory and CPU of the whole tree from /proc, end. Linux only.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What a process tree has used since it started. */
export interface Usage {
  /** Largest sum of resident memory seen at any sample, in megabytes (10^6 bytes). */
  readonly peakMegabytes: number;
  /** The sum at this moment, in megabytes. */
  readonly residentMegabytes: number;
  /** User and system time of the processes alive at the last sample, and of their ended children, in seconds. */
  readonly cpuSeconds: number;
}

export interface Running {
  readonly pid: number;
  usage(): Usage;
  stop(): Promise<void>;
}

const clockTicks = 100;
const pageBytes = 4096;

/** Field positions of proc_pid_stat(5), counted after the command name: 1 = ppid, 11..14 = times, 21 = rss. */
const readStat = (pid: number): { parent: number; cpu: number; rss: number } | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const at = (position: number): number => fields[position] ?? 0;
    return { parent: at(1), cpu: (at(11) + at(12) + at(13) + at(14)) / clockTicks, rss: at(21) * pageBytes };
  } catch {
    return undefined;
  }
};

const treeUsage = (root: number): { cpu: number; rss: number } => {
  const stats = new Map<number, { parent: number; cpu: number; rss: number }>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const stat = Number.isInteger(pid) ? readStat(pid) : undefined;
    if (stat) stats.set(pid, stat);
  }
  const belongs = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = stats.get(at)?.parent) {
      if (at === root) return true;
    }
    return false;
  };
  const members = [...stats].filter(([pid]) => belongs(pid)).map(([, stat]) => stat);
  return {
    cpu: members.reduce((sum, stat) => sum + stat.cpu, 0),
    rss: members.reduce((sum, stat) => sum + stat.rss, 0),
  };
};

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return address.port;
};

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Waits until something listens on the port; rejects when the process ends first or after 30 seconds. */
const waitForPort = async (child: ChildProcess, port: number, output: () => string): Promise<void> => {
  const deadline = Date.now() + 30_000;
  while (!(await answers(port))) {
    if (ended(child)) throw new Error(`${child.spawnfile} ended before it listened:\n${output()}`);
    if (Date.now() > deadline) throw new Error(`${child.spawnfile} does not listen on port ${port}`);
    await delay(10);
  }
};

const stopChild = async (child: ChildProcess): Promise<void> => {
  if (ended(child)) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(killer);
};

/** Starts a server and resolves when it listens on `port`. */
export const startServer = async (
  command: readonly [string, ...string[]],
  port: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<Running> => {
  const [program, ...parameters] = command;
  const child = spawn(program, parameters, {
    env: { ...process.env, TCP_NODELAY: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const keep = (chunk: Buffer): void => {
    said = (said + chunk.toString('latin1')).slice(-4_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  let peak = 0;
  const sample = (): void => {
    peak = Math.max(peak, treeUsage(pid).rss);
  };
  const sampler = setInterval(sample, 100);
  const stop = async (): Promise<void> => {
    clearInterval(sampler);
    await stopChild(child);
  };
  try {
    await waitForPort(child, port, () => said);
  } catch (error) {
    await stop();
    throw error;
  }
  const usage = (): Usage => {
    sample();
    const { rss, cpu } = treeUsage(pid);
    return { peakMegabytes: peak / 1e6, residentMegabytes: rss / 1e6, cpuSeconds: cpu };
  };
  return { pid, usage, stop };
};

/** Runs a load generator to its end. Resolves to seconds of wall time; rejects with its output on a non-zero exit. */
export const runTool = async (program: string, parameters: readonly string[]): Promise<number> => {
  const started = performance.now();
  const child = spawn(program, parameters, {
    env: { ...process.env, TCP_NODELAY: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 600_000,
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('latin1')).slice(-2_000);
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}:\n${said}`);
  return (performance.now() - started) / 1000;
};
