// Large objects on their way to peers with a bandwidth limit: what arrives is what was sent, bit by bit.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPart10, writeDataSet, writePart10 } from '@concord/dicom';
import { madeFile, madeSeries, madeStudy } from '../../testing/instances.ts';
import { jobClient, storeOverWeb } from '../../testing/job-client.ts';
import { startServerProcess } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { startReceivingPeer } from '../../testing/receiving-peer.ts';

const explicit = '1.2.840.10008.1.2.1';
const uid = (number: number) => `${madeSeries}.${number}`;
const side = 2048;
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Pixels of which no two are the same for long. */
function large(number: number): { readonly file: Uint8Array<ArrayBuffer>; readonly dataSet: Uint8Array } {
  const { dataSet, meta } = readPart10(madeFile({ instance: uid(number), instanceNumber: number }));
  const pixels = new Uint32Array((side * side * 2) / 4);
  for (const [index] of pixels.entries()) pixels[index] = Math.imul(index + number * 7919, 2_654_435_761);
  dataSet.set('Rows', side);
  dataSet.set('Columns', side);
  dataSet.set('PixelData', new Uint8Array(pixels.buffer));
  const transferSyntaxUid = meta.string('TransferSyntaxUID') ?? explicit;
  return {
    file: new Uint8Array(writePart10({ dataSet, transferSyntaxUid })),
    dataSet: writeDataSet(dataSet, explicit),
  };
}

test('[ES-SCU-03] large objects go to three peers with a bandwidth limit at a time, and arrive as they are', async (t) => {
  const wanted = new Map<string, string>();
  const files = [1, 2, 3, 4].map((number) => {
    const { file, dataSet } = large(number);
    wanted.set(uid(number), digest(dataSet));
    return file;
  });
  const names = ['ONE', 'TWO', 'THREE'];
  const peers = await Promise.all(
    names.map(async (aeTitle) => {
      const came = new Map<string, string>();
      const peer = await startReceivingPeer(t, { aeTitle, keep: (each, bytes) => came.set(each, digest(bytes)) });
      return { aeTitle, host: '127.0.0.1', port: peer.port, maximumRate: 15_000, came };
    }),
  );
  const folder = await temporaryFolder();
  const config = join(folder, 'concord.json');
  writeFileSync(config, JSON.stringify({ peers: peers.map(({ came: _, ...peer }) => peer) }));
  const server = await startServerProcess(t, join(folder, 'data'), '--config', config);
  const client = jobClient(server.httpPort);
  await storeOverWeb(client.origin, files);
  const jobs = await Promise.all(names.map((name) => client.send(name, { studyInstanceUid: madeStudy })));
  for (const job of jobs) assert.equal((await client.until(job, 'done', 'failed')).state, 'done');
  for (const { came, aeTitle } of peers) assert.deepEqual([...came].sort(), [...wanted].sort(), aeTitle);
});
