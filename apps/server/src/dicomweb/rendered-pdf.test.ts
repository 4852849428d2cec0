// Encapsulated PDFs as pages, plain and rich text, and as themselves where there is no text. PS3.18 Table 8.7.4-1.
import assert from 'node:assert/strict';
import { get as httpGet } from 'node:http';
import { type TestContext, test } from 'node:test';
import { fromXml } from '@concord/dicom';
import { startFilled } from '../../testing/archive.ts';
import { madeSeries, madeSeriesPath, madeStudy } from '../../testing/instances.ts';
import { encapsulating, nestedPdf, onePage, pdfOf } from '../../testing/pdfs.ts';

const place = (instance: string) => `${madeSeriesPath}/instances/${instance}`;

const start = (t: TestContext, ...documents: readonly Uint8Array[]) =>
  startFilled(
    t,
    documents.map((document, index) => ({
      instance: `1.2.${index + 1}`,
      change: (dataSet) => {
        encapsulating(document)(dataSet);
        dataSet.set('SpecificCharacterSet', 'ISO_IR 192');
        dataSet.set('DocumentTitle', 'Befund <b>');
      },
    })),
  );

const lines = ['Lunge & Herz: <script>alert(1)</script>', 'Πνεύμονας φυσιολογικός', '胸部に異常なし {\\b}'];

test('a PDF is itself by default, and its text as a page, plain or rich, each page for itself', async (t) => {
  const pdf = await pdfOf([lines, [], ['Last page']]);
  const { get, url } = await start(t, pdf);
  const own = await get(`${place('1.2.1')}/rendered`);
  assert.equal(own.headers.get('content-type'), 'application/pdf');
  assert.deepEqual(Buffer.from(await own.arrayBuffer()), Buffer.from(pdf));

  const plain = await get(`${place('1.2.1')}/rendered`, 'text/plain');
  assert.equal(plain.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.equal(await plain.text(), `${lines.join('\n')}\n\f\fLast page\n\f`);

  const page = await get(`${place('1.2.1')}/rendered`, 'text/*');
  assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.match(page.headers.get('content-security-policy') ?? '', /sandbox/u);
  const html = await page.text();
  assert.match(
    html,
    /<h1>Befund &lt;b&gt;<\/h1>.*1 \/ 3.*Lunge &amp; Herz: &lt;script&gt;.*Πνεύμονας φυσιολογικός\n胸部/su,
  );
  assert.match(html, /2 \/ 3<\/h2><p><em>No text on this page\..*3 \/ 3<\/h2><pre>Last page/su);
  assert.doesNotMatch(html, /<script/u);

  const rich = await get(`${place('1.2.1')}/rendered`, 'text/rtf');
  assert.equal(rich.headers.get('content-type'), 'text/rtf');
  const rtf = await rich.text();
  assert.match(rtf, /\{\\b\\fs32 Befund <b>\}\\par\n/u);
  assert.ok(rtf.includes('\\line \\u-32520?\\u-28440?\\u12395?'), rtf);
  assert.ok(rtf.includes('\\{\\\\b\\}\\par\n\\pard\\pagebb\\li0 No text on this page.\\par\n\\pard\\pagebb'), rtf);

  const uri = `${url}/wado?requestType=WADO&studyUID=${madeStudy}&seriesUID=${madeSeries}&objectUID=1.2.1`;
  const byUri = await fetch(`${uri}&contentType=text/plain`);
  assert.equal(await byUri.text(), `${lines.join('\n')}\n\f\fLast page\n\f`);
  assert.equal((await fetch(`${uri}&contentType=image/jpeg`)).status, 406);
});

test('text/xml says all of a document but its bytes, and where these are', async (t) => {
  const pdf = await pdfOf([['One']]);
  const { get } = await start(t, pdf);
  const xml = await (await get(`${place('1.2.1')}/rendered`, 'text/xml')).text();
  const [, address = ''] = /keyword="EncapsulatedDocument"><BulkData uri="([^"]+)"/u.exec(xml) ?? [];
  const bulk = await fetch(address, { headers: { accept: 'application/octet-stream' } });
  assert.deepEqual(Buffer.from(await bulk.arrayBuffer()).subarray(0, pdf.length), Buffer.from(pdf));
  const dataSet = fromXml(xml, { bulkData: () => pdf });
  assert.equal(dataSet.string('DocumentTitle'), 'Befund <b>');
});

test('what a caller has of it already is not made again, and a part of it can be asked for', async (t) => {
  const pdf = await pdfOf([['One']]);
  const { get } = await start(t, pdf);
  const path = `${place('1.2.1')}/rendered`;
  for (const accept of ['application/pdf', 'text/plain', 'text/html']) {
    const { headers } = await get(path, accept);
    const again = await get(path, accept, { 'if-none-match': headers.get('etag') ?? '' });
    assert.equal(again.status, 304, accept);
  }
  const part = await get(path, 'application/pdf', { range: 'bytes=1-3' });
  assert.deepEqual([part.status, await part.text()], [206, 'PDF']);
  const head = await fetch((await get(path)).url, { method: 'HEAD' });
  assert.equal(head.headers.get('content-length'), `${pdf.length}`);
  const beyond = await get(path, 'application/pdf', { range: `bytes=${pdf.length}-` });
  assert.equal(beyond.status, 416);
});

test('where there is no text the reason is said, with what can be had; who takes the PDF too gets it, and a warning', async (t) => {
  const scan = onePage('0 0 100 100 re f');
  const damaged = Buffer.from('%PDF-1.7\nnot really\n%%EOF');
  const { get } = await start(t, scan, damaged);
  for (const [instance, why] of [
    ['1.2.1', /holds no text: its pages may be pictures/u],
    ['1.2.2', /is damaged/u],
  ] as const) {
    for (const accept of ['text/plain', 'text/html', 'text/rtf', 'text/plain, text/html;q=0.5']) {
      const refused = await get(`${place(instance)}/rendered`, accept);
      assert.equal(refused.status, 406);
      const { detail, acceptable } = await refused.json();
      assert.match(detail, why);
      assert.deepEqual(acceptable, ['application/pdf', 'text/xml']);
    }
    const instead = await get(`${place(instance)}/rendered`, 'text/plain, application/pdf;q=0.5');
    assert.deepEqual([instead.status, instead.headers.get('content-type')], [200, 'application/pdf']);
    assert.match(instead.headers.get('warning') ?? '', why);
    assert.equal((await instead.arrayBuffer()).byteLength, (instance === '1.2.1' ? scan : damaged).length);
    assert.equal((await get(`${place(instance)}/rendered`)).headers.get('warning'), null);
  }
});

test('many who ask for much are turned away, those who go away leave the place to others', async (t) => {
  const { service, get } = await start(t, nestedPdf(12), await pdfOf([['One']]));
  const url = `${service}${place('1.2.1')}/rendered`;
  const asked = Array.from({ length: 12 }, () => httpGet(url, { headers: { accept: 'text/plain' }, agent: false }));
  const turnedAway: (readonly unknown[])[] = [];
  await new Promise<void>((resolve) => {
    for (const request of asked) {
      request.on('error', () => undefined); // it goes away below
      request.on('response', (response) => {
        turnedAway.push([response.resume().statusCode, response.headers['retry-after']]);
        if (turnedAway.length === 3) resolve();
      });
    }
  });
  for (const request of asked) request.destroy();
  assert.deepEqual(turnedAway, Array(3).fill([503, '1']), 'one is read, and eight wait');
  const started = performance.now();
  const again = () => get(`${place('1.2.2')}/rendered`, 'text/plain');
  let answer = await again();
  while (answer.status === 503 && performance.now() - started < 5000) answer = await again(); // until it is seen that they went
  assert.equal(await answer.text(), 'One\n\f');
});

test('an instance without its document is 404, and a length that is wrong is that of what is there', async (t) => {
  const { get } = await startFilled(t, [
    {
      instance: '1.2.1',
      change: (dataSet) => {
        encapsulating(Buffer.from('%PDF'))(dataSet);
        dataSet.delete('EncapsulatedDocument');
      },
    },
    {
      instance: '1.2.2',
      change: (dataSet) => {
        encapsulating(Buffer.from('%PDF'))(dataSet);
        dataSet.set('EncapsulatedDocumentLength', 4_000_000_000);
      },
    },
  ]);
  assert.equal((await get(`${place('1.2.1')}/rendered`)).status, 404);
  assert.equal(await (await get(`${place('1.2.2')}/rendered`)).text(), '%PDF');
});

test('a 3D model is what it is, or all that is said of it; text of it there is not', async (t) => {
  const model = Buffer.from('solid cube\nendsolid cube\n');
  const change = encapsulating(model, '1.2.840.10008.5.1.4.1.1.104.3');
  const { get } = await startFilled(t, [{ instance: '1.2.1', change }]);
  const own = await get(`${place('1.2.1')}/rendered`);
  assert.deepEqual([own.headers.get('content-type'), await own.text()], ['model/stl', model.toString()]);
  const xml = fromXml(await (await get(`${place('1.2.1')}/rendered`, 'text/xml')).text());
  assert.equal(Buffer.from(xml.bytes('EncapsulatedDocument') ?? []).toString(), `${model}\0`);
  const refused = await get(`${place('1.2.1')}/rendered`, 'text/plain');
  assert.equal(refused.status, 406);
  assert.deepEqual((await refused.json()).acceptable, ['model/stl', 'text/xml']);
});
