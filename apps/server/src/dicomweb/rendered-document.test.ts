// Rendered reports and documents: pages, text, RTF, XML and PDF, whatever stands in them.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DataSet, fromXml } from '@concord/dicom';
import { startFilled } from '../../testing/archive.ts';
import { type Made, madeSeries, madeStudy } from '../../testing/instances.ts';

const study = `/studies/${madeStudy}`;
const image = `${study}/series/${madeSeries}/instances/1.2.1`;

const item = (values: Readonly<Record<string, unknown>>): DataSet => {
  const dataSet = new DataSet();
  for (const [keyword, value] of Object.entries(values)) dataSet.set(keyword, value as string);
  return dataSet;
};

const noPixels = (change: (dataSet: DataSet) => void): Pick<Made, 'change'> => ({
  change: (dataSet) => {
    for (const keyword of ['Rows', 'Columns', 'BitsAllocated', 'BitsStored', 'HighBit', 'SamplesPerPixel'])
      dataSet.delete(keyword);
    change(dataSet);
  },
});

const start = async (t: TestContext, files: readonly Made[]) => {
  const web = await startFilled(t, files);
  const get = (path: string, accept = 'image/png') => fetch(`${web.service}${path}`, { headers: { accept } });
  return { ...web, get };
};

const coded = (meaning: string) => [item({ CodeValue: 'X', CodingSchemeDesignator: '99T', CodeMeaning: meaning })];

test('a report is a page, plain or rich text, XML or PDF, whatever stands in it', async (t) => {
  const report = noPixels((dataSet) => {
    dataSet.set('SpecificCharacterSet', 'ISO_IR 192');
    dataSet.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.88.22');
    dataSet.set('ValueType', 'CONTAINER');
    dataSet.set('ConceptNameCodeSequence', coded('Chest report'));
    const finding = item({
      ValueType: 'TEXT',
      ConceptNameCodeSequence: coded('Finding'),
      TextValue: '<script>alert(1)</script> {\\b} 山田 \u{1f600}',
    });
    const unit = [item({ CodeValue: 'mm' })];
    const value = [item({ NumericValue: '12', MeasurementUnitsCodeSequence: unit })];
    const measured = item({
      ValueType: 'NUM',
      ConceptNameCodeSequence: coded('Diameter'),
      MeasuredValueSequence: value,
    });
    const part = item({
      ValueType: 'CONTAINER',
      ConceptNameCodeSequence: coded('Findings'),
      ContentSequence: [finding, measured],
    });
    dataSet.set('ContentSequence', [part]);
  });
  const { get } = await start(t, [{ instance: '1.2.1', ...report }]);
  const page = await get(`${image}/rendered`, '*/*');
  assert.match(page.headers.get('content-type') ?? '', /^text\/html; charset=utf-8/u);
  assert.match(page.headers.get('content-security-policy') ?? '', /sandbox/u);
  const html = await page.text();
  assert.match(html, /<h1>Chest report<\/h1>.*Müller.*Diameter: 12 mm/su);
  assert.doesNotMatch(html, /<script/u);
  const text = await (await get(`${image}/rendered`, 'text/plain')).text();
  assert.match(text, /Findings\n {2}Finding: <script>alert\(1\)<\/script> .*\n {2}Diameter: 12 mm\n/u);
  const refused = await get(`${image}/rendered`, 'image/png');
  assert.equal(refused.status, 406);
  const all = ['text/html', 'text/plain', 'text/xml', 'text/rtf', 'application/pdf'];
  assert.deepEqual((await refused.json()).acceptable, all);
  const rich = await get(`${image}/rendered`, 'text/rtf');
  assert.equal(rich.headers.get('content-type'), 'text/rtf');
  const rtf = await rich.text();
  assert.ok(
    rtf.includes('Finding: <script>alert(1)</script> \\{\\\\b\\} \\u23665?\\u30000? \\u-10179?\\u-8704?\\par'),
    rtf,
  );
  assert.ok(rtf.startsWith('{\\rtf1\\ansi') && rtf.trimEnd().endsWith('}'));
  const xml = await (await get(`${image}/rendered`, 'text/xml')).text();
  assert.equal(fromXml(xml).string('ContentSequence[0].ContentSequence[1].ValueType'), 'NUM');
  const pdf = await get(`${image}/rendered?accept=application/pdf`);
  assert.deepEqual([pdf.status, pdf.headers.get('content-type')], [200, 'application/pdf']);
  assert.match(Buffer.from(await pdf.arrayBuffer()).toString('latin1'), /^%PDF-1\.[\s\S]*%%EOF\s*$/u);
});

test('an encapsulated document is given out as what it is', async (t) => {
  const pdf = Buffer.from('%PDF-1.7\nnot really\n%%EOF');
  const document = noPixels((dataSet) => {
    dataSet.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.104.1');
    dataSet.set('EncapsulatedDocument', Buffer.concat([pdf, Buffer.alloc(pdf.length % 2)]), 'OB');
    dataSet.set('EncapsulatedDocumentLength', pdf.length);
  });
  const { get, url } = await start(t, [{ instance: '1.2.1', ...document }]);
  const response = await get(`${image}/rendered`, '*/*');
  assert.equal(response.headers.get('content-type'), 'application/pdf');
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), pdf);
  const uri = `${url}/wado?requestType=WADO&studyUID=${madeStudy}&seriesUID=${madeSeries}&objectUID=1.2.1`;
  assert.deepEqual(Buffer.from(await (await fetch(`${uri}&contentType=application/pdf`)).arrayBuffer()), pdf);
  assert.equal((await fetch(`${uri}&contentType=image/jpeg`)).status, 406);
});

test('a clinical document is itself, or its narrative as a page or text', async (t) => {
  const xml = Buffer.from(
    '<?xml version="1.0" encoding="ISO-8859-1"?><ClinicalDocument xmlns="urn:hl7-org:v3"><title>Brief &amp; Befund</title><component><section><title>Anamnese</title><text><paragraph>M\u00fcde &lt;script&gt;</paragraph><table><tr><td>RR</td><td>120</td></tr></table></text><entry><text><reference value="#a"/></text></entry></section></component><section><text>never ends',
    'latin1',
  );
  const document = noPixels((dataSet) => {
    dataSet.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.104.2');
    dataSet.set('EncapsulatedDocument', Buffer.concat([xml, Buffer.alloc(xml.length % 2)]), 'OB');
    dataSet.set('EncapsulatedDocumentLength', xml.length);
  });
  const { get } = await start(t, [{ instance: '1.2.1', ...document }]);
  const own = await get(`${image}/rendered`, '*/*');
  assert.equal(own.headers.get('content-type'), 'text/xml');
  assert.deepEqual(Buffer.from(await own.arrayBuffer()), xml);
  const text = await (await get(`${image}/rendered`, 'text/plain')).text();
  assert.equal(text, 'Brief & Befund\n\nAnamnese\n\nM\u00fcde <script>\nRR\t120\n');
  const html = await (await get(`${image}/rendered`, 'text/html')).text();
  assert.match(html, /<h1>Brief &amp; Befund<\/h1><h2>Anamnese<\/h2><pre>M\u00fcde &lt;script&gt;/u);
  const rtf = await (await get(`${image}/rendered`, 'text/rtf')).text();
  assert.ok(
    rtf.includes('{\\b\\fs32 Brief & Befund}\\par\n\\pard\\li0 {\\b Anamnese}\\par\n\\pard\\li0 M\\u252?de <script>'),
    rtf,
  );
});
