// OHIF's published package for tests: fetched once by npm, kept with the other things that tools keep.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { triedVersion } from '../src/ohif/install.ts';

const folder = join(import.meta.dirname, '../../../node_modules/.cache/ohif');

/** The path of its file; the first call needs the registry. */
export function ohifPackage(): string {
  const name = `ohif-app-${triedVersion}.tgz`;
  const file = join(folder, name);
  if (existsSync(file)) return file;
  const fresh = join(folder, `fetched-${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  const args = ['pack', `@ohif/app@${triedVersion}`, '--pack-destination', fresh, '--silent'];
  execFileSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'], timeout: 300_000 });
  renameSync(join(fresh, name), file);
  return file;
}
