// A study of a running server as files: its instances by QIDO-RS and WADO-RS, as they are stored. PS3.18 10.4, 10.6
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { isUid } from '@concord/dicom';
import { CliError } from '../cli-error.ts';
import { progress } from '../progress.ts';
import { ask, askBytes, type ServerOptions } from '../running-server.ts';
import type { Surroundings } from '../surroundings.ts';

/** Instances in one answer. */
const page = 500;
const [seriesTag, instanceTag] = ['0020000E', '00080018'] as const;
const asStored = 'multipart/related; type="application/dicom"; transfer-syntax=*';

/** A UID in the JSON model. PS3.18 F.2 */
function uidIn(row: unknown, tag: string): string {
  if (typeof row !== 'object' || row === null) return '';
  const attribute: unknown = Object.entries(row).find(([name]) => name === tag)?.[1];
  const value: unknown =
    typeof attribute === 'object' && attribute !== null && 'Value' in attribute ? attribute.Value : [];
  const [uid]: unknown[] = Array.isArray(value) ? value : [];
  return typeof uid === 'string' && isUid(uid) ? uid : '';
}

/** Addresses of all instances of a study. */
async function instancesOf(study: string, options: ServerOptions, surroundings: Surroundings): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const path = `/dicom-web/studies/${study}/instances?limit=${page}&offset=${found.length}`;
    const rows = await ask(path, { method: 'GET' }, options, surroundings).catch(nothingMore);
    if (!Array.isArray(rows) || rows.length === 0) return found;
    for (const row of rows)
      found.push(`/dicom-web/studies/${study}/series/${uidIn(row, seriesTag)}/instances/${uidIn(row, instanceTag)}`);
    if (rows.length < page) return found;
  }
}

/** An answer without content is no JSON. PS3.18 10.6.3.3 */
function nothingMore(error: unknown): undefined {
  if (!(error instanceof SyntaxError)) throw error;
}

/** Longest header of a part, and longest boundary. RFC 2046 5.1.1 */
const [longestHeader, longestEnd] = [16_384, 128];

/** The one part of a multipart answer, written to a file as it comes. @throws CliError for an answer that is none */
async function savePart(chunks: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  await using file = await open(path, 'wx+');
  let head = Buffer.alloc(0);
  let boundary: string | undefined;
  let size = 0;
  for await (const chunk of chunks) {
    if (boundary === undefined) head = Buffer.concat([head, chunk]);
    const end = boundary === undefined ? head.indexOf('\r\n\r\n') : -1;
    if (boundary === undefined && end < 0 && head.length > longestHeader) break;
    if (boundary === undefined && end < 0) continue;
    const content = boundary === undefined ? head.subarray(end + 4) : chunk;
    boundary ??= /^(?:\r\n)?--([^\r\n]+)/.exec(head.toString('latin1'))?.[1] ?? '';
    await file.writeFile(content);
    size += content.length;
  }
  const tail = Buffer.alloc(Math.min(size, longestEnd));
  await file.read(tail, 0, tail.length, size - tail.length);
  const last = tail.lastIndexOf(`\r\n--${boundary}--`);
  if (!boundary || last < 0) throw new CliError('failed', 'the answer of the server has no end: it was interrupted');
  await file.truncate(size - tail.length + last);
}

/** Fetches a study into a new folder; returns the folder. @throws CliError where the server does not have it, or does not answer */
export async function fetchStudy(
  study: string,
  folder: string,
  options: ServerOptions,
  surroundings: Surroundings,
): Promise<string> {
  if (!isUid(study)) throw new CliError('usage', `--study: "${study}" is no UID`);
  await mkdir(folder, { recursive: true });
  const instances = await instancesOf(study, options, surroundings);
  if (instances.length === 0) throw new CliError('failed', `the server has no study ${study}`);
  const bar = progress(surroundings, instances.length);
  try {
    for (const [index, address] of instances.entries()) {
      const bytes = await askBytes(address, options, surroundings, asStored);
      await savePart(bytes, join(folder, `${address.split('/').at(-1)}`));
      bar.show(index + 1, 'fetched');
    }
  } finally {
    bar.end();
  }
  return folder;
}
