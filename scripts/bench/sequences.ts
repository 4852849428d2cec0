// Time per item of long and of deep sequences: flat, or the reader is not linear. A process of its own prints JSON.
import { DataSet, readDataSet, writeDataSet } from '@concord/dicom';

const explicitVrLittleEndian = '1.2.840.10008.1.2.1';
const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

const item = (text: string): DataSet => {
  const dataSet = new DataSet();
  dataSet.set('CodeValue', text);
  dataSet.set('CodeMeaning', 'MEANING');
  return dataSet;
};

/** A sequence of so many items. */
function long(items: number): Uint8Array {
  const dataSet = new DataSet();
  dataSet.set(
    'ProcedureCodeSequence',
    Array.from({ length: items }, (_, at) => item(`C${at % 1000}`)),
  );
  return writeDataSet(dataSet, explicitVrLittleEndian);
}

/** Sequences nested so deep. */
function deep(depth: number): Uint8Array {
  let dataSet = item('INNERMOST');
  for (let level = 0; level < depth; level += 1) {
    const around = item('LEVEL');
    around.set('ContentSequence', [dataSet]);
    dataSet = around;
  }
  return writeDataSet(dataSet, explicitVrLittleEndian);
}

/** Nanoseconds of processor time per item of a parse: median of rounds that parse as many items each. */
function measure(shapes: readonly { readonly items: number; readonly bytes: Uint8Array }[], together: number) {
  const times = shapes.map((): number[] => []);
  for (let round = 0; round < 9; round += 1)
    for (const [at, { items, bytes }] of shapes.entries()) {
      const runs = Math.ceil(together / items);
      const before = process.cpuUsage();
      for (let run = 0; run < runs; run += 1) readDataSet(bytes, explicitVrLittleEndian);
      const { user, system } = process.cpuUsage(before);
      if (round > 1) times[at]?.push(((user + system) * 1000) / (runs * items));
    }
  return shapes.map(({ items }, at) => ({ items, nanoseconds: median(times[at] ?? []) }));
}

const longOnes = [1_000, 10_000, 100_000].map((items) => ({ items, bytes: long(items) }));
const deepOnes = [10, 30, 100].map((items) => ({ items, bytes: deep(items) }));
console.log(JSON.stringify({ long: measure(longOnes, 200_000), deep: measure(deepOnes, 100_000) }));
