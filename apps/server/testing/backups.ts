// Archives with objects in them, copied and put back: what tests of backups share.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type BackupOptions, type BackupParts, backup } from '../src/backup/backup.ts';
import { copySqlite } from '../src/backup/copy-sqlite.ts';
import type { RestoreOptions } from '../src/backup/restore.ts';
import { readConfiguration } from '../src/settings/read-configuration.ts';
import type { Finding } from '../src/verify/finding.ts';
import { openStored } from '../src/verify/open-stored.ts';
import { verify } from '../src/verify/verify.ts';
import { ctSlice } from './data-sets.ts';
import { openRealArchive, type RealArchive, temporaryFolder } from './real-archive.ts';

export const configurationOf = (data: string) => readConfiguration(['--data', data], {});
export const uid = (index: number) => `1.2.3.1.1.${index}`;
export const slice = (index: number) => ctSlice({ SOPInstanceUID: uid(index), InstanceNumber: String(index) });

export async function filled(t: TestContext, count: number): Promise<RealArchive & { keys: string[] }> {
  const real = await openRealArchive(t);
  const keys: string[] = [];
  for (let index = 1; index <= count; index += 1) keys.push((await real.put(slice(index))).instance?.key ?? '');
  return { ...real, keys };
}

let moments = 0;
const clock = () => {
  moments += 1;
  return new Date(Date.UTC(2026, 0, 1) + moments * 1000);
};

export async function makeBackup(
  folder: string,
  target: string,
  options: Partial<BackupOptions> = {},
  parts: Partial<BackupParts> = {},
) {
  const findings: Finding[] = [];
  await using stored = await openStored(configurationOf(folder));
  const copyIndex = (file: string) => copySqlite(join(folder, 'index.sqlite'), file);
  const summary = await backup(
    { ...stored, copyIndex, ...parts },
    {
      target,
      parallel: 2,
      bytesPerSecond: 0,
      recheck: false,
      signal: new AbortController().signal,
      now: clock,
      found: (finding) => findings.push(finding),
      ...options,
    },
  );
  return { summary, kinds: findings.map(({ kind, key }) => `${kind} ${key}`) };
}

export const restoring = (source: string, more: Partial<RestoreOptions> = {}) => {
  const damaged: string[] = [];
  const options: RestoreOptions = {
    source,
    parallel: 2,
    bytesPerSecond: 0,
    signal: new AbortController().signal,
    damaged: (key) => damaged.push(key),
    ...more,
  };
  return { damaged, options };
};

export const newFolder = async () => join(await temporaryFolder(), 'new');

/** Nothing is wrong with a data folder, and it has so many objects. */
export async function assertSound(folder: string, rows: number) {
  await using stored = await openStored(configurationOf(folder));
  const findings: Finding[] = [];
  const signal = new AbortController().signal;
  const found = (finding: Finding) => findings.push(finding);
  const summary = await verify(stored, { content: true, parallel: 2, bytesPerSecond: 0, signal, found });
  assert.deepEqual([findings, summary.rows], [[], rows]);
}
