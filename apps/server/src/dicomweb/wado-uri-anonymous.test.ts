// WADO-URI `anonymize=yes`: nothing of the patient in the answer, the same image, and refusals where that cannot be promised.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPart10 } from '@concord/dicom';
import { startDicomweb } from '../../testing/archive.ts';
import { type Made, madeFile, madePixels, madeSeries, madeStudy } from '../../testing/instances.ts';
import { createAnonymous } from '../outgoing/without-identity.ts';

const image: Made = { instance: '1.2.826.1', rows: 16, columns: 16 };
const pixels = Buffer.from(madePixels(image));

const start = async (t: Parameters<typeof startDicomweb>[0], made: Made = image, secret?: Uint8Array) => {
  const anonymous = secret && createAnonymous(() => secret);
  const { service, url } = await startDicomweb(t, anonymous ? { anonymous } : {});
  const sent = { method: 'POST', body: madeFile(made), headers: { 'content-type': 'application/dicom' } };
  assert.equal((await fetch(`${service}/studies`, sent)).status, 200);
  const ids = `requestType=WADO&studyUID=${madeStudy}&seriesUID=${madeSeries}&objectUID=${made.instance}`;
  return (query: string) => fetch(`${url}/wado?${ids}&${query}`);
};
const secret = new Uint8Array(32).fill(3);

test('the object comes without identity, the same each time, in each syntax, its pixels as they were', async (t) => {
  const uri = await start(t, image, secret);
  const uids = new Set<string | undefined>();
  for (const syntax of ['', '&transferSyntax=1.2.840.10008.1.2.4.80']) {
    const response = await uri(`contentType=application/dicom&anonymize=yes${syntax}`);
    assert.equal(response.status, 200, await response.clone().text());
    const bytes = Buffer.from(await response.arrayBuffer());
    for (const trace of ['ller^J', madeStudy, madeSeries, image.instance]) assert.ok(!bytes.includes(trace), trace);
    assert.ok(!(response.headers.get('content-disposition') ?? '').includes(image.instance));
    const { dataSet, meta } = readPart10(bytes);
    assert.equal(dataSet.string('PatientIdentityRemoved'), 'YES');
    assert.equal(meta.string('MediaStorageSOPInstanceUID'), dataSet.string('SOPInstanceUID'));
    uids.add(dataSet.string('SOPInstanceUID'));
    if (syntax === '') assert.ok(Buffer.from(dataSet.bytes('PixelData') ?? []).equals(pixels));
  }
  assert.equal(uids.size, 1);
});

test('a picture of it is the same picture; nothing may be written over it', async (t) => {
  const uri = await start(t, image, secret);
  const plain = await uri('contentType=image/png');
  const anonymous = await uri('contentType=image/png&anonymize=yes');
  assert.equal(anonymous.status, 200, await anonymous.clone().text());
  assert.deepEqual(await anonymous.arrayBuffer(), await plain.arrayBuffer());
  assert.equal((await uri('anonymize=yes&annotation=patient')).status, 400);
});

test('it is refused where identity may be in what is not looked at, and where nothing can take it out', async (t) => {
  const burned = await start(t, { ...image, change: (data) => data.set('BurnedInAnnotation', 'YES') }, secret);
  const face = await start(t, { ...image, change: (data) => data.set('RecognizableVisualFeatures', 'YES') }, secret);
  const pdf = (data: Parameters<NonNullable<Made['change']>>[0]) => {
    data.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.104.1');
    data.set('EncapsulatedDocument', new Uint8Array(4), 'OB');
  };
  const document = await start(t, { ...image, change: pdf }, secret);
  for (const uri of [burned, face, document]) {
    const response = await uri('contentType=application/dicom&anonymize=yes');
    assert.equal(response.status, 406);
    assert.match((await response.json()).detail, /Identity cannot be taken out/u);
    assert.equal((await uri('contentType=application/dicom')).status, 200);
  }
  const uri = await start(t, image, secret);
  for (const value of ['no', '', 'yes&anonymize=yes']) assert.equal((await uri(`anonymize=${value}`)).status, 400);
  assert.equal((await (await start(t))('anonymize=yes')).status, 400, 'no secret');
});
