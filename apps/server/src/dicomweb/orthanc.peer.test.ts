// Orthanc's DICOMweb plugin as a client: it stores to us, searches, and retrieves from us, compressed and not.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { readPart10 } from '@concord/dicom';
import { startDicomweb } from '../../testing/archive.ts';
import { madeFile, madeStudy } from '../../testing/instances.ts';
import { type OtherArchive, startOrthanc } from '../../testing/other-archives.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';

const size = { rows: 20, columns: 30, frames: 2 };
let folder = '';
before(async () => {
  folder = await temporaryFolder();
});

/** Orthanc's own REST interface. */
const rest = ({ httpPort }: OtherArchive) => {
  const authorization = `Basic ${Buffer.from('vet:secret').toString('base64')}`;
  return async (method: string, path: string, body?: unknown) => {
    const sent =
      body === undefined ? {} : { body: body instanceof Uint8Array ? Uint8Array.from(body) : JSON.stringify(body) };
    const response = await fetch(`http://127.0.0.1:${httpPort}${path}`, {
      method,
      headers: { authorization },
      ...sent,
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`);
    return response;
  };
};

/** Orthanc knows us as "concord". */
const start = async (t: TestContext) => {
  const { service, archive } = await startDicomweb(t);
  const orthanc = await startOrthanc(t, 1);
  const call = rest(orthanc);
  await call('PUT', '/dicom-web/servers/concord', { Url: service });
  return { service, archive, call };
};

const files = () => [
  madeFile({ instance: '1.2.1', ...size }),
  madeFile({ instance: '1.2.2', instanceNumber: 2 }),
  madeFile({ instance: '1.2.3', series: '1.3.9' }),
];

test('STOW-RS: a study of Orthanc is stored here, byte for byte', async (t) => {
  const { archive, call } = await start(t);
  const ids = [];
  for (const file of files()) ids.push((await (await call('POST', '/instances', file)).json()).ID);
  await call('POST', '/dicom-web/servers/concord/stow', { Resources: ids, Synchronous: true });
  const stored = await archive.instances({ studyInstanceUid: madeStudy });
  assert.deepEqual(stored.map(({ sopInstanceUid }) => sopInstanceUid).sort(), ['1.2.1', '1.2.2', '1.2.3']);
  for (const [index, file] of files().entries()) {
    const [instance] = await archive.instances({ sopInstanceUid: `1.2.${index + 1}` });
    assert.ok(instance);
    const kept = Buffer.concat(await Array.fromAsync(archive.dataSetBytes(instance)));
    const { dataSetOffset } = readPart10(file);
    assert.deepEqual(kept, Buffer.from(file.subarray(dataSetOffset)), `every byte of data set ${index + 1}`);
  }
});

test('QIDO-RS: Orthanc finds studies, series and instances here', async (t) => {
  const { service, call } = await start(t);
  for (const body of files())
    await fetch(`${service}/studies`, { method: 'POST', body, headers: { 'content-type': 'application/dicom' } });
  const find = async (uri: string, args: Readonly<Record<string, string>>) =>
    (await (await call('POST', '/dicom-web/servers/concord/qido', { Uri: uri, Arguments: args })).json()) as object[];
  assert.equal((await find('/studies', { PatientName: 'M*', StudyDate: '20260101-20260131' })).length, 1);
  assert.equal((await find(`/studies/${madeStudy}/series`, {})).length, 2);
  assert.equal((await find('/instances', { InstanceNumber: '2' })).length, 1);
  assert.equal((await find('/studies', { PatientID: 'nobody' })).length, 0);
});

test('WADO-RS: Orthanc retrieves a study from here, whole, and what is compressed as it is', async (t) => {
  const { service, call } = await start(t);
  const [first, ...others] = files();
  const plain = join(folder, 'plain.dcm');
  writeFileSync(plain, first ?? '');
  execFileSync('dcmcjpls', [plain, join(folder, 'jpegls.dcm')]);
  const compressed = Uint8Array.from(readFileSync(join(folder, 'jpegls.dcm')));
  for (const body of [compressed, ...others])
    await fetch(`${service}/studies`, { method: 'POST', body, headers: { 'content-type': 'application/dicom' } });
  await call('POST', '/dicom-web/servers/concord/retrieve', { Resources: [{ Study: madeStudy }], Synchronous: true });
  const instances = await (await call('GET', '/instances?expand')).json();
  assert.equal(instances.length, 3);
  const sent = new Map(
    [compressed, ...others].map((file) => [readPart10(file).dataSet.string('SOPInstanceUID'), file]),
  );
  for (const { ID } of instances) {
    const bytes = new Uint8Array(await (await call('GET', `/instances/${ID}/file`)).arrayBuffer());
    const { dataSet, transferSyntaxUid, dataSetOffset } = readPart10(bytes);
    const uid = dataSet.string('SOPInstanceUID');
    const original = sent.get(uid);
    assert.ok(original, uid);
    assert.equal(transferSyntaxUid, readPart10(original).transferSyntaxUid, uid);
    const expected = Buffer.from(original.subarray(readPart10(original).dataSetOffset));
    assert.deepEqual(Buffer.from(bytes.subarray(dataSetOffset)), expected, `every byte of data set ${uid}`);
  }
  const metadata = await call('POST', '/dicom-web/servers/concord/get', {
    Uri: `/studies/${madeStudy}/metadata`,
    HttpHeaders: { Accept: 'application/dicom+json' },
  });
  assert.equal((await metadata.json()).length, 3);
});
