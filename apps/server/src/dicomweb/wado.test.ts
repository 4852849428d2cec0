// WADO-RS against a real archive: instances, metadata, bulk data, frames, and what cannot be had.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  deflatedExplicitVrLittleEndian,
  explicitVrBigEndian,
  explicitVrLittleEndian,
  implicitVrLittleEndian,
  readPart10,
} from '@concord/dicom';
import { partsOf } from '../../testing/answer-parts.ts';
import { startFilled } from '../../testing/archive.ts';
import { madeFile, madePixels, madeSeries, madeSeriesPath, madeStudy } from '../../testing/instances.ts';

const one = `${madeSeriesPath}/instances/1.2.1`;
const octets = 'multipart/related; type="application/octet-stream"';

test('a study, a series and an instance come back as they were sent', async (t) => {
  const { get, service } = await startFilled(t, [{ instance: '1.2.1' }, { instance: '1.2.2', instanceNumber: 2 }]);
  const sent = [madeFile({ instance: '1.2.1' }), madeFile({ instance: '1.2.2', instanceNumber: 2 })];
  for (const [path, count] of [
    [`/studies/${madeStudy}`, 2],
    [madeSeriesPath, 2],
    [one, 1],
  ] as const) {
    const response = await get(path, 'multipart/related; type="application/dicom"');
    assert.equal(response.status, 200);
    assert.match(
      response.headers.get('content-type') ?? '',
      /^multipart\/related; type="application\/dicom"; boundary=/,
    );
    const parts = await partsOf(response);
    assert.equal(parts.length, count);
    for (const [index, part] of parts.entries()) {
      assert.equal(part.type, `application/dicom; transfer-syntax=${explicitVrLittleEndian}`);
      assert.equal(part.location, `${service}${madeSeriesPath}/instances/1.2.${index + 1}`);
      const [back, before] = [part.bytes, sent[index] ?? new Uint8Array()].map((bytes) => readPart10(bytes));
      assert.deepEqual(Buffer.from(back?.dataSet.bytes('PixelData') ?? []), Buffer.from(madePixels({})));
      assert.equal(back?.dataSet.string('PatientName'), before?.dataSet.string('PatientName'));
    }
  }
  const single = await get(one, 'application/dicom');
  assert.match(single.headers.get('content-type') ?? '', /^application\/dicom; transfer-syntax=/);
  assert.equal(readPart10(new Uint8Array(await single.arrayBuffer())).dataSet.string('SOPInstanceUID'), '1.2.1');
  assert.equal((await get(madeSeriesPath, 'application/dicom')).status, 406);
});

test('every uncompressed syntax goes out as Explicit VR Little Endian, the same but for its encoding', async (t) => {
  for (const transferSyntaxUid of [
    implicitVrLittleEndian,
    explicitVrBigEndian,
    deflatedExplicitVrLittleEndian,
    explicitVrLittleEndian,
  ]) {
    const { get } = await startFilled(t, [{ instance: '1.2.1', transferSyntaxUid, frames: 3 }]);
    const response = await get(one, 'application/dicom');
    assert.equal(response.status, 200, `${transferSyntaxUid}: ${response.status}`);
    const { dataSet, transferSyntaxUid: sent } = readPart10(new Uint8Array(await response.arrayBuffer()));
    assert.equal(sent, explicitVrLittleEndian);
    assert.deepEqual(
      Buffer.from(dataSet.bytes('PixelData') ?? []),
      Buffer.from(madePixels({ frames: 3 })),
      transferSyntaxUid,
    );
    assert.equal(dataSet.string('PatientName'), 'Müller^Jürgen');
    const any = await get(one, 'application/dicom; transfer-syntax=*');
    const asStored =
      transferSyntaxUid === deflatedExplicitVrLittleEndian ? deflatedExplicitVrLittleEndian : explicitVrLittleEndian;
    assert.match(any.headers.get('content-type') ?? '', new RegExp(`transfer-syntax=${asStored}$`));
    assert.equal(readPart10(new Uint8Array(await any.arrayBuffer())).transferSyntaxUid, asStored);
  }
});

test('what was asked for and cannot be had is 406 with what could', async (t) => {
  const { get } = await startFilled(t, [{ instance: '1.2.1' }]);
  for (const path of [one, `${one}/frames/1`, `${one}/metadata`, `${one}/rendered`]) {
    const response = await get(path, 'text/csv');
    assert.equal(response.status, 406, path);
    const problem = await response.json();
    assert.ok(problem.acceptable.length > 0, path);
    const again = await get(path, problem.acceptable[0]);
    assert.equal(again.status, 200, `${path} as ${problem.acceptable[0]}`);
    await again.arrayBuffer();
  }
});

test('metadata: JSON for a series, bulk data named, and the URI leads to the bytes', async (t) => {
  const large = Buffer.alloc(5000, 7);
  const { get } = await startFilled(t, [
    { instance: '1.2.1', change: (dataSet) => dataSet.set('ICCProfile', large) },
    { instance: '1.2.2', instanceNumber: 2 },
  ]);
  const response = await get(`${madeSeriesPath}/metadata`);
  assert.equal(response.headers.get('content-type'), 'application/dicom+json');
  const [first, second, ...others] = await response.json();
  assert.equal(others.length, 0);
  assert.equal(second['00080018'].Value[0], '1.2.2');
  assert.deepEqual(first['00100010'], { vr: 'PN', Value: [{ Alphabetic: 'Müller^Jürgen' }] });
  assert.deepEqual(first['00080005'].Value, ['ISO_IR 192']);
  assert.deepEqual(first['00083002'].Value, [explicitVrLittleEndian]);
  for (const [tag, expected] of [
    ['00282000', large],
    ['7FE00010', Buffer.from(madePixels({}))],
  ] as const) {
    assert.ok(first[tag].BulkDataURI, tag);
    const bulk = await fetch(first[tag].BulkDataURI, { headers: { accept: octets } });
    assert.equal(bulk.status, 200);
    assert.deepEqual((await partsOf(bulk))[0]?.bytes, expected);
  }
});

test('metadata as XML, one part for each instance', async (t) => {
  const { get } = await startFilled(t, [{ instance: '1.2.1' }, { instance: '1.2.2', instanceNumber: 2 }]);
  const parts = await partsOf(
    await get(`${madeSeriesPath}/metadata`, 'multipart/related; type="application/dicom+xml"'),
  );
  assert.equal(parts.length, 2);
  assert.equal(parts[0]?.type, 'application/dicom+xml');
  assert.match(parts[1]?.location ?? '', /^http.*\/instances\/1\.2\.2\/metadata$/u);
  assert.match(parts[0]?.bytes.toString() ?? '', /keyword="PixelData"[\s\S]*<BulkData uri="http/);
});

test('bulk data in ranges', async (t) => {
  const { get } = await startFilled(t, [{ instance: '1.2.1', rows: 100, columns: 100, frames: 2 }]);
  const pixels = Buffer.from(madePixels({ rows: 100, columns: 100, frames: 2 }));
  const at = `${one}/bulkdata/PixelData`;
  const range = async (value: string) => get(at, 'application/octet-stream', { range: value });
  const middle = await range('bytes=19990-20009');
  assert.equal(middle.status, 206);
  assert.equal(middle.headers.get('content-range'), `bytes 19990-20009/${pixels.length}`);
  assert.deepEqual(Buffer.from(await middle.arrayBuffer()), pixels.subarray(19_990, 20_010));
  assert.deepEqual(Buffer.from(await (await range('bytes=-7')).arrayBuffer()), pixels.subarray(-7));
  const beyond = await range(`bytes=${pixels.length}-`);
  assert.equal(beyond.status, 416);
  assert.equal(beyond.headers.get('content-range'), `bytes */${pixels.length}`);
  assert.deepEqual(Buffer.from(await (await get(at, 'application/octet-stream')).arrayBuffer()), pixels);
  for (const path of [
    'NoSuchElement',
    'ICCProfile',
    'RequestAttributesSequence%5B0%5D.StudyID',
    'x%2f..%2fy',
    '%3Cb%3E',
  ]) {
    const response = await get(`${one}/bulkdata/${path}`);
    assert.ok([400, 404].includes(response.status), `${path}: ${response.status}`);
  }
});

test('tags: what has not changed is not sent again', async (t) => {
  const { get } = await startFilled(t, [{ instance: '1.2.1' }]);
  for (const path of [one, `${one}/metadata`, `${one}/frames/1`, `${one}/bulkdata/PixelData`, `${one}/rendered`]) {
    const first = await get(path);
    await first.arrayBuffer();
    const tag = first.headers.get('etag');
    assert.ok(tag, path);
    const same = await get(path, '*/*', { 'if-none-match': `"other", W/${tag}` });
    assert.equal(same.status, 304, path);
    assert.equal((await same.arrayBuffer()).byteLength, 0);
    for (const { headers } of [first, same]) {
      assert.equal(headers.get('cache-control'), 'private, no-cache', path);
      assert.match(headers.get('vary') ?? '', /^Accept, (?:Accept-Encoding, )?Origin$/u, path);
      assert.equal(headers.get('etag'), tag, path);
    }
    assert.equal((await get(path, '*/*', { 'if-none-match': '"other"' })).status, 200, path);
  }
  const search = await get('/studies');
  assert.equal(search.headers.get('cache-control'), 'no-store', 'what is found changes with every object that comes');
  await search.arrayBuffer();
});

test('HEAD has the fields of GET and no body', async (t) => {
  const { service } = await startFilled(t, [{ instance: '1.2.1' }]);
  for (const path of [one, `${one}/frames/1`, `${one}/metadata`, '/studies']) {
    const response = await fetch(`${service}${path}`, { method: 'HEAD' });
    assert.equal(response.status, 200, path);
    assert.ok(response.headers.get('content-type'), path);
    assert.equal((await response.arrayBuffer()).byteLength, 0);
  }
});

test('addresses that name nothing', async (t) => {
  const { get, service } = await startFilled(t, [{ instance: '1.2.1' }]);
  const expected: [string, number][] = [
    ['/studies/1.2.3.4', 404],
    [`/studies/${madeStudy}/series/1.2.3.4`, 404],
    [`${madeSeriesPath}/instances/1.2.3.4`, 404],
    [`/studies/1.2.3.4/series/${madeSeries}/instances/1.2.1`, 404],
    ['/studies/%2e%2e%2f%2e%2e%2fetc%2fpasswd', 400],
    [`/studies/${'1'.repeat(65)}`, 400],
    ['/studies/%00', 400],
    ['/studies/%3Cscript%3Ealert(1)%3C%2Fscript%3E', 400],
    ['/nothing', 404],
    ...['mpr', 'rendered-mpr', 'rendered-3d', 'volume'].map((name): [string, number] => [
      `${madeSeriesPath}/${name}`,
      404,
    ]),
  ];
  for (const [path, status] of expected) {
    const response = await get(path);
    const text = await response.text();
    assert.equal(response.status, status, path);
    assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
    assert.doesNotMatch(text, /<script|root:/);
  }
  const put = await fetch(`${service}/studies/${madeStudy}`, { method: 'PUT' });
  assert.equal(put.status, 405);
  assert.equal(put.headers.get('allow'), 'GET, HEAD, POST, OPTIONS');
});

test('a study as ZIP', async (t) => {
  const { get } = await startFilled(t, [{ instance: '1.2.1' }, { instance: '1.2.2', instanceNumber: 2 }]);
  const response = await get(`/studies/${madeStudy}`, 'application/zip');
  assert.equal(response.headers.get('content-type'), 'application/zip');
  assert.equal(response.headers.get('content-disposition'), `attachment; filename="${madeStudy}.zip"`);
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.ok(bytes.includes('series-001/00001.dcm') && bytes.includes('series-001/00002.dcm'));
});

test('capabilities list every resource', async (t) => {
  const { service } = await startFilled(t, []);
  const json = await (
    await fetch(`${service}/`, { method: 'OPTIONS', headers: { accept: 'application/json' } })
  ).json();
  const paths = json.resources.map(({ path }: { path: string }) => path);
  for (const path of ['/studies/{study}/metadata', '/studies/{study}/pixeldata', '/workitems/{workitem}/state'])
    assert.ok(paths.includes(path), path);
  const parametersOf = (path: string) =>
    json.resources.find((resource: { path: string }) => resource.path === path).methods[0].parameters.join();
  assert.match(
    parametersOf('/studies'),
    /^\{attribute\},limit,offset,.*fuzzymatching,emptyvaluematching,.*includefield/,
  );
  assert.match(parametersOf('/studies/{study}/rendered'), /window,viewport,quality,iccprofile,annotation$/);
  assert.deepEqual(json.characterSets, ['UTF-8']);
  const wadl = await fetch(`${service}/`, { method: 'OPTIONS' });
  assert.match(wadl.headers.get('content-type') ?? '', /^application\/vnd.sun.wadl\+xml/);
  const text = await wadl.text();
  assert.match(text, /<resource path="studies\/{study}">/);
  assert.match(text, /<param name="charset" style="query"><option value="UTF-8"\/><\/param>/);
  assert.match(text, /<param name="window" style="query"\/>/);
});

test('each resource says what it can, by itself and to a page of another origin', async (t) => {
  const origin = 'https://viewer.example';
  const { service, url } = await startFilled(t, [], { origins: { allowedOrigins: [origin], allowedHosts: [] } });
  const options = (address: string, headers: Record<string, string> = {}) =>
    fetch(address, { method: 'OPTIONS', headers: { accept: 'application/json', ...headers } });
  const { resources } = await (await options(`${service}/`)).json();
  const addresses = resources.map(({ path }: { path: string }) => [`${service}${path.replace(/[{}]/gu, '')}`, path]);
  assert.ok(addresses.length > 40);
  for (const [address, path] of [...addresses, [`${url}/wado`, '/wado']]) {
    const answer = await options(address);
    assert.equal(answer.status, 200, address);
    const one = await answer.json();
    assert.deepEqual(
      one.resources.map((each: { path: string }) => each.path),
      [path],
    );
    const methods: string[] = one.resources[0].methods.map(({ method }: { method: string }) => method);
    const allowed = answer.headers.get('allow')?.split(', ') ?? [];
    assert.deepEqual(allowed, [
      ...new Set([...methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : method)), 'OPTIONS']),
    ]);
    const preflight = await options(address, { origin, 'access-control-request-method': methods[0] ?? '' });
    assert.deepEqual([preflight.status, preflight.headers.get('access-control-allow-origin')], [204, origin]);
    assert.ok(preflight.headers.get('access-control-allow-methods')?.includes(methods[0] ?? '?'));
  }
  const wadl = await options(`${service}/studies`, { accept: 'application/vnd.sun.wadl+xml' });
  assert.match(await wadl.text(), /<resource path="studies">/u);
  assert.equal((await options(`${service}/studies`, { accept: 'image/png' })).status, 406);
  assert.equal((await options(`${service}/nothing`)).status, 404);
});
