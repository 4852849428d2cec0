// STOW-RS of metadata and bulk data against a real archive: JSON and XML, any order of parts, parts that lie.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { type DataSet, readPart10, toJson, toXml } from '@concord/dicom';
import { startDicomweb } from '../../testing/archive.ts';
import { type Made, madeDataSet, madeFile, madePixels, madeSeries, madeStudy } from '../../testing/instances.ts';

interface SentPart {
  readonly type: string;
  readonly location?: string;
  readonly body: string | Uint8Array;
}

const octets = 'application/octet-stream';
const bodyOf = (parts: readonly SentPart[]): Buffer<ArrayBuffer> =>
  Buffer.concat([
    ...parts.flatMap(({ type, location, body }) => [
      Buffer.from(`--b\r\nContent-Type: ${type}\r\n${location ? `Content-Location: ${location}\r\n` : ''}\r\n`),
      Buffer.from(body),
      Buffer.from('\r\n'),
    ]),
    Buffer.from('--b--\r\n'),
  ]);

const send = async (url: string, parts: readonly SentPart[], root = parts[0]?.type ?? '') => {
  const headers = { 'content-type': `multipart/related; type="${root}"; boundary=b` };
  const response = await fetch(url, { method: 'POST', body: bodyOf(parts), headers });
  const text = await response.text();
  return { status: response.status, text, json: JSON.parse(text) };
};

const pixelUri = (made: Made) => `bulk/${made.instance}`;
/** Metadata that leaves the pixels, and whatever is longer than 8 bytes and binary, to bulk data. */
const described = (made: Made) =>
  toJson(madeDataSet(made), { bulkDataUri: (path) => (path === 'PixelData' ? pixelUri(made) : undefined) });
const jsonPart = (...all: Made[]): SentPart => ({
  type: 'application/dicom+json',
  body: JSON.stringify(all.map(described)),
});
const pixelPart = (made: Made, type = octets): SentPart => ({ type, location: pixelUri(made), body: madePixels(made) });

const retrieved = async (service: string, instance: string): Promise<DataSet> => {
  const url = `${service}/studies/${madeStudy}/series/${madeSeries}/instances/${instance}`;
  const response = await fetch(url, { headers: { accept: 'application/dicom; transfer-syntax=*' } });
  assert.equal(response.status, 200, await response.clone().text());
  return readPart10(new Uint8Array(await response.arrayBuffer())).dataSet;
};
const same = (got: DataSet, made: Made) => assert.deepEqual(toJson(got), toJson(madeDataSet(made)));

test('JSON and its bulk data become the instance that was described', async (t) => {
  const { service } = await startDicomweb(t);
  const made = { instance: '1.2.1', rows: 40, columns: 30 };
  const answer = await send(`${service}/studies`, [jsonPart(made), pixelPart(made)]);
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.json['00081199'].Value.length, 1);
  same(await retrieved(service, '1.2.1'), made);
});

test('XML, one part for each instance, parts in any order, large ones by way of the disk', async (t) => {
  const { service } = await startDicomweb(t);
  const [first, second] = [{ instance: '1.2.1' }, { instance: '1.2.2', rows: 600, columns: 700 }];
  const xml = (made: Made): SentPart => ({
    type: 'application/dicom+xml',
    body: toXml(madeDataSet(made), { bulkDataUri: (path) => (path === 'PixelData' ? pixelUri(made) : undefined) }),
  });
  const before = await spools();
  const parts = [xml(first), xml(second), pixelPart(second), pixelPart(first)];
  const answer = await send(`${service}/studies/${madeStudy}`, parts);
  assert.equal(answer.status, 200, answer.text);
  same(await retrieved(service, '1.2.1'), first);
  same(await retrieved(service, '1.2.2'), second);
  assert.deepEqual(await spools(), before, 'nothing is left on the disk');
});

const spools = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('concord-stow-'));

test('bulk data that several instances share, a whole data set inline, and metadata as the only body', async (t) => {
  const { service } = await startDicomweb(t);
  const [one, two] = [{ instance: '1.2.1' }, { instance: '1.2.2' }];
  const shared = [one, two].map((made) =>
    toJson(madeDataSet(made), { bulkDataUri: (path) => (path === 'PixelData' ? 'shared' : undefined) }),
  );
  const answer = await send(`${service}/studies`, [
    { type: 'application/dicom+json', body: JSON.stringify(shared) },
    { type: octets, location: new URL('shared', `${service}/studies`).href, body: madePixels(one) },
  ]);
  assert.equal(answer.status, 200, answer.text);
  same(await retrieved(service, '1.2.1'), one);
  same(await retrieved(service, '1.2.2'), two);
  const inline = { instance: '1.2.3' };
  const alone = await fetch(`${service}/studies`, {
    method: 'POST',
    body: JSON.stringify([toJson(madeDataSet(inline))]),
    headers: { 'content-type': 'application/dicom+json' },
  });
  assert.equal(alone.status, 200, await alone.text());
  same(await retrieved(service, '1.2.3'), inline);
});

test('what /metadata and its BulkDataURIs give makes the same instance elsewhere', async (t) => {
  const [from, to] = [await startDicomweb(t), await startDicomweb(t)];
  const made = { instance: '1.2.1', rows: 50, columns: 60, frames: 2 };
  const long = (dataSet: DataSet) => dataSet.set('(0029,1010)', new Uint8Array(3000).fill(7), 'OB');
  const file = madeFile({ ...made, change: long });
  await fetch(`${from.service}/studies`, {
    method: 'POST',
    body: file,
    headers: { 'content-type': 'application/dicom' },
  });
  const metadata = await (await fetch(`${from.service}/studies/${madeStudy}/metadata`)).json();
  const uris = [...JSON.stringify(metadata).matchAll(/"BulkDataURI":"([^"]+)"/gu)].map(([, uri = '']) => uri);
  assert.equal(uris.length, 2);
  const bulk = await Promise.all(
    uris.map(async (location) => {
      const response = await fetch(location, { headers: { accept: octets } });
      return { type: octets, location, body: new Uint8Array(await response.arrayBuffer()) };
    }),
  );
  const answer = await send(`${to.service}/studies`, [
    { type: 'application/dicom+json', body: JSON.stringify(metadata) },
    ...bulk,
  ]);
  assert.equal(answer.status, 200, answer.text);
  const change = (dataSet: DataSet) => {
    long(dataSet);
    dataSet.set('SpecificCharacterSet', 'ISO_IR 192'); // JSON is always in UTF-8: PS3.18 F.2
  };
  same(await retrieved(to.service, '1.2.1'), { ...made, change });
});

test('compressed frames: one part each, the transfer syntax told by the part or by the stream', async (t) => {
  const { service } = await startDicomweb(t);
  const made = { instance: '1.2.1', rows: 20, columns: 30, frames: 2 };
  await fetch(`${service}/studies`, {
    method: 'POST',
    body: madeFile(made),
    headers: { 'content-type': 'application/dicom' },
  });
  const frames = `${service}/studies/${madeStudy}/series/${madeSeries}/instances/1.2.1/frames`;
  const frame = async (number: number, type: string) =>
    new Uint8Array(await (await fetch(`${frames}/${number}`, { headers: { accept: type } })).arrayBuffer());
  for (const [instance, type, said, syntax] of [
    ['1.2.5', 'image/dicom-rle', '', '1.2.840.10008.1.2.5'],
    ['1.2.6', 'image/jpeg', '', '1.2.840.10008.1.2.4.70'],
    ['1.2.7', 'image/jls', '; transfer-syntax=1.2.840.10008.1.2.4.80', '1.2.840.10008.1.2.4.80'],
  ] as const) {
    const other = { ...made, instance };
    const parts = [1, 2].map(async (number) => ({
      type: type + said,
      location: pixelUri(other),
      body: await frame(number, type),
    }));
    const answer = await send(`${service}/studies`, [jsonPart(other), ...(await Promise.all(parts))]);
    assert.equal(answer.status, 200, answer.text);
    const got = `${service}/studies/${madeStudy}/series/${madeSeries}/instances/${instance}`;
    const response = await fetch(got, { headers: { accept: 'application/dicom; transfer-syntax=*' } });
    assert.equal(readPart10(new Uint8Array(await response.arrayBuffer())).transferSyntaxUid, syntax);
    const second = await fetch(`${got}/frames/2`, { headers: { accept: octets } });
    assert.deepEqual(Buffer.from(await second.arrayBuffer()), Buffer.from(madePixels(made)).subarray(1200));
  }
});

test('bulk data that never comes, another study, a frame too many: each a failure of its own, the rest is stored', async (t) => {
  const { service, archive } = await startDicomweb(t);
  const good = { instance: '1.2.1' };
  const lonely = { instance: '1.2.2' };
  const foreign = { instance: '1.2.3', study: '1.2.9' };
  const parts = [jsonPart(good, lonely, foreign), pixelPart(good), pixelPart({ instance: '1.2.99' })];
  const answer = await send(`${service}/studies/${madeStudy}`, parts);
  assert.equal(answer.status, 202, answer.text);
  const failed = answer.json['00081198'].Value.map((item: Record<string, { Value: unknown[] }>) => [
    item['00081155']?.Value[0],
    item['00081197']?.Value[0],
  ]);
  assert.deepEqual(failed.sort(), [
    ['1.2.2', 0xc000],
    ['1.2.3', 0xa900],
  ]);
  const three = [1, 2, 3].map(() => ({ type: 'image/dicom-rle', location: pixelUri(lonely), body: 'x' }));
  const many = await send(`${service}/studies`, [...three, jsonPart(lonely)], 'application/dicom+json');
  assert.equal(many.status, 409, many.text);
  assert.match(many.text, /3 parts for 1 frames/);
  assert.equal((await archive.statistics()).instances, 1);
});

test('bodies that are no description', async (t) => {
  const { service, archive } = await startDicomweb(t);
  const url = `${service}/studies`;
  const made = { instance: '1.2.1' };
  const type = 'application/dicom+json';
  const expected: [number, readonly SentPart[]][] = [
    [400, [{ type, body: 'no JSON' }]],
    [400, [{ type, body: '[]' }]],
    [400, [jsonPart(made), { type: octets, body: 'x' }]],
    [400, [jsonPart(made), { type: 'nonsense', location: 'x', body: 'x' }]],
    [409, [{ type, body: '[42]' }]],
    [409, [{ type, body: '[{"0010":{"vr":"PN"}}]' }]],
    [409, [{ type, body: '[{"00100010":{"vr":"XX"}}]' }]],
    [409, [{ type: 'application/dicom+xml', body: '<!DOCTYPE x [<!ENTITY a "a">]><NativeDicomModel/>' }]],
    [409, [jsonPart(made), pixelPart(made, 'image/tiff')]],
    [409, [{ type, body: '[{"00080018":{"vr":"UI","Value":["../x"]}}]' }]],
  ];
  for (const [status, parts] of expected) {
    const answer = await send(url, parts);
    assert.equal(answer.status, status, answer.text);
  }
  const whole = bodyOf([jsonPart(made), pixelPart(made)]);
  const headers = { 'content-type': `multipart/related; type="${type}"; boundary=b` };
  const cut = await fetch(url, { method: 'POST', body: whole.subarray(0, -20), headers });
  assert.equal(cut.status, 400, await cut.text());
  assert.equal((await archive.statistics()).instances, 0);
  assert.deepEqual(await spools(), []);
});
