// Writing in each kind of transfer syntax, scanning a data set that goes by, frames without an offset table.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { concat, explicit, file, implicit, item, sequenceEnd } from '../testing/bytes.ts';
import { richDataSet } from '../testing/generated.ts';
import {
  DataSet,
  DicomError,
  deflatedExplicitVrLittleEndian,
  explicitVrBigEndian,
  explicitVrLittleEndian,
  type Fault,
  frame,
  frames,
  implicitVrLittleEndian,
  pixelDataOf,
  readDataSet,
  readPart10,
  scanInstance,
  transferSyntaxes,
  writeDataSet,
  writePart10,
} from './index.ts';

const fails = (run: () => unknown, fault: Fault): void =>
  assert.throws(run, (error) => error instanceof DicomError && error.fault === fault);
const jpeg = '1.2.840.10008.1.2.4.50';
const patient = explicit(0x00100020, 'LO', 'P1');
const fragmented = (...fragments: readonly (string | Uint8Array | readonly number[])[]): Uint8Array =>
  concat(explicit(0x7fe00010, 'OB', concat(...fragments.map((bytes) => item(concat(bytes)))), 0xffffffff), sequenceEnd);

describe('transfer syntaxes', () => {
  for (const { uid, name, encapsulated } of transferSyntaxes.filter((syntax) => syntax.encapsulated))
    test(`${name}: fragments as they came, and none of them in a native syntax`, () => {
      const bytes = file(uid, concat(patient, fragmented([], 'abcd')));
      const read = readPart10(bytes);
      assert.deepEqual(read.findings, []);
      read.dataSet.set('PatientID', 'P2');
      assert.deepEqual(writePart10(read), file(uid, concat(explicit(0x00100020, 'LO', 'P2'), fragmented([], 'abcd'))));
      fails(() => writeDataSet(read.dataSet, implicitVrLittleEndian), 'needs-transcoding');
      assert.equal(encapsulated, true);
    });

  test('native pixels are not written as fragments', () => {
    fails(() => writeDataSet(richDataSet(), jpeg), 'needs-transcoding');
    fails(() => writeDataSet(richDataSet(), '1.2.3'), 'unknown-transfer-syntax');
  });

  test('words and numbers change their byte order with the syntax, and back', () => {
    const dataSet = new DataSet();
    dataSet.set('Rows', 0x0102);
    dataSet.set('PixelData', [0x0304], 'OW');
    const big = writeDataSet(dataSet, explicitVrBigEndian);
    assert.deepEqual([...big.subarray(-2)], [3, 4]);
    assert.deepEqual([...big.subarray(8, 10)], [1, 2]);
    const back = writeDataSet(readDataSet(big, explicitVrBigEndian), explicitVrLittleEndian);
    assert.deepEqual(back, writeDataSet(dataSet, explicitVrLittleEndian));
  });

  test('Deflated Image Frame: elements in the clear, frames in fragments', () => {
    const bytes = file('1.2.840.10008.1.2.8.1', concat(patient, fragmented([], [0x63, 0x60, 0x60, 0])));
    const read = readPart10(bytes);
    assert.deepEqual(
      [...frames(read.dataSet)].map((one) => [...one]),
      [[0x63, 0x60, 0x60, 0]],
    );
    assert.deepEqual(writePart10(read), bytes);
  });

  test('a deflated data set that was edited inflates to what was meant', () => {
    const bytes = writePart10({ dataSet: richDataSet(), transferSyntaxUid: deflatedExplicitVrLittleEndian });
    const read = readPart10(bytes);
    read.dataSet.set('PatientID', 'EDITED');
    assert.equal(readPart10(writePart10(read)).dataSet.string('PatientID'), 'EDITED');
  });

  test('a command set is Implicit VR Little Endian, its group length first', () => {
    const rest = concat(implicit(0x00000002, '1.2.840.10008.1.1\0'), implicit(0x00000100, [0x30, 0]));
    const bytes = concat(implicit(0x00000000, [rest.length, 0, 0, 0]), rest);
    const command = readDataSet(bytes, implicitVrLittleEndian);
    assert.equal(command.number('CommandField'), 0x30);
    assert.equal(command.string('AffectedSOPClassUID'), '1.2.840.10008.1.1');
    command.set('MessageID', 1);
    const written = writeDataSet(command, implicitVrLittleEndian);
    assert.equal(readDataSet(written, implicitVrLittleEndian).number('CommandGroupLength'), written.length - 12);
  });
});

describe('frames without an offset table', () => {
  const [jpegStart, jpegLsStart, j2kStart] = [
    [0xff, 0xd8, 0xff, 0xe0],
    [0xff, 0xd8, 0xff, 0xf7],
    [0xff, 0x4f, 0xff, 0x51],
  ];
  const two = explicit(0x00280008, 'IS', '2 ');

  for (const [name, start, uid] of [
    ['JPEG', jpegStart, jpeg],
    ['JPEG-LS', jpegLsStart, '1.2.840.10008.1.2.4.80'],
    ['JPEG 2000', j2kStart, '1.2.840.10008.1.2.4.90'],
  ] as const)
    test(`${name}: more fragments than frames, told apart by how a code stream begins`, () => {
      const dataSet = readDataSet(concat(two, fragmented([], start, 'ab', 'cd', start, 'ef')), uid);
      const found = [...frames(dataSet)];
      assert.deepEqual(found, [concat(start, 'abcd'), concat(start, 'ef')]);
      assert.deepEqual(frame(dataSet, 1), found[1]);
      fails(() => frame(dataSet, 2), 'bad-frames');
    });

  test('bytes before the first beginning are an error, not left out', () => {
    fails(() => [...frames(readDataSet(concat(two, fragmented([], 'xx', jpegStart, jpegStart)), jpeg))], 'bad-frames');
  });

  test('beginnings that are not as many as frames are an error', () => {
    fails(() => [...frames(readDataSet(concat(two, fragmented([], jpegStart, 'ab', 'cd')), jpeg))], 'bad-frames');
  });
});

describe('a data set that goes by', () => {
  const pixels = new Uint8Array(5000).fill(9);
  const native = concat(
    patient,
    explicit(0x00280010, 'US', [2, 0]),
    explicit(0x7fe00010, 'OW', pixels),
    explicit(0xfffcfffc, 'OB', 'ab'),
  );

  test('wherever it is cut: the header, and where the pixels are', () => {
    for (const size of [1, 7, 100, 4096, native.length]) {
      const scanner = scanInstance(explicitVrLittleEndian);
      for (let at = 0; at < native.length; at += size) scanner.push(native.slice(at, at + size));
      scanner.end();
      assert.deepEqual([scanner.header?.string('PatientID'), scanner.header?.has('PixelData')], ['P1', false]);
      const { offset, length } = scanner.pixelData ?? {};
      assert.deepEqual([offset, length, scanner.bytesSeen], [native.indexOf(9), 5000, native.length]);
    }
  });

  test('fragments by place', () => {
    const bytes = concat(patient, fragmented([], 'abcd', 'ef'));
    const scanner = scanInstance(jpeg);
    for (const byte of bytes) scanner.push(Uint8Array.of(byte));
    scanner.end();
    assert.deepEqual(scanner.pixelData?.fragments, pixelDataOf(readDataSet(bytes, jpeg))?.fragments);
  });

  test('cut inside an element it ends in an error; without pixels the header is everything', () => {
    const cut = scanInstance(explicitVrLittleEndian);
    cut.push(native.subarray(0, 3000));
    fails(() => cut.end(), 'past-end');
    const small = scanInstance(explicitVrLittleEndian);
    small.push(patient);
    const patientId = () => small.header?.string('PatientID');
    assert.equal(patientId(), undefined);
    small.end();
    assert.deepEqual([patientId(), small.pixelData], ['P1', undefined]);
    fails(() => scanInstance('1.2.3'), 'unknown-transfer-syntax');
  });
});
