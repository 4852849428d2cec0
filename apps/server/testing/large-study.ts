// A study too large for memory, made while it is sent and thrown away while it comes back; and the memory of the server meanwhile.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { writePart10 } from '@concord/dicom';
import { madeDataSet } from './instances.ts';

const boundary = 'large-study';
const studyInstanceUid = '1.2.826.0.1.3680043.10.5';
const rows = 4096;
const bytesPerInstance = rows * rows * 2; // 32 MiB
const chunk = new Uint8Array(1024 * 1024);

export interface LargeStudy {
  readonly studyInstanceUid: string;
  readonly instances: number;
  readonly bytes: number;
}

/** What one way of moving the study cost. */
export interface Passage {
  readonly way: string;
  readonly megabytesPerSecond: number;
  /** The largest resident memory seen, less what it was before, in MB. */
  readonly grownMegabytes: number;
}

/** At least so many bytes, in instances of 32 MiB. */
export const largeStudy = (bytes: number): LargeStudy => {
  const instances = Math.ceil(bytes / bytesPerInstance);
  return { studyInstanceUid, instances, bytes: instances * bytesPerInstance };
};

/** Everything before the pixels, which follow as chunks. */
const head = (index: number): Uint8Array => {
  const made = {
    study: studyInstanceUid,
    series: `${studyInstanceUid}.1`,
    instance: `${studyInstanceUid}.1.${index + 1}`,
  };
  const dataSet = madeDataSet({ ...made, instanceNumber: index + 1 });
  dataSet.set('Rows', rows);
  dataSet.set('Columns', rows);
  dataSet.delete('PixelData');
  const pixelHeader = Buffer.from('e07f10004f57000000000000', 'hex');
  pixelHeader.writeUInt32LE(bytesPerInstance, 8);
  return Buffer.concat([writePart10({ dataSet, transferSyntaxUid: '1.2.840.10008.1.2.1' }), pixelHeader]);
};

async function* body({ instances }: LargeStudy): AsyncGenerator<Uint8Array, void> {
  for (let index = 0; index < instances; index += 1) {
    yield Buffer.from(`\r\n--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`);
    yield head(index);
    for (let left = bytesPerInstance; left > 0; left -= chunk.length) yield chunk;
  }
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}

/** Resident memory of a process of this machine, in MB (Linux). */
const residentMegabytes = (pid: number): number =>
  (Number(/^VmRSS:\s+(\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) * 1024) / 1e6;

/** Does it, and looks at the memory of the process meanwhile. */
export async function passing(way: string, pid: number, bytes: number, work: () => Promise<void>): Promise<Passage> {
  const before = residentMegabytes(pid);
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, residentMegabytes(pid));
  }, 50);
  const started = performance.now();
  try {
    await work();
  } finally {
    clearInterval(watch);
  }
  const seconds = (performance.now() - started) / 1000;
  return { way, megabytesPerSecond: bytes / 1e6 / seconds, grownMegabytes: most - before };
}

/** Stores the study by STOW-RS in one request, as one stream. */
export const storeLarge = (service: string, pid: number, study: LargeStudy): Promise<Passage> =>
  passing('STOW-RS', pid, study.bytes, async () => {
    const headers = { 'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}` };
    const sending = request(`${service}/studies`, { method: 'POST', headers });
    const answered = once(sending, 'response');
    await pipeline(Readable.from(body(study)), sending);
    const [response]: IncomingMessage[] = await answered;
    const text = response === undefined ? '' : Buffer.concat(await Array.fromAsync(response)).toString();
    if (response?.statusCode !== 200) throw new Error(`STOW-RS: ${response?.statusCode} ${text.slice(0, 500)}`);
  });

/** Retrieves the study in one request and drops it. */
export const retrieveLarge = (service: string, pid: number, study: LargeStudy, accept: string): Promise<Passage> =>
  passing(accept, pid, study.bytes, async () => {
    const response = await fetch(`${service}/studies/${study.studyInstanceUid}`, { headers: { accept } });
    let length = 0;
    for await (const bytes of response.body ?? []) length += bytes.length;
    if (response.status !== 200 || length < study.bytes)
      throw new Error(`${accept}: ${response.status}, ${length} bytes`);
  });

/** The two forms of a study that are sent as it is stored. */
export const largeForms = ['multipart/related; type="application/dicom"', 'application/zip'];
