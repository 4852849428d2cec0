// OHIF's published build into a folder: fetched by npm, or from a file; whole or not at all.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CliError } from '../cli-error.ts';
import { adapted, addedFiles } from './adapt.ts';
import { tarFiles } from './tar.ts';

/** The version that is tried with this server, and the digest of its file. */
export const triedVersion = '3.13.2';
const triedDigest = 'WZdxmpmG7rqFgW9ZJLcbgr3XCtLi1KDNPoMaeY5PPe6j4G4fjEjjkycZM6C6Zk2F87BKxFfpq+jd5xXZB9E8EA==';

const beginning = 'package/dist/';

export interface Installation {
  /** Replaced where it is there. */
  readonly folder: string;
  readonly version: string;
  /** A file that `npm pack` made; undefined: npm fetches it. */
  readonly from?: string | undefined;
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
}

/** Resolves with the number of files. @throws CliError */
export async function install({ folder, version, from, signal, note }: Installation): Promise<number> {
  const work = await mkdtemp(join(tmpdir(), 'concord-ohif-'));
  try {
    if (from === undefined) note(`npm fetches @ohif/app ${version} (50 MB)`);
    const archive = from ?? (await fetched(version, work, signal));
    if (version === triedVersion) await checkDigest(archive);
    const fresh = `${folder}.new`;
    await rm(fresh, { recursive: true, force: true });
    const count = await unpacked(archive, fresh, signal);
    await writeFile(join(fresh, 'version.json'), JSON.stringify({ package: '@ohif/app', version }));
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
    return count;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Fetches with npm, so that its registry, proxy and certificates are those that are set for npm. */
async function fetched(version: string, work: string, signal: AbortSignal): Promise<string> {
  const args = ['pack', `@ohif/app@${version}`, '--pack-destination', work, '--silent'];
  const child = spawn('npm', args, {
    signal,
    stdio: ['ignore', 'ignore', 'pipe'],
    shell: process.platform === 'win32',
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-1000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (error) => reject(new CliError('failed', `npm cannot be run: ${error.message}`)));
    child.on('close', resolve);
  });
  const name = (await readdir(work)).find((entry) => entry.endsWith('.tgz'));
  if (code === 0 && name !== undefined) return join(work, name);
  throw new CliError('failed', `npm could not fetch @ohif/app ${version}: ${said.trim() || 'no reason given'}`);
}

async function checkDigest(archive: string): Promise<void> {
  const hash = createHash('sha512');
  try {
    for await (const chunk of createReadStream(archive)) hash.update(chunk);
  } catch (error) {
    throw new CliError('failed', `${archive} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  if (hash.digest('base64') === triedDigest) return;
  throw new CliError('failed', `${archive} is not @ohif/app ${triedVersion}: its digest differs (see --use)`);
}

/** Every path is checked: what an archive says must not leave the folder. */
async function unpacked(archive: string, folder: string, signal: AbortSignal): Promise<number> {
  let count = 0;
  for await (const { name, bytes } of tarFiles(createReadStream(archive))) {
    signal.throwIfAborted();
    if (!name.startsWith(beginning)) continue;
    const path = name.slice(beginning.length);
    if (!/^(?:[\w.@ -]+\/)*[\w.@ -]+$/u.test(path) || path.split('/').includes('..'))
      throw new CliError('failed', `the archive has a file that cannot be: ${JSON.stringify(path)}`);
    for (const file of adapted(path, bytes)) count += await written(folder, file);
  }
  if (count === 0) throw new CliError('failed', `${archive} has no build of OHIF in it`);
  for (const file of addedFiles) count += await written(folder, file);
  return count;
}

async function written(folder: string, [path, bytes]: readonly [string, Uint8Array]): Promise<number> {
  const target = join(folder, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, bytes);
  return 1;
}
