// STOW-RS against a real archive: what is stored, what is refused and why, and bodies that lie.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { type DataSet, readPart10, toJson } from '@concord/dicom';
import { startDicomweb } from '../../testing/archive.ts';
import { ctImageStorage, madeDataSet, madeFile, madePixels, madeSeries, madeStudy } from '../../testing/instances.ts';
import { rawRequest } from '../../testing/raw-request.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import { type ObjectStore, StoreError } from '../objects/object-store.ts';

const multipart = (files: readonly Uint8Array[], type = 'application/dicom'): Buffer<ArrayBuffer> =>
  Buffer.concat([
    ...files.flatMap((file) => [Buffer.from(`--b\r\nContent-Type: ${type}\r\n\r\n`), file, Buffer.from('\r\n')]),
    Buffer.from('--b--\r\n'),
  ]);
const related = 'multipart/related; type="application/dicom"; boundary=b';

const post = async (
  url: string,
  body: Uint8Array<ArrayBuffer>,
  contentType = related,
  headers: Record<string, string> = {},
) => {
  const sent = { method: 'POST', body, headers: { 'content-type': contentType, ...headers } };
  const response = await fetch(url, sent);
  const text = await response.text();
  const { status, headers: answered } = response;
  return { status, type: answered.get('content-type') ?? '', headers: answered, text, json: parsed(text) };
};
const parsed = (text: string) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
const codes = (json: Record<string, { Value?: Record<string, { Value?: unknown[] }>[] }>, sequence: string) =>
  (json[sequence]?.Value ?? []).map((item) => item['00081197']?.Value?.[0]);

test('several instances are stored, and the answer says where each can be had', async (t) => {
  const { service, archive } = await startDicomweb(t);
  const answer = await post(
    `${service}/studies`,
    multipart([madeFile({ instance: '1.2.1' }), madeFile({ instance: '1.2.2' })]),
  );
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.type, 'application/dicom+json');
  assert.deepEqual(answer.json['00081190'].Value, [`${service}/studies/${madeStudy}`]);
  assert.deepEqual(answer.json['00081199'].Value[0], {
    '00081150': { vr: 'UI', Value: [ctImageStorage] },
    '00081155': { vr: 'UI', Value: ['1.2.1'] },
    '00081190': { vr: 'UR', Value: [`${service}/studies/${madeStudy}/series/${madeSeries}/instances/1.2.1`] },
  });
  assert.equal(answer.json['00081198'], undefined);
  assert.equal(answer.headers.get('location'), `${service}/studies/${madeStudy}`);
  for (const [coding, encode] of Object.entries({ gzip: gzipSync, deflate: deflateSync })) {
    const file = madeFile({ instance: coding === 'gzip' ? '1.2.3' : '1.2.4', rows: 300, columns: 300 });
    const encoded = await post(`${service}/studies`, encode(multipart([file])), related, {
      'content-encoding': coding,
    });
    assert.equal(encoded.status, 200, encoded.text);
    const [stored] = await archive.instances({ sopInstanceUid: coding === 'gzip' ? '1.2.3' : '1.2.4' });
    const kept = stored && Buffer.concat(await Array.fromAsync(archive.dataSetBytes(stored)));
    assert.ok(kept && kept.length > 180_000 && kept.equals(file.subarray(file.length - kept.length)), coding);
  }
  assert.equal((await archive.statistics()).instances, 4);
});

test('one instance as a body of its own, and the answer as XML', async (t) => {
  const { service } = await startDicomweb(t);
  const answer = await post(`${service}/studies`, madeFile({ instance: '1.2.1' }), 'application/dicom', {
    accept: 'application/dicom+xml',
  });
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.type, /^application\/dicom\+xml/);
  assert.match(answer.text, /<DicomAttribute tag="00081199" vr="SQ" keyword="ReferencedSOPSequence">/);
  const url = `${service}/studies/${madeStudy}/series/${madeSeries}/instances/1.2.1`;
  assert.deepEqual([answer.headers.get('location'), answer.headers.get('content-location')], [url, url]);
  const accept = 'multipart/related; type="application/dicom+xml"';
  const parts = await post(`${service}/studies`, madeFile({ instance: '1.2.1' }), 'application/dicom', { accept });
  assert.equal(parts.status, 200, parts.text);
  assert.match(parts.type, /^multipart\/related; type="application\/dicom\+xml"; boundary=/);
  assert.match(
    parts.text,
    /^--\S+\r\nContent-Type: application\/dicom\+xml\r\n[\s\S]*ReferencedSOPSequence[\s\S]*--\r\n$/,
  );
});

test('storing the same again changes nothing and is no failure', async (t) => {
  const { service, archive } = await startDicomweb(t);
  const body = multipart([madeFile({ instance: '1.2.1' })]);
  assert.equal((await post(`${service}/studies`, body)).status, 200);
  assert.equal((await post(`${service}/studies`, body)).status, 200);
  assert.equal((await archive.statistics()).instances, 1);
});

test('what cannot be stored is named beside what could: 202', async (t) => {
  const { service, archive } = await startDicomweb(t);
  const garbage = Buffer.from('this is no DICOM file, but it is long enough to be looked at'.repeat(10));
  const cut = madeFile({ instance: '1.2.2' }).subarray(0, -10);
  const answer = await post(`${service}/studies`, multipart([garbage, madeFile({ instance: '1.2.1' }), cut]));
  assert.equal(answer.status, 202, answer.text);
  assert.equal(answer.json['00081199'].Value.length, 1);
  const failures = [...codes(answer.json, '0008119A'), ...codes(answer.json, '00081198')];
  assert.deepEqual(failures, [0xc000, 0xc000], answer.text);
  assert.equal((await archive.statistics()).instances, 1);
});

test('each cause of a failure has its Failure Reason', async (t) => {
  let trouble: 'quota' | 'failed' | 'full' | undefined;
  const { archive } = await openRealArchive(t, {
    duplicates: 'reject',
    hasRoom: () => trouble !== 'quota',
    store: (real: ObjectStore) => ({
      ...real,
      create: (...given) =>
        trouble === 'failed' || trouble === 'full'
          ? Promise.reject(new StoreError(trouble, 'a test'))
          : real.create(...given),
    }),
  });
  const { service } = await startDicomweb(t, { archive });
  const good = madeFile({ instance: '1.2.1' });
  const without = (keyword: 'StudyInstanceUID') =>
    madeFile({ instance: '1.2.1', change: (dataSet) => void dataSet.delete(keyword) });
  for (const [now, file, reason, what] of [
    ['quota', good, 0xa700, 'the quota is used up'],
    ['full', good, 0xa700, 'no space left'],
    ['failed', good, 0xa701, 'the store failed'],
    [undefined, without('StudyInstanceUID'), 0xa900, 'a UID is missing'],
    [undefined, madeFile({ instance: '1.2.3x' }), 0xa900, 'a UID is none'],
    [undefined, good.subarray(0, -10), 0xc000, 'cut short'],
  ] as const) {
    trouble = now;
    const answer = await post(`${service}/studies`, multipart([file]));
    assert.equal(answer.status, 409, `${what}: ${answer.text}`);
    const reasons = [...codes(answer.json, '00081198'), ...codes(answer.json, '0008119A')];
    assert.deepEqual(reasons, [reason], `${what}: ${answer.text}`);
  }
  const other = madeFile({ instance: '1.2.1', rows: 8 });
  const answer = await post(`${service}/studies`, multipart([good, other]));
  assert.deepEqual(codes(answer.json, '00081198'), [0xc001], 'another object has the UID');
});

test('pixel data of a wrong length is kept as it came, with warning B007 in a 202; also where metadata describes it', async (t) => {
  const { service, archive } = await startDicomweb(t);
  const short = { instance: '1.2.1', change: (dataSet: DataSet) => dataSet.set('Rows', 5) };
  const answer = await post(`${service}/studies`, multipart([madeFile(short), madeFile({ instance: '1.2.2' })]));
  assert.equal(answer.status, 202, answer.text);
  const [first, second] = answer.json['00081199'].Value;
  assert.deepEqual(first['00081196'], { vr: 'US', Value: [0xb007] });
  assert.deepEqual(first['00000902'].Value, ['Pixel Data has 40 bytes, not the 50 described']);
  assert.equal(second['00081196'], undefined);
  assert.equal(answer.json['00081198'], undefined);
  const place = `${service}/studies/${madeStudy}/series/${madeSeries}/instances/1.2.1`;
  const kept = await fetch(place, { headers: { accept: 'application/dicom; transfer-syntax=*' } });
  const stored = readPart10(new Uint8Array(await kept.arrayBuffer())).dataSet;
  assert.deepEqual(stored.bytes('PixelData'), madePixels({}));
  const described = { ...toJson(madeDataSet({ instance: '1.2.3' })), '7FE00010': { vr: 'OW', BulkDataURI: 'p' } };
  const parts = [
    `Content-Type: application/dicom+json\r\n\r\n${JSON.stringify([described])}`,
    `Content-Type: application/octet-stream\r\nContent-Location: p\r\n\r\n${'x'.repeat(44)}`,
  ];
  const body = Buffer.from(`${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`);
  const type = 'multipart/related; type="application/dicom+json"; boundary=b';
  const long = await post(`${service}/studies`, body, type);
  assert.equal(long.status, 202, long.text);
  assert.deepEqual(long.json['00081199'].Value[0]['00081196'].Value, [0xb007]);
  assert.equal((await archive.statistics()).instances, 3);
});

test('more instances than an answer can name are refused before memory is taken for each', async (t) => {
  const { service, archive } = await startDicomweb(t, { limits: { storeInstances: 100 } });
  for (const [count, status] of [
    [101, 413],
    [100, 409],
  ] as const) {
    const metadata = Buffer.from(JSON.stringify(Array(count).fill({})));
    const described = await post(`${service}/studies`, metadata, 'application/dicom+json');
    assert.equal(described.status, status, described.text.slice(0, 200));
  }
  const part = Buffer.from('--b\r\nContent-Type: text/plain\r\n\r\n\r\n');
  const many = Buffer.concat([multipart([madeFile({ instance: '1.2.1' })]).subarray(0, -7), ...Array(101).fill(part)]);
  const answer = await post(`${service}/studies`, many);
  assert.equal(answer.status, 202);
  assert.equal(codes(answer.json, '0008119A').length, 100);
  assert.equal(answer.json['0008119A'].Value.at(-1)['00000902'].Value[0], 'A request may have at most 100 instances.');
  assert.equal((await archive.statistics()).instances, 1);
});

test('nothing stored is 409', async (t) => {
  const { service } = await startDicomweb(t);
  const answer = await post(`${service}/studies`, multipart([Buffer.from('garbage')]));
  assert.equal(answer.status, 409, answer.text);
  assert.equal(answer.json['00081199'], undefined);
  assert.equal((await post(`${service}/studies`, Buffer.from('garbage'), 'application/dicom')).status, 409);
});

test('an instance of another study than the address is refused', async (t) => {
  const { service, archive } = await startDicomweb(t);
  const other = madeFile({ instance: '1.2.2', study: '1.2.3.4' });
  const answer = await post(`${service}/studies/${madeStudy}`, multipart([madeFile({ instance: '1.2.1' }), other]));
  assert.equal(answer.status, 202, answer.text);
  assert.deepEqual(codes(answer.json, '00081198'), [0xa900]);
  assert.deepEqual(answer.json['00081198'].Value[0]['00081155'].Value, ['1.2.2']);
  assert.equal((await archive.statistics()).instances, 1);
  const garbage = await post(`${service}/studies/${madeStudy}`, Buffer.from('garbage'), 'application/dicom');
  assert.equal(garbage.status, 409, garbage.text);
  const large = madeFile({ instance: '1.2.3', rows: 600, columns: 600 });
  assert.equal((await post(`${service}/studies/${madeStudy}`, large, 'application/dicom')).status, 200);
});

test('long bodies: instances are stored byte for byte wherever the reads cut them, one of another study among them is refused', async (t) => {
  const { service, archive } = await startDicomweb(t);
  const large = { rows: 512, columns: 512 };
  const files = Array.from({ length: 5 }, (_, index) =>
    madeFile({ ...large, instance: `1.2.${index}`, columns: 512 + index, ...(index === 3 && { study: '1.2.99' }) }),
  );
  const answer = await post(`${service}/studies/${madeStudy}`, multipart(files));
  assert.equal(answer.status, 202, answer.text);
  assert.deepEqual(codes(answer.json, '00081198'), [0xa900]);
  for (const [index, file] of files.entries()) {
    const [instance] = await archive.instances({ sopInstanceUid: `1.2.${index}` });
    if (index === 3) assert.equal(instance, undefined);
    if (!instance) continue;
    const stored = Buffer.concat(await Array.fromAsync(archive.dataSetBytes(instance)));
    assert.ok(stored.length > 2 * large.rows * large.columns);
    assert.ok(stored.equals(file.subarray(file.length - stored.length)), `instance ${index}`);
  }
  assert.equal((await archive.statistics()).instances, 4);
});

test('requests that are no store requests', async (t) => {
  const { service, archive } = await startDicomweb(t);
  const file = madeFile({ instance: '1.2.1' });
  const url = `${service}/studies`;
  const expected: [number, Uint8Array<ArrayBuffer>, string][] = [
    [400, Buffer.from('no multipart at all'), related],
    [400, Buffer.from('--b--'), related],
    [400, multipart([file]), 'multipart/related; type="application/dicom"'],
    [400, multipart([file]), `multipart/related; boundary=${'x'.repeat(80)}`],
    [400, multipart([file]).subarray(0, -40), related],
    [400, Buffer.concat([Buffer.from('--b\r\n'), Buffer.alloc(20_000, 'X: y\r\n')]), related],
    [409, multipart([file], 'image/png'), related],
    [415, file, 'image/png'],
    [415, file, 'nonsense'],
    [415, multipart([file]), 'multipart/form-data; boundary=b'],
    [400, multipart([file]), 'multipart/related; type="application/dicom+json"; boundary=b'],
    [415, multipart([file]), 'multipart/related; type="application/json"; boundary=b'],
  ];
  for (const [status, body, type] of expected) {
    const answer = await post(url, body, type);
    assert.equal(answer.status, status, `${type}: ${answer.text}`);
    if (status !== 409) assert.match(answer.type, /^application\/problem\+json/);
  }
  for (const [coding, status] of [
    ['br', 415],
    ['gzip, gzip', 415],
    ['gzip', 400],
    ['deflate', 400],
  ] as const)
    assert.equal((await post(url, multipart([file]), related, { 'content-encoding': coding })).status, status, coding);
  const cut = gzipSync(multipart([file])).subarray(0, -20);
  assert.equal((await post(url, cut, related, { 'content-encoding': 'gzip' })).status, 400);
  assert.equal((await post(url, multipart([file]), related, { accept: 'image/png' })).status, 406);
  assert.equal((await archive.statistics()).instances, 0);
});

test('a body that breaks off keeps what was stored and says that it broke off', async (t) => {
  const { service, archive, port } = await startDicomweb(t);
  const whole = multipart([madeFile({ instance: '1.2.1' }), madeFile({ instance: '1.2.2' })]);
  const broken = whole.subarray(0, -100);
  const answer = await post(`${service}/studies`, broken);
  assert.equal(answer.status, 202, answer.text);
  assert.equal(answer.json['00081199'].Value.length, 1);
  assert.deepEqual(codes(answer.json, '0008119A'), [0x0110], 'processing failed');
  assert.equal((await archive.statistics()).instances, 1);
  const head = `POST /dicom-web/studies HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${related}\r\nContent-Length: ${whole.length}\r\n\r\n`;
  await rawRequest(port, Buffer.concat([Buffer.from(head), whole.subarray(0, 300)]), 300);
  assert.equal((await archive.statistics()).instances, 1);
});

test('too long, too slow', async (t) => {
  const { service, port } = await startDicomweb(t, { limits: { storeBodyBytes: 2000, bodyWaitMs: 200 } });
  const large = multipart([madeFile({ instance: '1.2.1', rows: 100, columns: 100 })]);
  assert.equal((await post(`${service}/studies`, large)).status, 413);
  const small = gzipSync(
    multipart([madeFile({ instance: '1.2.1', change: (dataSet) => dataSet.set('ImageComments', ' '.repeat(9000)) })]),
  );
  assert.ok(small.length < 2000);
  assert.equal(
    (await post(`${service}/studies`, small, related, { 'content-encoding': 'gzip' })).status,
    413,
    'decoded',
  );
  const head = `POST /dicom-web/studies HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${related}\r\nContent-Length: 1000\r\n\r\n--b`;
  assert.match(await rawRequest(port, head, 3000), /^HTTP\/1.1 408/);
});

test('identifiers that would be paths, markup or too long are refused or kept as text, never used as names', async (t) => {
  const { service, archive } = await startDicomweb(t);
  for (const instance of ['..', '../../etc/passwd', '', '1'.repeat(65), '<script>', '1.2\0x']) {
    const answer = await post(
      `${service}/studies`,
      multipart([madeFile({ instance, change: (dataSet) => dataSet.set('PatientName', '<b>../..</b>') })]),
    );
    assert.equal(answer.status, 409, `${instance}: ${answer.text}`);
    assert.match(answer.type, /json/);
  }
  assert.equal((await archive.statistics()).instances, 0);
});
