// Instances and file-sets for tests, made here; and other people's programs that look at them.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { type DataSet, explicitVrLittleEndian, type Value, writePart10 } from '@concord/dicom';
import { minimalObject } from '../../dicom/testing/minimal-object.ts';
import type { Medium } from '../src/medium.ts';
import { type FileSetPlan, type PlanOptions, planFileSet } from '../src/plan-file-set.ts';
import type { MediaSource } from '../src/subject.ts';

export const ct = '1.2.840.10008.5.1.4.1.1.2';
export const mr = '1.2.840.10008.5.1.4.1.1.4';

/** A folder that is gone after the test, with these files. */
export function temporaryFolder(context: TestContext, files: Readonly<Record<string, Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'concord-media-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

/** The smallest instance of a class, number by number in one study, with these attributes set or, where undefined, taken out. */
export function instance(
  sopClassUid: string,
  number: number,
  values: Readonly<Record<string, Value | undefined>> = {},
): DataSet {
  const dataSet = minimalObject(sopClassUid, number);
  dataSet.set('StudyInstanceUID', '1.2.826.0.1.3680043.10.1511.1');
  for (const [keyword, value] of Object.entries(values))
    if (value === undefined) dataSet.delete(keyword);
    else dataSet.set(keyword, value);
  return dataSet;
}

/** A file of an instance. */
export const part10 = (dataSet: DataSet, transferSyntaxUid = explicitVrLittleEndian): Uint8Array =>
  writePart10({ dataSet, transferSyntaxUid });

/** Bytes as a source. */
export const sourceOf = (name: string, bytes: Uint8Array): MediaSource => ({
  name,
  size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});

/** Files in memory as a medium. */
export const mediumOf = (files: Readonly<Record<string, Uint8Array>>): Medium => ({
  paths: Object.keys(files).sort(),
  async read(path, offset, length) {
    const bytes = files[path];
    if (!bytes) throw new Error(`${path}: no such file`);
    return bytes.subarray(offset, offset + length);
  },
});

export const options: PlanOptions = {
  fileSetId: 'TEST',
  fileSetUid: '1.2.826.0.1.3680043.10.1511.77',
  writer: {
    implementationClassUid: '1.2.826.0.1.3680043.10.1511.99',
    implementationVersionName: 'TEST_1',
    sourceApplicationEntityTitle: 'TESTING',
  },
  made: { date: '20261122', time: '101500' },
};

/** A plan for these instances, called `0`, `1`, ... */
export const planOf = (dataSets: readonly DataSet[], more: Partial<PlanOptions> = {}): Promise<FileSetPlan> =>
  planFileSet(
    dataSets.map((dataSet, index) => sourceOf(String(index), part10(dataSet))),
    { ...options, ...more },
  );

/** Standard output and error of a program that ended well. Kills it after a minute. */
export async function said(folder: string, program: string, ...args: readonly string[]): Promise<string> {
  const { code, output } = await ran(folder, program, ...args);
  assert.equal(code, 0, `${program}: ${output.slice(-2000)}`);
  return output;
}

/** The same for one that may say no. */
export async function ran(folder: string, program: string, ...args: readonly string[]) {
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: Buffer.concat(output).toString('latin1') };
}

/** Every file below a folder as a medium in memory, for changing it. */
export const read = (folder: string, path: string): Uint8Array => new Uint8Array(readFileSync(join(folder, path)));
