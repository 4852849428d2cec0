// A short run of the fuzzer (`npm run fuzz:dicom` runs longer ones), and properties of generated data sets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { exercise } from '../testing/exercise.ts';
import { fuzz, fuzzSeeds } from '../testing/fuzz.ts';
import {
  DataSet,
  dump,
  explicitVrBigEndian,
  explicitVrLittleEndian,
  fromJson,
  fromXml,
  implicitVrLittleEndian,
  readDataSet,
  toJson,
  toXml,
  type Value,
  type Vr,
  writeDataSet,
  writePart10,
} from './index.ts';

test('damaged files: no error but the own one, no endless loop, untouched bytes as they came', {
  timeout: 120_000,
}, async () => {
  const { executions, failures, outcomes } = await fuzz(fuzzSeeds(), 20260101, 600);
  assert.deepEqual(
    failures.map(({ run, error }) => `${run}: ${error}`),
    [],
  );
  assert.equal(executions, 600);
  assert.ok(outcomes.refused > 0 && outcomes.read > 0 && outcomes['read with findings'] > 0);
});

test('any bytes at all', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, prefixed) => {
      const prefix = new Uint8Array(132);
      prefix.set([0x44, 0x49, 0x43, 0x4d], 128);
      exercise(prefixed ? Uint8Array.from([...prefix, ...bytes]) : bytes);
    }),
    { numRuns: 300 },
  );
});

const text = fc
  .string({ unit: fc.constantFrom('a', 'B', '7', ' ', '-', '.', 'z'), minLength: 1, maxLength: 12 })
  .map((t) => t.trim() || 'x');
const int = (min: number, max: number) => fc.array(fc.integer({ min, max }), { minLength: 1, maxLength: 4 });
/** Elements that hold their values in every encoding. */
const arbitraryElement: fc.Arbitrary<readonly [number, Vr, Value]> = fc.oneof(
  text.map((value) => [0x00100020, 'LO', value] as const),
  text.map((value) => [0x00104000, 'LT', value] as const),
  fc.array(text, { minLength: 1, maxLength: 3 }).map((value) => [0x00081090, 'LO', value.join(' ')] as const),
  int(0, 0xffff).map((value) => [0x00280010, 'US', value.slice(0, 1)] as const),
  int(-0x80000000, 0x7fffffff).map((value) => [0x00186020, 'SL', value.slice(0, 1)] as const),
  int(0, 0xffffffff).map((value) => [0x00720078, 'UL', value] as const),
  fc
    .array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { minLength: 1, maxLength: 3 })
    .map((value) => [0x00720083, 'UV', value] as const),
  fc
    .array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 3 })
    // JSON.stringify writes the negative zero as 0.
    .map((value) => [0x00720074, 'FD', value.map((each) => each + 0)] as const),
  fc
    .uint8Array({ maxLength: 20 })
    .map((value) => [0x00420011, 'OB', value.length % 2 ? value.slice(1) : value] as const),
  fc.constant([0x00080050, 'SH', null] as const),
);
const { set: arbitraryDataSet } = fc.letrec<{ set: DataSet; items: readonly DataSet[] }>((tie) => ({
  set: fc.tuple(fc.array(arbitraryElement, { maxLength: 6 }), tie('items')).map(([elements, items]) => {
    const dataSet = new DataSet();
    for (const [tag, vr, value] of elements) dataSet.set(tag, value, vr);
    dataSet.set('RequestAttributesSequence', items);
    return dataSet;
  }),
  items: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant([]),
    fc.array(tie('set'), { maxLength: 2 }),
  ),
}));

const lines = (dataSet: DataSet): string =>
  [...dump(dataSet, { valueWidth: 1000 })].map((line) => line.replace(/#.*$/, '').trim()).join('\n');

test('a data set written in any encoding reads back equal, and is written again byte for byte', () => {
  fc.assert(
    fc.property(arbitraryDataSet, (dataSet) => {
      for (const syntax of [explicitVrLittleEndian, implicitVrLittleEndian, explicitVrBigEndian]) {
        const bytes = writeDataSet(dataSet, syntax);
        const read = readDataSet(bytes, syntax);
        assert.equal(lines(read), lines(dataSet));
        assert.deepEqual(writeDataSet(read, syntax), bytes);
        assert.equal(bytes.length % 2, 0);
        for (const other of [explicitVrLittleEndian, implicitVrLittleEndian, explicitVrBigEndian])
          assert.deepEqual(writeDataSet(readDataSet(writeDataSet(read, other), other), syntax), bytes);
      }
    }),
    { numRuns: 60 },
  );
});

test('and is the same through JSON and through XML', () => {
  fc.assert(
    fc.property(arbitraryDataSet, (dataSet) => {
      const json = toJson(dataSet);
      assert.deepEqual(toJson(fromJson(JSON.parse(JSON.stringify(json)))), json);
      assert.deepEqual(toJson(fromXml(toXml(dataSet))), json);
      assert.ok(writePart10({ dataSet: withUids(dataSet), transferSyntaxUid: explicitVrLittleEndian }).length > 300);
    }),
    { numRuns: 60 },
  );
});

function withUids(dataSet: DataSet): DataSet {
  dataSet.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.7');
  dataSet.set('SOPInstanceUID', '2.25.1');
  return dataSet;
}
