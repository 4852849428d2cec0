// Texts written one after the other are those that each data set has by itself, whatever came before it. PS3.18 Annex F.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generatedFiles, richDataSet } from '../testing/generated.ts';
import {
  createJsonMember,
  createJsonTexts,
  DataSet,
  DicomError,
  readDataSet,
  readPart10,
  tagOf,
  toJson,
  writeDataSet,
} from './index.ts';

const explicitLittle = '1.2.840.10008.1.2.1';
const implicitLittle = '1.2.840.10008.1.2';

const read = (dataSet: DataSet, syntax = explicitLittle): DataSet => readDataSet(writeDataSet(dataSet, syntax), syntax);

const withValues = (values: Readonly<Record<string, Parameters<DataSet['set']>[1]>>): DataSet => {
  const dataSet = new DataSet();
  for (const [path, value] of Object.entries(values)) dataSet.set(path, value);
  return dataSet;
};

/** The texts of all, and what each would be by itself. */
const check = (...dataSets: readonly DataSet[]): void => {
  const write = createJsonTexts();
  for (const dataSet of dataSets) assert.deepEqual(JSON.parse(write(dataSet)), toJson(dataSet));
};

describe('texts of data sets that follow each other', () => {
  test('in every encoding, read and made', () => {
    const files = generatedFiles().map((bytes) => readPart10(bytes).dataSet);
    check(...files, richDataSet(), ...files, richDataSet());
  });

  test('attributes stand in the order of their tags, each once', () => {
    const twice = new Uint8Array([
      ...writeDataSet(withValues({ Modality: 'CT', FilmOrientation: 'PORTRAIT' }), explicitLittle),
      ...writeDataSet(withValues({ Modality: 'MR', AccessionNumber: 'A' }), explicitLittle),
    ]);
    const text = createJsonTexts()(readDataSet(twice, explicitLittle));
    assert.equal(
      text,
      '{"00080050":{"vr":"SH","Value":["A"]},"00080060":{"vr":"CS","Value":["CT"]},"20100040":{"vr":"CS","Value":["PORTRAIT"]}}',
    );
  });

  test('the same bytes under another character set are another text', () => {
    const latin = read(withValues({ SpecificCharacterSet: 'ISO_IR 100', PatientName: 'Müller', PatientID: '1' }));
    const greek = writeDataSet(withValues({ SpecificCharacterSet: 'ISO_IR 126', PatientID: '1' }), explicitLittle);
    const name = writeDataSet(
      withValues({ SpecificCharacterSet: 'ISO_IR 100', PatientName: 'Müller' }),
      explicitLittle,
    );
    const from = writeDataSet(withValues({ SpecificCharacterSet: 'ISO_IR 100' }), explicitLittle).length;
    const at = writeDataSet(withValues({ SpecificCharacterSet: 'ISO_IR 126' }), explicitLittle).length;
    const other = readDataSet(
      new Uint8Array([...greek.subarray(0, at), ...name.subarray(from), ...greek.subarray(at)]),
      explicitLittle,
    );
    assert.notEqual(other.string('PatientName'), 'Müller');
    check(latin, other, latin);
  });

  test('the same bytes under another pixel representation, and none, are another number', () => {
    const signed = read(
      withValues({ PixelRepresentation: 1, SmallestImagePixelValue: -1, RequestAttributesSequence: [] }),
      implicitLittle,
    );
    const unsigned = read(withValues({ PixelRepresentation: 0, SmallestImagePixelValue: 65535 }), implicitLittle);
    check(signed, unsigned, signed, read(withValues({ SmallestImagePixelValue: 65535 }), implicitLittle), signed);
  });

  test('values and items that were set are not mistaken for those that were read', () => {
    const made = withValues({ PatientID: 'ONE', 'RequestAttributesSequence[0].ScheduledProcedureStepID': 'S1' });
    const [one, two, three] = [read(made), read(made), read(made)];
    two.set('PatientID', 'TWO');
    two.items('RequestAttributesSequence')[0]?.set('ScheduledProcedureStepID', 'S2');
    three.delete('PatientID');
    check(one, two, three, one);
    assert.equal(two.string('RequestAttributesSequence[0].ScheduledProcedureStepID'), 'S2');
  });

  test('a URI of bulk data is each instance its own, in items too', () => {
    const write = createJsonTexts();
    const dataSet = withValues({ 'WaveformSequence[0].WaveformBitsAllocated': 8, AccessionNumber: 'A' });
    dataSet.set('WaveformSequence[0].WaveformData', new Uint8Array([1, 2]), 'OB');
    dataSet.set('PixelData', new Uint8Array([1, 2]), 'OW');
    const [one, two] = [read(dataSet), read(dataSet)];
    const of = (place: string) => ({ bulkDataUri: (path: string) => `${place}/${path}` });
    assert.deepEqual(JSON.parse(write(one, of('one'))), toJson(one, of('one')));
    assert.deepEqual(JSON.parse(write(two, of('two'))), toJson(two, of('two')));
    assert.deepEqual(JSON.parse(write(one)), toJson(one));
  });

  test('Specific Character Set says what the text is in, only where it is there', () => {
    const write = createJsonTexts({ specificCharacterSet: 'ISO_IR 192' });
    const there = read(withValues({ SpecificCharacterSet: 'ISO_IR 100', PatientName: 'Müller' }));
    const utf8 = { '00080005': { vr: 'CS', Value: ['ISO_IR 192'] } };
    assert.deepEqual(JSON.parse(write(there)), { ...toJson(there), ...utf8 });
    assert.deepEqual(JSON.parse(write(read(withValues({ PatientID: '1' })))), {
      '00100020': { vr: 'LO', Value: ['1'] },
    });
  });

  test('what cannot be written is refused, and the next data set is written', () => {
    const write = createJsonTexts();
    const dataSet = readPart10(generatedFiles()[1] ?? new Uint8Array()).dataSet;
    const fragments = new Uint8Array([
      ...[0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff],
      ...[0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0, 0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0],
    ]);
    const encapsulated = readDataSet(fragments, '1.2.840.10008.1.2.4.50');
    assert.throws(
      () => write(encapsulated),
      (error) => error instanceof DicomError && error.fault === 'needs-transcoding',
    );
    assert.deepEqual(JSON.parse(write(dataSet)), toJson(dataSet));
  });
});

describe('one attribute by itself', () => {
  const texts = [
    ...[
      '',
      ' ',
      'CT',
      'CT\\SR',
      '\\',
      'A\\\\B',
      'Doe^Jane',
      'Doe^Jane=山田^花子=やまだ',
      '==',
      '=Y',
      'a=b=c=d',
      '"quoted"',
      'tab\t',
    ],
    ...[
      '12',
      '012',
      '1.50',
      '1e21',
      '-0',
      'Infinity',
      'NaN',
      '5\\',
      'naïve',
      '\ud800',
      '\u2028',
      '\u007f',
      'x'.repeat(70_000),
    ],
  ];
  const values = [
    ...texts,
    ...texts.map((text) => [text]),
    [],
    ['A', ''],
    ['', ''],
    ['A', 'B\\C', ''],
    null,
    0,
    -7,
    512,
    1.5,
  ];
  const keywords = [
    ...[
      'PatientName',
      'Modality',
      'PatientID',
      'StudyInstanceUID',
      'StudyDate',
      'StudyTime',
      'SeriesNumber',
      'SliceLocation',
    ],
    ...[
      'PatientComments',
      'RetrieveURL',
      'AcquisitionDateTime',
      'PatientAge',
      'Rows',
      'RequestAttributesSequence',
      'PixelData',
    ],
    ...['SmallestImagePixelValue', 'OffendingElement'],
  ] as const;

  /** The text, or what is thrown in its place. */
  const outcome = (make: () => string): string => {
    try {
      return make();
    } catch (error) {
      if (error instanceof DicomError) return error.fault;
      throw error;
    }
  };

  for (const keyword of keywords)
    test(`${keyword} is what a data set says of it, whatever the value`, () => {
      const write = createJsonMember(tagOf(keyword));
      for (const value of [...values, new Uint8Array([65, 66]), [withValues({ PatientID: 'in an item' })]]) {
        const dataSet = new DataSet();
        const made = outcome(() => {
          dataSet.set(keyword, value);
          return JSON.stringify(toJson(dataSet)).slice(1, -1);
        });
        if (made !== 'not-encodable')
          assert.equal(
            outcome(() => write(value)),
            made,
            String(value).slice(0, 80),
          );
      }
    });

  test('text that no character set has a byte for is no hindrance: JSON is UTF-8', () => {
    assert.throws(
      () => withValues({ Modality: 'C\ufffdM' }),
      (error) => error instanceof DicomError && error.fault === 'not-encodable',
    );
    const write = createJsonMember(tagOf('Modality'));
    assert.equal(write('C\ufffdM\\é'), '"00080060":{"vr":"CS","Value":["C\ufffdM","é"]}');
  });
});
