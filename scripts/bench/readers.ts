// The readers that are compared: each a process of its own, which says how long its counted pass took.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../test-run/result.ts';

/** One pass over the files; processor time where the reader can tell. */
export interface Pass {
  readonly files: number;
  readonly seconds: number;
  readonly cpuSeconds?: number;
}

export interface Reader {
  readonly name: string;
  /** How many times faster Concord is to be. */
  readonly aim?: number;
  readonly read: (folder: string) => Pass;
}

/** Peers that are no dependency of ours: installed for the benchmark alone, in these versions. */
const peers = { daikon: '1.2.46' };
const peersFolder = join(root, 'build/bench-peers');

function installPeers(): void {
  if (Object.keys(peers).every((name) => existsSync(join(peersFolder, 'node_modules', name)))) return;
  mkdirSync(peersFolder, { recursive: true });
  writeFileSync(join(peersFolder, 'package.json'), JSON.stringify({ private: true, dependencies: peers }));
  const options = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  spawnSync('npm', options, { cwd: peersFolder, stdio: 'inherit' });
}

function passOf(program: string, args: readonly string[]): Pass {
  const { stdout, stderr, status, error } = spawnSync(program, args, { encoding: 'utf8', timeout: 600_000 });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
  return JSON.parse(stdout);
}

const script = (library: string, modules = root) => ({
  name: library === 'concord' ? 'Concord' : library,
  read: (folder: string) =>
    passOf(process.execPath, [join(import.meta.dirname, 'read-headers.ts'), library, folder, modules]),
});

/** dcmdump has no pass to warm up: a run of its own before, and its start-up, some milliseconds, counts. */
function dcmdump(folder: string): Pass {
  const files = readdirSync(folder).map((name) => join(folder, name));
  const once = () => {
    const began = performance.now();
    const args = ['-q', '-M', '+sb', 'PixelData', ...files];
    const { status, error } = spawnSync('dcmdump', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    if (status !== 0) throw new Error(`dcmdump: ${error?.message ?? status}`);
    return (performance.now() - began) / 1000;
  };
  once();
  return { files: files.length, seconds: once() };
}

/** Those that are there, Concord first; says plainly which are not. */
export function readers(folder: string, say: (line: string) => void): readonly Reader[] {
  installPeers();
  const all: readonly Reader[] = [
    script('concord'),
    { ...script('dicom-parser'), aim: 3 },
    { ...script('dcmjs'), aim: 10 },
    script('daikon', peersFolder),
    {
      name: 'pydicom',
      aim: 5,
      read: (of) => passOf('/usr/bin/python3', [join(import.meta.dirname, 'read-headers.py'), of]),
    },
    { name: 'dcmdump', aim: 5, read: dcmdump },
    script('floor'),
  ];
  return all.filter((reader) => {
    try {
      reader.read(folder);
      return true;
    } catch (error) {
      say(
        `NOT MEASURED: ${reader.name}: ${error instanceof Error ? error.message.split('\n').slice(0, 8).join(' ') : error}`,
      );
      return false;
    }
  });
}
