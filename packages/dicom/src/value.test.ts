// Values of every VR: set, written in each encoding, read back; text that is kept as it is, and what does not fit. PS3.5 6.2.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { concat, explicit } from '../testing/bytes.ts';
import {
  DataSet,
  DicomError,
  decimalString,
  explicitVrBigEndian,
  explicitVrLittleEndian,
  implicitVrLittleEndian,
  parseDate,
  parseTime,
  readDataSet,
  type Scalar,
  type Vr,
  vrs,
  writeDataSet,
} from './index.ts';

/** An attribute of each VR with a value and what it reads as. */
const samples: Readonly<
  Record<Exclude<Vr, 'SQ' | 'UN'>, readonly [string, Scalar | readonly Scalar[], readonly string[]]>
> = {
  AE: ['RetrieveAETitle', ['ONE', 'TWO'], ['ONE', 'TWO']],
  AS: ['PatientAge', '056Y', ['056Y']],
  AT: ['FrameIncrementPointer', ['FrameTime', 0x00181065], ['00181063', '00181065']],
  CS: ['ImageType', 'ORIGINAL\\PRIMARY', ['ORIGINAL', 'PRIMARY']],
  DA: ['StudyDate', '19930822', ['19930822']],
  DS: ['PixelSpacing', ['0.50', '1e-3'], ['0.50', '1e-3']],
  DT: ['AcquisitionDateTime', '2026010210+0100', ['2026010210+0100']],
  FD: ['SelectorFDValue', [1.1, -1e300], ['1.1', '-1e+300']],
  FL: ['SelectorFLValue', [0.5, -2], ['0.5', '-2']],
  IS: ['InstanceNumber', '+007', ['+007']],
  LO: ['OtherPatientIDs', ['a', '', 'c'], ['a', '', 'c']],
  LT: ['PatientComments', ' first\\same\r\nsecond', [' first\\same\r\nsecond']],
  OB: ['EncapsulatedDocument', [1, 2], []],
  OD: ['DoubleFloatPixelData', [1.5], ['1.5']],
  OF: ['FloatPixelData', [1.5, 2.5], ['1.5', '2.5']],
  OL: ['TrackPointIndexList', [1, 0xffffffff], ['1', '4294967295']],
  OV: ['ExtendedOffsetTable', [0n, 2n ** 64n - 1n], ['0', '18446744073709551615']],
  OW: ['RedPaletteColorLookupTableData', [1, 65535], ['1', '65535']],
  PN: ['PatientName', 'A^B^C^D^E=x=y', ['A^B^C^D^E=x=y']],
  SH: ['StudyID', 'S1', ['S1']],
  SL: ['ReferencePixelX0', -5, ['-5']],
  SS: ['SelectorSSValue', [-32768, 32767], ['-32768', '32767']],
  ST: ['InstitutionAddress', 'a\\b', ['a\\b']],
  SV: ['SelectorSVValue', [-(2n ** 63n), 2n ** 63n - 1n], ['-9223372036854775808', '9223372036854775807']],
  TM: ['StudyTime', '10', ['10']],
  UC: ['LongCodeValue', 'x'.repeat(70000), ['x'.repeat(70000)]],
  UI: ['SOPInstanceUID', '1.2.3', ['1.2.3']],
  UL: ['SelectorULValue', [0, 4294967295], ['0', '4294967295']],
  UR: ['RetrieveURL', 'https://a/b?c=d\\e', ['https://a/b?c=d\\e']],
  US: ['Rows', 65535, ['65535']],
  UT: ['LabelText', 'a\\b', ['a\\b']],
  UV: ['SelectorUVValue', [2n ** 64n - 1n], ['18446744073709551615']],
};

describe('a value of each VR through each encoding', () => {
  for (const [vr, [path, value, texts]] of Object.entries(samples))
    test(vr, () => {
      const dataSet = new DataSet();
      dataSet.set(path, value);
      assert.equal(dataSet.element(path)?.vr, vr);
      for (const syntax of [explicitVrLittleEndian, implicitVrLittleEndian, explicitVrBigEndian]) {
        const read = readDataSet(writeDataSet(dataSet, syntax), syntax);
        assert.deepEqual(read.strings(path), texts, syntax);
        assert.equal(read.element(path)?.vr, vr, syntax);
        assert.deepEqual(writeDataSet(read, explicitVrLittleEndian), writeDataSet(dataSet, explicitVrLittleEndian));
      }
    });

  test('and none is missing', () => {
    assert.deepEqual([...Object.keys(samples), 'SQ', 'UN'].toSorted(), [...vrs].toSorted());
  });
});

test('padding is what the VR asks for', () => {
  for (const [path, value, last] of [
    ['PatientID', 'ABC', 32],
    ['SOPInstanceUID', '1.2', 0],
    ['EncapsulatedDocument', [1, 2, 3], 0],
  ] as const) {
    const dataSet = new DataSet();
    dataSet.set(path, value);
    const bytes = writeDataSet(dataSet, explicitVrLittleEndian);
    assert.deepEqual([bytes.length % 2, bytes.at(-1)], [0, last], path);
  }
});

test('text is trimmed when read and kept when written', () => {
  const bytes = concat(
    explicit(0x00080060, 'CS', ' CT '),
    explicit(0x00100010, 'PN', ' A^B  '),
    explicit(0x00280030, 'DS', ' 0.50\\1 '),
  );
  const dataSet = readDataSet(bytes, explicitVrLittleEndian);
  assert.deepEqual([dataSet.string('Modality'), dataSet.string('PatientName')], ['CT', ' A^B']);
  assert.deepEqual(dataSet.numbers('PixelSpacing'), [0.5, 1]);
  dataSet.set('PatientID', 'P1');
  assert.equal(
    Buffer.from(writeDataSet(dataSet, explicitVrLittleEndian)).toString('latin1').includes(' 0.50\\1 '),
    true,
  );
});

test('old forms of dates and times are values still', () => {
  const bytes = concat(explicit(0x00080020, 'DA', '1993.08.22'), explicit(0x00080030, 'TM', '10:11:12'));
  const dataSet = readDataSet(bytes, explicitVrLittleEndian);
  assert.equal(dataSet.string('StudyDate'), '1993.08.22');
  assert.deepEqual([parseDate('1993.08.22')?.year, parseDate('1993.08.22')?.month], [1993, 8]);
  assert.equal(parseTime('10:11:12')?.hour, 10);
  assert.deepEqual(writeDataSet(dataSet, explicitVrLittleEndian), bytes);
});

test('numbers that are none are undefined, never NaN', () => {
  const bytes = concat(
    explicit(0x00200013, 'IS', '1.5 '),
    explicit(0x00280010, 'US', [1]),
    explicit(0x00280030, 'DS', '1\\x '),
    explicit(0x00720074, 'FD', [0, 0, 0, 0, 0, 0, 0xf8, 0x7f]),
  );
  const dataSet = readDataSet(bytes, explicitVrLittleEndian);
  for (const path of ['InstanceNumber', 'Rows', 'PixelSpacing', 'SelectorFDValue', 'Columns'])
    assert.equal(dataSet.number(path), undefined, path);
  assert.deepEqual(dataSet.numbers('PixelSpacing'), []);
  assert.deepEqual(dataSet.bigints('InstanceNumber'), []);
});

test('what does not fit its VR is refused, and nothing is set', () => {
  for (const [path, value] of [
    ['Rows', 65536],
    ['Rows', -1],
    ['Rows', 1.5],
    ['Rows', 'x'],
    ['SelectorSSValue', 40000],
    ['SelectorUVValue', -1n],
    ['SelectorUVValue', 2n ** 64n],
    ['SelectorSVValue', '1.5'],
    ['InstanceNumber', 1.5],
    ['PatientWeight', Number.NaN],
    ['PatientWeight', Infinity],
    ['FrameIncrementPointer', 'no tag'],
    ['FrameIncrementPointer', -1],
    ['SOPInstanceUID', 5],
    ['RequestAttributesSequence', 'x'],
  ] as const) {
    const dataSet = new DataSet();
    assert.throws(
      () => dataSet.set(path, value),
      (error) => error instanceof DicomError && error.fault === 'bad-value',
      `${path} ${value}`,
    );
    assert.equal(dataSet.size, 0);
  }
});

test('numbers become DS of 16 characters at most, as exact as that allows', () => {
  for (const [value, text] of [
    [1 / 3, '0.33333333333333'],
    [-1 / 3, '-0.3333333333333'],
    [1e-10, '1e-10'],
    [123456789012345680, '1.2345678901e+17'],
    [-1.2345678901234e-100, '-1.23456789e-100'],
    [0.1 + 0.2, '0.3'],
  ] as const) {
    const made = decimalString(value);
    assert.ok(made.length <= 16, made);
    assert.ok(Math.abs(Number(made) - value) <= Math.abs(value) * 1e-8, `${made} for ${value}`);
    if (value === 1 / 3 || value === 1e-10) assert.equal(made, text);
  }
});
