// What is measured over DICOMweb: storing, pictures, frames, metadata and the first page of a search.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { Study } from './study.ts';
import type { Started } from './targets.ts';
import type { Figure } from './workloads.ts';

interface Asked {
  readonly path: string;
  readonly accept: string;
  readonly method?: 'GET' | 'POST';
  readonly contentType?: string;
  readonly body?: Uint8Array;
}

const agent = new Agent({ keepAlive: true, maxSockets: 4 });

/** One request, its answer dropped; resolves with the answer's bytes. */
const ask = (server: Started, asked: Asked): Promise<number> =>
  new Promise((resolve, reject) => {
    const { path, accept, method = 'GET', contentType, body } = asked;
    const headers = {
      accept,
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
      ...(body === undefined ? {} : { 'content-length': body.length }),
    };
    const sent = request(`${server.dicomWeb}${path}`, { method, headers, agent, timeout: 300_000 }, (response) => {
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(length);
        else reject(new Error(`${method} ${path}: ${response.statusCode}`));
      });
    });
    // A server may close a connection just as it is used again: that says nothing about the request.
    sent.on('error', (error) => (sent.reusedSocket ? ask(server, asked).then(resolve, reject) : reject(error)));
    sent.on('timeout', () => sent.destroy(new Error(`${path}: no answer`)));
    sent.end(body);
  });

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
};

/** All requests, `side` of them at a time. */
const all = async (server: Started, asked: readonly Asked[], side: number): Promise<void> => {
  const left = asked.values();
  await Promise.all(
    Array.from({ length: side }, async () => {
      for (const one of left) await ask(server, one);
    }),
  );
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
  work: () => Promise<unknown>,
): Promise<readonly Figure[]> => {
  const before = server.usage().cpuSeconds;
  const figure = figureOf(await seconds(work));
  const value = ((server.usage().cpuSeconds - before) * 1000) / objects;
  const workload = `${figure.workload}: server's processor time`;
  return [figure, { workload, unit: 'ms/object', value, better: 'less' }];
};

const instancePaths = ({ studyInstanceUid, seriesInstanceUid, sopInstanceUids }: Study): readonly string[] =>
  sopInstanceUids.map((uid) => `/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${uid}`);

const boundary = 'bench';
const filesOfOneRequest = 50;

/** The study in requests of 50 files each, one after the other. */
export const storeOverWeb = async (server: Started, study: Study): Promise<readonly Figure[]> => {
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
      method: 'POST',
      contentType: `multipart/related; type="application/dicom"; boundary=${boundary}`,
      body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
    });
  }
  const count = study.files.length;
  const figureOf = (taken: number) => perSecond('STOW-RS, 50 objects in a request', 'objects/s', count / taken);
  return withCost(server, count, figureOf, () => all(server, bodies, 1));
};

/** Metadata of the series (once, as nobody has asked before), frames one by one, pictures of 512 x 512. */
export const readOverWeb = async (server: Started, study: Study): Promise<readonly Figure[]> => {
  const { studyInstanceUid, seriesInstanceUid } = study;
  const paths = instancePaths(study);
  const series = `/studies/${studyInstanceUid}/series/${seriesInstanceUid}`;
  const metadata = { path: `${series}/metadata`, accept: 'application/dicom+json' };
  const octets = 'multipart/related; type="application/octet-stream"';
  const frames = paths.map((path) => ({ path: `${path}/frames/1`, accept: octets }));
  const pictures = paths.slice(0, 100).map((path) => ({ path: `${path}/rendered`, accept: 'image/jpeg' }));
  const figures = [
    ...(await withCost(
      server,
      paths.length,
      (taken) => milliseconds(`metadata of ${paths.length} instances`, taken),
      () => ask(server, metadata),
    )),
  ];
  await all(server, frames.slice(0, 50), 4);
  const frameRate = (taken: number) => perSecond('frames of 512 x 512, 4 at a time', 'frames/s', frames.length / taken);
  figures.push(...(await withCost(server, frames.length, frameRate, () => all(server, frames, 4))));
  await all(server, pictures.slice(0, 20), 4);
  const pictureRate = (taken: number) =>
    perSecond('rendered 512 x 512 to JPEG, 4 at a time', 'pictures/s', pictures.length / taken);
  figures.push(...(await withCost(server, pictures.length, pictureRate, () => all(server, pictures, 4))));
  return figures;
};

/** Large pictures: stores a few of 2048 x 2560 and has them rendered. */
export const renderLarge = async (server: Started, study: Study): Promise<readonly Figure[]> => {
  await storeOverWeb(server, study);
  const pictures = instancePaths(study).map((path) => ({ path: `${path}/rendered`, accept: 'image/jpeg' }));
  await all(server, pictures.slice(0, 4), 2);
  const figureOf = (taken: number) =>
    perSecond('rendered 2048 x 2560 to JPEG, 2 at a time', 'pictures/s', pictures.length / taken);
  return withCost(server, pictures.length, figureOf, () => all(server, pictures, 2));
};

/** The first page of a study list, once the server is warm. */
export const searchOverWeb = async (server: Started, count: number): Promise<Figure> => {
  const asked = { path: '/studies?limit=50&offset=0', accept: 'application/dicom+json' };
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) await ask(server, asked);
  for (let round = 0; round < 9; round += 1) times.push(await seconds(() => ask(server, asked)));
  times.sort((one, other) => one - other);
  return milliseconds(`QIDO-RS, first 50 of ${count} studies`, times[4] ?? Number.NaN);
};
