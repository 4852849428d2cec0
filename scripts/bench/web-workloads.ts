// What is measured over DICOMweb: storing, pictures, frames, metadata and the first page of a search.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Study } from './study.ts';
import type { Started } from './targets.ts';
import type { Figure } from './workloads.ts';

const execute = promisify(execFile);

interface Asked {
  readonly path: string;
  readonly accept: string;
  readonly contentType?: string;
  /** With one it is a POST, else a GET. */
  readonly body?: Uint8Array;
}

interface Answered {
  /** From the first request to the last answer. */
  readonly seconds: number;
  /** The median of what each request took. */
  readonly median: number;
  /** Of all bodies. */
  readonly bytes: number;
}

const client = join(import.meta.dirname, 'ask.py');

const writeRequest = (path: string, root: URL, { path: below, accept, contentType, body }: Asked): void => {
  const lines = [
    `${body === undefined ? 'GET' : 'POST'} ${root.pathname}${below} HTTP/1.1`,
    `Host: ${root.host}`,
    `Accept: ${accept}`,
    ...(contentType === undefined ? [] : [`Content-Type: ${contentType}`]),
    ...(body === undefined ? [] : [`Content-Length: ${body.length}`]),
  ];
  writeFileSync(path, Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), ...(body ? [body] : [])]));
};

/**
 * All requests, `side` of them at a time, by a client that reads none of the answers: a client in Node.js takes as much of the
 * cores as the server does, and is what is measured then. Rejects where an answer is not 200.
 */
const ask = async (server: Started, asked: readonly Asked[], side: number): Promise<Answered> => {
  const root = new URL(server.dicomWeb ?? '');
  const folder = mkdtempSync(join(tmpdir(), 'concord-ask-'));
  try {
    for (const [index, one] of asked.entries()) writeRequest(join(folder, String(index).padStart(6, '0')), root, one);
    const parameters = [client, root.port, String(side), folder];
    const { stdout } = await execute('/usr/bin/python3', parameters, { timeout: 600_000 });
    const [seconds = Number.NaN, median = Number.NaN, bytes = Number.NaN] = stdout.trim().split(' ').map(Number);
    return { seconds, median, bytes };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const perSecond = (workload: string, unit: string, value: number): Figure => ({
  workload,
  unit,
  value,
  better: 'more',
});
const milliseconds = (workload: string, value: number): Figure => ({
  workload,
  unit: 'ms',
  value: value * 1000,
  better: 'less',
});

/** The figure made of the seconds the work took, and what the server's processes used for each object: see `costed` in main.ts. */
const withCost = async (
  server: Started,
  objects: number,
  figureOf: (seconds: number) => Figure,
  work: () => Promise<Answered>,
): Promise<readonly Figure[]> => {
  const before = server.usage().cpuSeconds;
  const figure = figureOf((await work()).seconds);
  const value = ((server.usage().cpuSeconds - before) * 1000) / objects;
  const workload = `${figure.workload}: server's processor time`;
  return [figure, { workload, unit: 'ms/object', value, better: 'less' }];
};

const instancePaths = ({ studyInstanceUid, seriesInstanceUid, sopInstanceUids }: Study): readonly string[] =>
  sopInstanceUids.map((uid) => `/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${uid}`);

const boundary = '5f9c1e0a-7d42-4b1e-9f36-2c8a4b6d1e70';
const filesOfOneRequest = 50;

/** The study in requests of 50 files each, one after the other. @param again the server has taken a study before */
export const storeOverWeb = async (server: Started, study: Study, again = false): Promise<readonly Figure[]> => {
  const bodies: Asked[] = [];
  for (let from = 0; from < study.files.length; from += filesOfOneRequest) {
    const parts = study.files
      .slice(from, from + filesOfOneRequest)
      .flatMap((file) => [
        Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`),
        readFileSync(file),
        Buffer.from('\r\n'),
      ]);
    bodies.push({
      path: '/studies',
      accept: 'application/dicom+json',
      contentType: `multipart/related; type="application/dicom"; boundary=${boundary}`,
      body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
    });
  }
  const count = study.files.length;
  const workload = `STOW-RS, 50 objects in a request${again ? ', the second study' : ''}`;
  const figureOf = (taken: number) => perSecond(workload, 'objects/s', count / taken);
  return withCost(server, count, figureOf, () => ask(server, bodies, 1));
};

/** WADO-RS of the whole study as it is stored; checks that all of it came. */
export const retrieveStudy = async (server: Started, study: Study): Promise<Figure> => {
  const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
  const { seconds, bytes } = await ask(server, [{ path: `/studies/${study.studyInstanceUid}`, accept }], 1);
  if (bytes < study.bytes) throw new Error(`WADO-RS gave ${bytes} bytes of ${study.bytes}`);
  return perSecond('WADO-RS of the study', 'MB/s', study.bytes / 1e6 / seconds);
};

/** Requests before those that are counted: a server runs for months, and its code is compiled. */
const warming = 200;
const countedPictures = 200;

/** Metadata of a series, once, as nobody has asked for them before. @param again but for those of another series */
export const readMetadata = async (server: Started, study: Study, again = false): Promise<readonly Figure[]> => {
  const { studyInstanceUid, seriesInstanceUid, files } = study;
  const path = `/studies/${studyInstanceUid}/series/${seriesInstanceUid}/metadata`;
  const workload = `metadata of ${files.length} instances${again ? ', the second series' : ''}`;
  const figureOf = (taken: number) => milliseconds(workload, taken);
  return withCost(server, files.length, figureOf, () => ask(server, [{ path, accept: 'application/dicom+json' }], 1));
};

/** Frames one by one, pictures of 512 x 512. */
export const readOverWeb = async (server: Started, study: Study): Promise<readonly Figure[]> => {
  const paths = instancePaths(study);
  const octets = 'multipart/related; type="application/octet-stream"';
  const frames = paths.map((path) => ({ path: `${path}/frames/1`, accept: octets }));
  const pictures = paths.map((path) => ({ path: `${path}/rendered`, accept: 'image/jpeg' }));
  const counted = pictures.slice(-countedPictures);
  const figures: Figure[] = [];
  await ask(server, frames.slice(0, warming), 4);
  const frameRate = (taken: number) => perSecond('frames of 512 x 512, 4 at a time', 'frames/s', frames.length / taken);
  figures.push(...(await withCost(server, frames.length, frameRate, () => ask(server, frames, 4))));
  await ask(server, pictures.slice(0, warming), 4);
  const pictureRate = (taken: number) =>
    perSecond('rendered 512 x 512 to JPEG, 4 at a time', 'pictures/s', counted.length / taken);
  figures.push(...(await withCost(server, counted.length, pictureRate, () => ask(server, counted, 4))));
  return figures;
};

/** Large pictures: stores a few of 2048 x 2560 and has them rendered. */
export const renderLarge = async (server: Started, study: Study): Promise<readonly Figure[]> => {
  await storeOverWeb(server, study);
  const pictures = instancePaths(study).map((path) => ({ path: `${path}/rendered`, accept: 'image/jpeg' }));
  await ask(server, [...pictures, ...pictures, ...pictures], 2); // not counted: see `warming`
  const figureOf = (taken: number) =>
    perSecond('rendered 2048 x 2560 to JPEG, 2 at a time', 'pictures/s', pictures.length / taken);
  return withCost(server, pictures.length, figureOf, () => ask(server, pictures, 2));
};

/** The first page of a study list, once the server is warm. */
export const searchOverWeb = async (server: Started, count: number): Promise<Figure> => {
  const asked = { path: '/studies?limit=50&offset=0', accept: 'application/dicom+json' };
  await ask(
    server,
    Array.from({ length: warming }, () => asked),
    1,
  );
  const { median } = await ask(
    server,
    Array.from({ length: 15 }, () => asked),
    1,
  );
  return milliseconds(`QIDO-RS, first 50 of ${count} studies`, median);
};

/** What answers HTTP may be loaded with the first request, as Concord's is: that is no part of what is measured. */
export const wake = async ({ dicomWeb }: Started): Promise<void> => {
  if (dicomWeb !== undefined) await (await fetch(`${dicomWeb}/studies?limit=1`)).text();
};
