// The DICOM JSON model both ways: exact values, what JSON cannot say, bulk data, and what is no model at all. PS3.18 Annex F.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { richDataSet } from '../testing/generated.ts';
import { DataSet, DicomError, type DicomJson, type Fault, fromJson, fromXml, toJson } from './index.ts';

const fails = (run: () => unknown, fault: Fault, path?: string): void =>
  assert.throws(run, (error) => {
    assert.ok(error instanceof DicomError, String(error));
    assert.equal(error.fault, fault);
    if (path !== undefined) assert.equal(error.path, path);
    return true;
  });

const both = (dataSet: DataSet, json: DicomJson): void => {
  assert.deepEqual(toJson(dataSet), json);
  assert.deepEqual(toJson(fromJson(JSON.parse(JSON.stringify(json)))), json);
};

const made = (path: string, value: Parameters<DataSet['set']>[1], vr?: Parameters<DataSet['set']>[2]): DataSet => {
  const dataSet = new DataSet();
  dataSet.set(path, value, vr);
  return dataSet;
};

describe('one attribute to JSON and back', () => {
  test('empty, and empty among others', () => {
    both(made('AccessionNumber', null), { '00080050': { vr: 'SH' } });
    both(made('ReferencedImageSequence', []), { '00081140': { vr: 'SQ' } });
    both(made('ImageType', ['ORIGINAL', '', 'AXIAL']), {
      '00080008': { vr: 'CS', Value: ['ORIGINAL', null, 'AXIAL'] },
    });
    both(made('PixelData', new Uint8Array(0), 'OW'), { '7FE00010': { vr: 'OW' } });
  });

  test('an empty item stays an item', () => {
    both(made('ReferencedImageSequence', [new DataSet()]), { '00081140': { vr: 'SQ', Value: [{}] } });
  });

  test('names by group, also without the first', () => {
    both(made('PatientName', 'Yamada^Tarou=山田^太郎=やまだ^たろう'), {
      '00100010': {
        vr: 'PN',
        Value: [{ Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' }],
      },
    });
    both(made('PatientName', '=山田^太郎'), { '00100010': { vr: 'PN', Value: [{ Ideographic: '山田^太郎' }] } });
    both(made('OperatorsName', ['A^B', '', 'C']), {
      '00081070': { vr: 'PN', Value: [{ Alphabetic: 'A^B' }, null, { Alphabetic: 'C' }] },
    });
  });

  test('64-bit integers without loss: numbers where JSON holds them, text where it does not', () => {
    both(made('SelectorUVValue', [1n, 2n ** 53n - 1n, 2n ** 64n - 1n]), {
      '00720083': { vr: 'UV', Value: [1, Number.MAX_SAFE_INTEGER, '18446744073709551615'] },
    });
    both(made('SelectorSVValue', [-1n, -(2n ** 63n)]), {
      '00720082': { vr: 'SV', Value: [-1, '-9223372036854775808'] },
    });
    assert.equal(
      fromJson({ '00720083': { vr: 'UV', Value: ['18446744073709551615'] } }).bigint('SelectorUVValue'),
      2n ** 64n - 1n,
    );
  });

  test('infinite numbers and NaN are text, since JSON has no such numbers', () => {
    const json = { '00720074': { vr: 'FD', Value: [1.5, 'inf', '-inf', 'NaN'] } } as const;
    both(made('SelectorFDValue', [1.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]), json);
    assert.deepEqual(fromJson(json).numbers('SelectorFDValue'), [1.5, Infinity, -Infinity, Number.NaN]);
  });

  test('DS and IS are numbers only where their text comes back the same', () => {
    both(made('PixelSpacing', ['0.5', '1.0']), { '00280030': { vr: 'DS', Value: [0.5, '1.0'] } });
    both(made('PatientWeight', '1e3'), { '00101030': { vr: 'DS', Value: ['1e3'] } });
    both(made('InstanceNumber', '007'), { '00200013': { vr: 'IS', Value: ['007'] } });
    assert.equal(fromJson({ '00101030': { vr: 'DS', Value: [71.5] } }).string('PatientWeight'), '71.5');
  });

  test('tags are eight digits', () => {
    both(made('FrameIncrementPointer', ['FrameTime', 0x00181065]), {
      '00280009': { vr: 'AT', Value: ['00181063', '00181065'] },
    });
  });

  test('text with backslashes where they are text, and with line ends', () => {
    both(made('PatientComments', 'a\\b\r\nc'), { '00104000': { vr: 'LT', Value: ['a\\b\r\nc'] } });
  });

  test('binary inline, little endian whatever it was', () => {
    both(made('PixelData', [1, 256], 'OW'), { '7FE00010': { vr: 'OW', InlineBinary: 'AQAAAQ==' } });
    both(made('(0029,1001)', new Uint8Array([1, 2, 3, 4]), 'UN'), {
      '00291001': { vr: 'UN', InlineBinary: 'AQIDBA==' },
    });
  });
});

describe('bulk data', () => {
  const nested = new DataSet();
  nested.set('WaveformSequence[0].WaveformData', new Uint8Array([1, 2]), 'OW');
  nested.set('PixelData', new Uint8Array([3, 4]), 'OW');

  test('by URI, asked for with the path; what is not named stays inline', () => {
    const asked: string[] = [];
    const json = toJson(nested, {
      bulkDataUri: (path) => {
        asked.push(path);
        return path === 'PixelData' ? 'bulk/1' : undefined;
      },
    });
    assert.deepEqual(asked, ['WaveformSequence[0].WaveformData', 'PixelData']);
    assert.deepEqual(json['7FE00010'], { vr: 'OW', BulkDataURI: 'bulk/1' });
    const back = fromJson(json, {
      bulkData: (uri, path) => new TextEncoder().encode(`${uri}!${path.length % 2 ? '' : ' '}`),
    });
    assert.equal(new TextDecoder().decode(back.bytes('PixelData')), 'bulk/1!');
    assert.deepEqual(back.bytes('WaveformSequence[0].WaveformData'), new Uint8Array([1, 2]));
  });

  test('a URI that nobody resolves is an error with its path', () => {
    const json = { '54000100': { vr: 'SQ', Value: [{ '54001010': { vr: 'OW', BulkDataURI: 'x' } }] } };
    fails(() => fromJson(json), 'absent-bulk', 'WaveformSequence[0].WaveformData');
    assert.equal(fromJson(json, { bulkData: () => undefined }).bytes('WaveformSequence[0].WaveformData')?.length, 0);
  });
});

test('a data set of every kind of value is the same again', () => {
  const json = toJson(richDataSet());
  assert.deepEqual(toJson(fromJson(JSON.parse(JSON.stringify(json)))), json);
  assert.deepEqual(Object.keys(json), Object.keys(json).toSorted());
});

describe('JSON and XML from outside', () => {
  test('JSON of the wrong shape', () => {
    for (const json of [
      null,
      [],
      'text',
      { '00100020': null },
      { x: { vr: 'LO' } },
      { '00100020': { vr: 'constructor', Value: ['1'] } },
      { '00100020': { vr: 'LO', Value: 'P1' } },
      { '00280010': { vr: 'US', Value: ['constructor'] } },
      { '7FE00010': { vr: 'OB', InlineBinary: 'not base 64!' } },
      { '7FE00010': { vr: 'OB', InlineBinary: 'AAA' } },
      { '00100010': { vr: 'PN', Value: [{ Alphabetic: 1 }] } },
      { '00081115': { vr: 'SQ', Value: ['x'] } },
    ])
      fails(() => fromJson(json), 'bad-json');
  });

  test('an external entity, and one entity inside another', () => {
    const external = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><NativeDicomModel>&x;</NativeDicomModel>';
    fails(() => fromXml(external), 'bad-xml');
    const value = (text: string) =>
      `<NativeDicomModel><DicomAttribute tag="00100020" vr="LO"><Value number="1">${text}</Value></DicomAttribute></NativeDicomModel>`;
    fails(() => fromXml(value('&constructor;')), 'bad-xml');
    assert.equal(fromXml(value('&amp;')).string('PatientID'), '&');
  });
});
