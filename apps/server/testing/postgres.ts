// A PostgreSQL server of a test's own: a new cluster in a temporary folder, reached by a socket in it, gone with the test.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { openPostgres } from '../src/database/postgres.ts';
import type { Hooks } from './programs.ts';

/** PostgreSQL refuses to run as root: then it runs as nobody. */
const nobody = 65_534;
const asRoot = process.getuid?.() === 0;
const identity = asRoot ? { uid: nobody, gid: nobody } : {};

const folderOfPrograms = (): string => {
  const found = globSync('/usr/lib/postgresql/*/bin').sort().at(-1);
  if (found === undefined) throw new Error('PostgreSQL is not installed (Debian: postgresql)');
  return found;
};

export interface PostgresServer {
  readonly url: string;
  /** A URL nobody listens behind while it is stopped. */
  stop(mode: 'fast' | 'immediate'): Promise<void>;
  start(): Promise<void>;
  /** The URL of one more database, an index of today's schema with nothing in it. That servers make theirs is tested in files of their own. */
  emptyIndex(name: string): Promise<string>;
  /** Processor time of all its processes so far, in ms. */
  processorTime(): number;
}

const patience = 30_000;

/** Without what only a power failure needs, where the test kills nothing: `durable` false. */
export async function startPostgres(t: Hooks, { durable = false } = {}): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'concord-postgres-'));
  if (asRoot) chownSync(folder, nobody, nobody);
  chmodSync(folder, 0o700);
  const data = join(folder, 'data');
  const programs = folderOfPrograms();
  const settings = ['-A', 'trust', '-U', 'concord', '-E', 'UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(programs, 'initdb'), ['-D', data, ...settings], { ...identity, stdio: 'pipe', cwd: folder });
  const port = 5432;
  const url = `postgresql://concord@localhost:${port}/postgres?host=${encodeURIComponent(folder)}`;
  let child: ChildProcess | undefined;
  const start = async () => {
    const given = ['listen_addresses=', `unix_socket_directories=${folder}`, `port=${port}`, `fsync=${durable}`];
    const options = [...given, 'max_connections=60', 'shared_buffers=32MB', 'log_min_messages=fatal'];
    child = spawn(join(programs, 'postgres'), ['-D', data, ...options.flatMap((option) => ['-c', option])], {
      ...identity,
      stdio: 'ignore',
      cwd: folder,
    });
    await reachable(url);
  };
  const stop = async (mode: 'fast' | 'immediate') => {
    const ending = child;
    if (!ending || ending.exitCode !== null) return;
    const ended = once(ending, 'exit');
    ending.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
  };
  const end = () => {
    child?.kill('SIGQUIT');
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  process.on('exit', end);
  t.after(() => stop('immediate'));
  await start();
  return { url, start, stop, emptyIndex: createCopies(url), processorTime: () => processorTimeOf(child?.pid ?? 0) };
}

/** Made once and copied: what makes the tables takes five times as long as a copy of their empty files. */
function createCopies(url: string): PostgresServer['emptyIndex'] {
  const urlOf = (name: string) => url.replace('/postgres?', `/${name}?`);
  const pattern = 'empty_index';
  const make = async () => {
    await inPostgres(url, `create database ${pattern}`);
    await (await openPostgres({ url: urlOf(pattern) })).close();
  };
  let made: Promise<void> | undefined;
  return async (name) => {
    made ??= make();
    await made;
    await inPostgres(url, `create database ${name} template ${pattern} strategy file_copy`);
    return urlOf(name);
  };
}

/** Of a process with its children, those that ended too, in ms. proc(5): fields 14 to 17, in hundredths of a second. */
function processorTimeOf(pid: number): number {
  const fieldsOf = (id: string | number) =>
    readFileSync(`/proc/${id}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .slice(11, 15)
      .map(Number);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return 10 * (sum(fieldsOf(pid)) + sum(children.map((child) => sum(fieldsOf(child).slice(0, 2)))));
}

async function reachable(url: string): Promise<void> {
  for (const deadline = Date.now() + patience; ; ) {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** SQL on a connection of its own. */
export async function inPostgres(url: string, ...statements: readonly string[]): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const rows: unknown[] = [];
    for (const statement of statements) rows.push(...(await client.query(statement)).rows);
    return rows;
  } finally {
    await client.end();
  }
}
