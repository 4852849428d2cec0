// Large objects on their way, whichever they take: what arrives is what was sent, bit by bit.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDataSet, readPart10, writeDataSet, writePart10 } from '@concord/dicom';
import { describeImage } from '@concord/imaging';
import { createImagingPool } from '@concord/imaging/node';
import { ctImageStorage, madeFile, madeSeries, madeStudy } from '../../testing/instances.ts';
import { jobClient, storeOverWeb } from '../../testing/job-client.ts';
import { run, startServerProcess } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { type ReceivingOptions, startReceivingPeer } from '../../testing/receiving-peer.ts';
import { getUnchanged } from '../../testing/send-unchanged.ts';

const implicit = '1.2.840.10008.1.2';
const explicit = '1.2.840.10008.1.2.1';
const jpegLs = '1.2.840.10008.1.2.4.80';
const uid = (number: number) => `${madeSeries}.${number}`;
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Pixels of which no two are the same for long. */
function large(number: number, side = 2048) {
  const { dataSet, meta } = readPart10(madeFile({ instance: uid(number), instanceNumber: number }));
  const pixels = new Uint32Array((side * side * 2) / 4);
  for (const [index] of pixels.entries()) pixels[index] = Math.imul(index + number * 7919, 2_654_435_761);
  dataSet.set('Rows', side);
  dataSet.set('Columns', side);
  dataSet.set('PixelData', new Uint8Array(pixels.buffer));
  const transferSyntaxUid = meta.string('TransferSyntaxUID') ?? explicit;
  return {
    file: new Uint8Array(writePart10({ dataSet, transferSyntaxUid })),
    dataSet: Buffer.from(writeDataSet(dataSet, explicit)),
    implicit: writeDataSet(dataSet, implicit),
    pixels: Buffer.from(pixels.buffer),
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

const ward = 'Ward 7, of another length than before';

const kinds: Readonly<Record<string, { configured?: object; takes?: Partial<ReceivingOptions> }>> = {
  PLAIN: {},
  RATE: { configured: { maximumRate: 40_000 } },
  IMPLICIT: { takes: { transferSyntaxes: [implicit] } },
  IMPLRATE: { configured: { maximumRate: 40_000 }, takes: { transferSyntaxes: [implicit] } },
  PACKED: { takes: { transferSyntaxes: [jpegLs] } },
  CHANGED: { configured: { filter: 'ward' } },
  CHANRATE: { configured: { filter: 'ward', maximumRate: 40_000 } },
  MOVED: {},
};

test('[ES-SCU-03] large objects go out as they are, in another syntax, with other values, with a bandwidth limit, by C-MOVE, C-GET and WADO-RS, all beside each other: no byte of one is in another', async (t) => {
  const objects = new Map([1, 2, 3].map((number) => [uid(number), large(number, 1024)] as const));
  const got = new Map<string, Map<string, Uint8Array>>();
  const peers = await Promise.all(
    Object.entries(kinds).map(async ([aeTitle, { configured, takes }]) => {
      const came = new Map<string, Uint8Array>();
      got.set(aeTitle, came);
      const peer = await startReceivingPeer(t, { ...takes, aeTitle, keep: (each, bytes) => came.set(each, bytes) });
      return { aeTitle, host: '127.0.0.1', port: peer.port, ...configured };
    }),
  );
  const folder = await temporaryFolder();
  const config = join(folder, 'concord.json');
  const attributeFilters = [{ name: 'ward', set: { InstitutionName: ward } }];
  writeFileSync(config, JSON.stringify({ peers, attributeFilters }));
  const server = await startServerProcess(t, join(folder, 'data'), '--config', config);
  const client = jobClient(server.httpPort);
  await storeOverWeb(
    client.origin,
    [...objects.values()].map(({ file }) => file),
  );
  const jobs = await Promise.all(
    Object.keys(kinds)
      .filter((name) => name !== 'MOVED')
      .map((name) => client.send(name, { studyInstanceUid: madeStudy })),
  );
  const keys = ['-k', 'QueryRetrieveLevel=STUDY', '-k', `StudyInstanceUID=${madeStudy}`];
  const move = run('movescu', '-S', '-aec', 'CONCORD', '-aem', 'MOVED', ...keys, '127.0.0.1', `${server.dicomPort}`);
  const gets = [...objects.keys()].map(async (each) => {
    const place = { sopInstanceUid: each, seriesInstanceUid: madeSeries, studyInstanceUid: madeStudy };
    const file = { ...place, path: '', sopClassUid: ctImageStorage, transferSyntaxUid: explicit };
    return [each, await getUnchanged(server.dicomPort, file)] as const;
  });
  const fetched = async (path: string) => {
    const response = await fetch(`${client.origin}/dicom-web/studies/${madeStudy}${path}`);
    return Buffer.from(await response.arrayBuffer());
  };
  const study = fetched('');
  const frames = [...objects.keys()].map((each) => fetched(`/series/${madeSeries}/instances/${each}/frames/1`));
  for (const job of jobs) assert.equal((await client.until(job, 'done', 'failed')).state, 'done');
  assert.equal((await move).exitCode, 0);
  const byGet = new Map(await Promise.all(gets));
  const imaging = createImagingPool({ threads: 1 });
  t.after(() => imaging.close());
  const unpacked = async (bytes: Uint8Array): Promise<Uint8Array> => {
    const dataSet = readDataSet(bytes, jpegLs);
    const [, { offset, length } = { offset: 0, length: 0 }] = dataSet.element('PixelData')?.fragments ?? [];
    const encoded = bytes.subarray(offset, offset + length);
    return imaging.decode({ image: describeImage(dataSet), transferSyntaxUid: jpegLs, encoded });
  };
  for (const [index, { pixels, dataSet }] of [...objects.values()].entries()) {
    assert.ok((await study).includes(dataSet), `WADO-RS of the study, ${index}`);
    assert.ok((await frames[index])?.includes(pixels), `frames, ${index}`);
  }
  for (const [each, { dataSet, implicit: inImplicit, pixels }] of objects) {
    const of = (name: string): Uint8Array => got.get(name)?.get(each) ?? assert.fail(`${name} has no ${each}`);
    const wanted = digest(dataSet);
    for (const name of ['PLAIN', 'RATE', 'MOVED']) assert.equal(digest(of(name)), wanted, `${name} ${each}`);
    assert.equal(digest(byGet.get(each) ?? assert.fail(`C-GET brought no ${each}`)), wanted, `C-GET ${each}`);
    for (const name of ['IMPLICIT', 'IMPLRATE']) assert.equal(digest(of(name)), digest(inImplicit), `${name} ${each}`);
    for (const name of ['CHANGED', 'CHANRATE']) {
      assert.equal(readDataSet(of(name), explicit).string('InstitutionName'), ward);
      assert.equal(digest(of(name).subarray(-pixels.length)), digest(pixels), `${name} ${each}`);
    }
    assert.equal(digest(await unpacked(of('PACKED'))), digest(pixels), `PACKED ${each}`);
  }
});
