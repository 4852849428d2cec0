// The npm package dicomweb-client, which OHIF and others are built on, finds, retrieves and stores.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { readPart10 } from '@concord/dicom';
import { startDicomweb } from '../../testing/archive.ts';
import { madeFile, madePixels, madeSeries, madeStudy } from '../../testing/instances.ts';
import { XmlHttpRequest } from '../../testing/xml-http-request.ts';

/** The part of the client that is tried; its own types ask for options that are optional. */
type Query = Readonly<Record<string, unknown>>;
interface Client {
  storeInstances(query: Query): Promise<unknown>;
  searchForStudies(query: Query): Promise<object[]>;
  searchForSeries(query: Query): Promise<object[]>;
  searchForInstances(query: Query): Promise<object[]>;
  retrieveStudyMetadata(query: Query): Promise<object[]>;
  retrieveSeriesMetadata(query: Query): Promise<object[]>;
  retrieveInstanceMetadata(query: Query): Promise<Record<string, { BulkDataURI?: string }>[]>;
  retrieveBulkData(query: Query): Promise<unknown[]>;
  retrieveInstance(query: Query): Promise<unknown>;
  retrieveSeries(query: Query): Promise<unknown[]>;
  retrieveStudy(query: Query): Promise<unknown[]>;
  retrieveInstanceFrames(query: Query): Promise<unknown[]>;
  retrieveInstanceRendered(query: Query): Promise<unknown>;
  retrieveInstanceThumbnail(query: Query): Promise<unknown>;
  retrieveInstanceFramesRendered(query: Query): Promise<unknown>;
}

const { api } = createRequire(import.meta.url)('dicomweb-client');
Object.assign(globalThis, { XMLHttpRequest: XmlHttpRequest });

const ids = { studyInstanceUID: madeStudy, seriesInstanceUID: madeSeries, sopInstanceUID: '1.2.1' };
const frames = { rows: 10, columns: 12, frames: 3 };
const pixels = Buffer.from(madePixels(frames));

const start = async (t: Parameters<typeof startDicomweb>[0], singlepart: boolean | string = false) => {
  const { service } = await startDicomweb(t);
  const client: Client = new api.DICOMwebClient({ url: service, singlepart, verbose: false });
  await client.storeInstances({
    datasets: [
      madeFile({ instance: '1.2.1', ...frames }).buffer,
      madeFile({ instance: '1.2.2', instanceNumber: 2 }).buffer,
    ],
  });
  return client;
};
const bytesOf = (data: unknown): Buffer => {
  assert.ok(data instanceof ArrayBuffer || data instanceof Uint8Array);
  return data instanceof ArrayBuffer ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
};

test('finds studies, series and instances', async (t) => {
  const client = await start(t);
  const studies = await client.searchForStudies({ queryParams: { PatientName: 'M*', limit: 10 } });
  assert.equal(studies.length, 1);
  assert.equal((await client.searchForSeries({ studyInstanceUID: madeStudy })).length, 1);
  assert.equal((await client.searchForInstances({ studyInstanceUID: madeStudy })).length, 2);
  assert.equal((await client.searchForInstances({ ...ids, queryParams: { InstanceNumber: 2 } })).length, 1);
  assert.deepEqual(await client.searchForStudies({ queryParams: { PatientID: 'nobody' } }), []);
});

test('retrieves metadata, and the bulk data it names', async (t) => {
  const client = await start(t);
  assert.equal((await client.retrieveStudyMetadata({ studyInstanceUID: madeStudy })).length, 2);
  assert.equal((await client.retrieveSeriesMetadata(ids)).length, 2);
  const [instance] = await client.retrieveInstanceMetadata(ids);
  const uri = instance?.['7FE00010']?.BulkDataURI;
  const [bulk] = await client.retrieveBulkData({ ...ids, BulkDataURI: uri });
  assert.deepEqual(bytesOf(bulk), pixels);
});

test('retrieves instances, alone and together', async (t) => {
  const client = await start(t);
  const instance = readPart10(bytesOf(await client.retrieveInstance(ids)));
  assert.equal(instance.dataSet.string('SOPInstanceUID'), '1.2.1');
  assert.equal((await client.retrieveSeries(ids)).length, 2);
  assert.equal((await client.retrieveStudy(ids)).length, 2);
});

test('retrieves frames, in multipart and as single parts', async (t) => {
  for (const singlepart of [false, true]) {
    const client = await start(t, singlepart);
    const [second] = await client.retrieveInstanceFrames({ ...ids, frameNumbers: [2] });
    assert.deepEqual(bytesOf(second), pixels.subarray(240, 480));
  }
  const client = await start(t);
  const several = await client.retrieveInstanceFrames({ ...ids, frameNumbers: [1, 3] });
  assert.deepEqual(several.map(bytesOf), [pixels.subarray(0, 240), pixels.subarray(480)]);
});

test('retrieves pictures', async (t) => {
  const client = await start(t);
  const mediaTypes = [{ mediaType: 'image/png' }];
  const png = /^\x89PNG/u;
  const first = (data: unknown) => bytesOf(Array.isArray(data) ? data[0] : data).toString('latin1');
  assert.match(first(await client.retrieveInstanceRendered({ ...ids, mediaTypes })), png);
  assert.match(first(await client.retrieveInstanceThumbnail({ ...ids, mediaTypes })), png);
  assert.match(first(await client.retrieveInstanceFramesRendered({ ...ids, frameNumbers: [2], mediaTypes })), png);
});

test('is told what it cannot have', async (t) => {
  const client = await start(t);
  await assert.rejects(client.retrieveInstance({ ...ids, sopInstanceUID: '1.2.9' }), { status: 404 });
  await assert.rejects(client.storeInstances({ datasets: [new Uint8Array(300).buffer] }), { status: 409 });
});
