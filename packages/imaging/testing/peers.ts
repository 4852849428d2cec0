// Other programs that read or write pixel data, and the files they are given. They are never skipped silently.
import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type DataSet, newUid, writePart10 } from '@concord/dicom';

import { pixelDataEnd, pixelDataFragment, pixelDataStart } from '../src/encapsulate.ts';

const execute = promisify(execFile);

/** Runs a program to its end. Rejects with what it said where it fails or takes more than a minute. */
export const run = (program: string, ...parameters: readonly string[]): Promise<string> =>
  runIn(undefined, program, ...parameters);

/** The same for a program that writes into the folder it is run in. */
export async function runIn(
  folder: string | undefined,
  program: string,
  ...parameters: readonly string[]
): Promise<string> {
  const { stdout, stderr } = await execute(program, parameters, { timeout: 60_000, maxBuffer: 1 << 26, cwd: folder });
  return stdout + stderr;
}

/** A folder for one test, removed afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'imaging-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A grey or colour picture in a portable any-map, as DCMTK writes it. */
export interface AnyMap {
  readonly columns: number;
  readonly rows: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

/** Reads a binary PGM or PPM of 8 bits. */
export async function readAnyMap(path: string): Promise<AnyMap> {
  const bytes = await readFile(path);
  const head = /^P([56])\s+(?:#[^\n]*\s+)*(\d+)\s+(\d+)\s+255\s/.exec(bytes.toString('latin1', 0, 400));
  if (!head) throw new Error(`${path} is no 8-bit any-map`);
  const [text, kind, columns, rows] = head;
  const pixels = new Uint8Array(bytes.subarray(text.length));
  return { columns: Number(columns), rows: Number(rows), channels: kind === '5' ? 1 : 3, pixels };
}

/** What DCMTK draws of a file. */
export const drawnByDcmtk = (path: string, ...parameters: readonly string[]): Promise<AnyMap> =>
  inFolder(async (folder) => {
    const out = join(folder, 'out.pnm');
    await run('dcmj2pnm', '+op', ...parameters, path, out);
    return readAnyMap(out);
  });

/** Writes a data set as a file, giving it the UIDs that every reader wants. */
export async function writeInstance(path: string, dataSet: DataSet, transferSyntaxUid: string): Promise<void> {
  const whole = dataSet.clone();
  const uid = (last: number): string => newUid(new Uint8Array(16).fill(last));
  const identity = {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.7',
    SOPInstanceUID: uid(1),
    StudyInstanceUID: uid(2),
    SeriesInstanceUID: uid(3),
  };
  for (const [keyword, value] of Object.entries(identity)) if (!whole.has(keyword)) whole.set(keyword, value);
  await writeFile(path, writePart10({ dataSet: whole, transferSyntaxUid }));
}

/** Writes an image whose frames are encoded already. */
export async function writeEncapsulated(
  path: string,
  header: DataSet,
  transferSyntaxUid: string,
  frames: readonly Uint8Array[],
): Promise<void> {
  await writeInstance(path, header, transferSyntaxUid);
  const lengths = frames.map(({ length }) => length);
  await appendFile(
    path,
    Buffer.concat([pixelDataStart(lengths), ...frames.flatMap(pixelDataFragment), pixelDataEnd()]),
  );
}
