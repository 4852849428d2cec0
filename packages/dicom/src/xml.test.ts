// The Native DICOM Model: what is written, what comes back, and what is refused.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DataSet } from './data-set.ts';
import { DicomError, type Fault } from './error.ts';
import { toJson } from './json.ts';
import { fromXml, toXml } from './xml.ts';

const sample = (): DataSet => {
  const dataSet = new DataSet();
  dataSet.set('SpecificCharacterSet', 'ISO_IR 192');
  dataSet.set('PatientName', 'Yamada^Tarou=山田^太郎=やまだ^たろう');
  dataSet.set('PatientComments', 'a < b & "c"\r\n\tend');
  dataSet.set('ImageType', ['ORIGINAL', '', 'AXIAL']);
  dataSet.set('PatientID', null);
  dataSet.set('PatientWeight', '75.50');
  dataSet.set('Rows', 512);
  dataSet.set('RequestAttributesSequence[0].ScheduledProcedureStepID', 'S1');
  dataSet.set('PixelData', new Uint8Array([1, 2, 3, 4]), 'OW');
  dataSet.set(0x00090010, 'A & B', 'LO');
  dataSet.set(0x00091001, 'private', 'LO');
  return dataSet;
};

const faultOf = (text: string, options = {}): Fault | undefined => {
  try {
    fromXml(text, options);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof DicomError, String(error));
    return error.fault;
  }
};

const model = (body: string): string => `<NativeDicomModel>${body}</NativeDicomModel>`;
const value = (text: string): string =>
  model(`<DicomAttribute tag="00104000" vr="LT"><Value number="1">${text}</Value></DicomAttribute>`);

describe('native XML', () => {
  test('comes back as it was', () => {
    assert.deepEqual(toJson(fromXml(toXml(sample()))), toJson(sample()));
  });

  test('names have their parts, private elements their creator, text its references', () => {
    const xml = toXml(sample());
    assert.match(
      xml,
      /<PersonName number="1"><Alphabetic><FamilyName>Yamada<\/FamilyName><GivenName>Tarou<\/GivenName><\/Alphabetic>/,
    );
    assert.match(xml, /<DicomAttribute tag="00091001" vr="LO" privateCreator="A &amp; B">/);
    assert.match(xml, /a &lt; b &amp; &quot;c&quot;&#13;&#10;&#9;end/);
    assert.match(xml, /<DicomAttribute tag="00100020" vr="LO" keyword="PatientID"><\/DicomAttribute>/);
  });

  test('bulk data by URI both ways', () => {
    const xml = toXml(sample(), { bulkDataUri: (path) => (path === 'PixelData' ? 'http://x/?a=1&b=2' : undefined) });
    assert.match(xml, /<BulkData uri="http:\/\/x\/\?a=1&amp;b=2"\/>/);
    const back = fromXml(xml, {
      bulkData: (uri) => (uri === 'http://x/?a=1&b=2' ? new Uint8Array([9, 8]) : undefined),
    });
    assert.deepEqual(back.bytes('PixelData'), new Uint8Array([9, 8]));
  });

  test('a control character that XML cannot hold does not break the document', () => {
    const dataSet = new DataSet();
    dataSet.set('PatientID', 'a\u0001b');
    assert.equal(fromXml(toXml(dataSet)).string('PatientID'), 'a\ufffdb');
  });

  test('prefixes, single quotes, comments, CDATA and white space are fine', () => {
    const xml = `<?xml version='1.0'?>\n<!-- c --><d:NativeDicomModel xmlns:d='x'>
      <d:DicomAttribute vr='LO' tag='00100020'> <d:Value number='1'><![CDATA[<1>]]>&#x41;</d:Value> </d:DicomAttribute></d:NativeDicomModel>`;
    assert.equal(fromXml(xml).string('PatientID'), '<1>A');
  });

  test('external entities and document types are refused, and nothing is fetched or expanded', () => {
    assert.equal(faultOf(`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${value('&e;')}`), 'bad-xml');
    assert.equal(faultOf(value('&e;')), 'bad-xml');
    assert.equal(faultOf(value('&lt')), 'bad-xml');
    assert.equal(faultOf(value('&#0;')), 'bad-xml');
    assert.equal(faultOf(model('<?php x?>')), 'bad-xml');
  });

  test('depth, length and shape are bounded', { timeout: 10_000 }, () => {
    assert.equal(faultOf('<a>'.repeat(100_000)), 'too-deep');
    assert.equal(faultOf(value('x'.repeat(1000)), { length: 500 }), 'too-long');
    assert.equal(faultOf(value('x'), { elements: 2 }), 'too-many');
    assert.equal(faultOf(`<NativeDicomModel>${'<a/>'.repeat(1_000_000)}`), 'too-many');
    assert.equal(faultOf(`<NativeDicomModel ${'a="1" '.repeat(50_000)}`), 'bad-xml');
    for (const text of [
      '',
      'x',
      '<',
      '<a',
      '<a>',
      '</a>',
      '<a></b>',
      '<a/><a/>',
      '<a b="1" b="2"/>',
      '<a/>',
      model('<x/>'),
    ])
      assert.equal(faultOf(text), 'bad-xml', text);
  });

  test('attributes that are none are named', () => {
    for (const body of [
      '<DicomAttribute vr="LO"/>',
      '<DicomAttribute tag="0010002x" vr="LO"/>',
      '<DicomAttribute tag="00100020" vr="XX"/>',
      '<DicomAttribute tag="00100020" vr="LO"/><DicomAttribute tag="00100020" vr="LO"/>',
      '<DicomAttribute tag="00100020" vr="LO"><Item number="1"/></DicomAttribute>',
      '<DicomAttribute tag="00100020" vr="LO"><Value number="2"/></DicomAttribute>',
    ])
      assert.equal(faultOf(model(body)), 'bad-xml', body);
  });
});
