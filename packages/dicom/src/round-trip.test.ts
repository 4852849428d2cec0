// What was not touched comes out byte for byte: every file of the corpus and every encoding made here, from memory, source and stream.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { corpusFile, corpusFiles, needsCorpus } from '../testing/corpus.ts';
import { generatedFiles } from '../testing/generated.ts';
import { changedPaths } from '../testing/spans.ts';
import {
  type DataSet,
  DicomError,
  type Part10File,
  readPart10,
  readSource,
  readSourceSync,
  readStream,
  type StreamWriteOptions,
  transferSyntax,
  type WriteOptions,
  writeDataSet,
  writeDataSetStream,
  writePart10,
  writePart10Stream,
} from './index.ts';

/** A file of the pydicom project that begins with a byte of another; no reader can say what it is. */
const unreadable: ReadonlySet<string> = new Set(['pydicom/test_files/no_meta.dcm']);

const isWhole = (file: Part10File): boolean => file.preamble !== undefined && file.meta.size > 0;
const equal = (written: Uint8Array, read: Uint8Array, how: string): void =>
  assert.ok(Buffer.compare(written, read) === 0, `${how}: ${written.length} bytes written, ${read.length} read`);

async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  // Each chunk is copied: a writer may fill its buffer again.
  return Buffer.concat((await Array.fromAsync(chunks)).map((chunk) => Buffer.from(chunk)));
}

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

/** The whole file where it has a preamble and a meta; of one without, what it has: its data set. */
function check(file: Part10File, bytes: Uint8Array, how: string, options: WriteOptions = {}): void {
  if (isWhole(file)) equal(writePart10(file, options), bytes, how);
  else equal(writeDataSet(file.dataSet, file.transferSyntaxUid, options), bytes.subarray(file.dataSetOffset), how);
}

async function checkStream(file: Part10File, bytes: Uint8Array, how: string, options: StreamWriteOptions) {
  const stream = isWhole(file)
    ? writePart10Stream(file, options)
    : writeDataSetStream(file.dataSet, file.transferSyntaxUid, options);
  equal(await joined(stream), bytes.subarray(isWhole(file) ? 0 : file.dataSetOffset), how);
}

async function untouched(bytes: Uint8Array): Promise<void> {
  check(readPart10(bytes), bytes, 'from memory');
  const source = { read: (offset: number, length: number) => bytes.slice(offset, offset + length) };
  const bulkThreshold = 4096;
  check(readSourceSync(source, { bulkThreshold }), bytes, 'from a source', { source });
  const waiting = { read: async (offset: number, length: number) => bytes.slice(offset, offset + length) };
  await checkStream(await readSource(waiting, { bulkThreshold }), bytes, 'from a source that waits', {
    source: waiting,
  });
  for (const size of [bytes.length < 3000 ? 1 : 997, 131071]) {
    check(await readStream(cut(bytes, size)), bytes, `from chunks of ${size}`);
    const file = await readStream(cut(bytes, size), { bulkThreshold: 1000 });
    await checkStream(file, bytes, `by reference, from chunks of ${size}`, { source });
  }
}

/** Sets one element in the first item there is, or in an item made for it; answers where. */
function editOne(dataSet: DataSet): string {
  const sequence = [...dataSet.elements()].find(({ tag }) => dataSet.items(tag).length > 0);
  const tag = sequence?.tag ?? 0x00400275;
  const at = Math.max(0, dataSet.items(tag).length - 1);
  const hex = tag.toString(16).padStart(8, '0');
  dataSet.set(`${hex}[${at}].CodeMeaning`, 'EDITED', 'LO');
  return `(${hex.slice(0, 4)},${hex.slice(4)})`.toUpperCase();
}

/** Only the element, the items and sequences around it, and group lengths of their groups may differ. */
function nestedEdit(bytes: Uint8Array): void {
  const file = readPart10(bytes);
  const edited = editOne(file.dataSet);
  const { transferSyntaxUid } = file;
  const written = writeDataSet(file.dataSet, transferSyntaxUid);
  const before = readPart10(bytes).dataSet;
  const meta = bytes.subarray(0, file.dataSetOffset);
  const after = readPart10(meta.length > 0 ? Buffer.concat([meta, written]) : written);
  assert.equal(after.transferSyntaxUid, transferSyntaxUid);
  const changed = changedPaths(before, after.dataSet);
  const group = edited.slice(0, 5);
  const allowed = (path: string) =>
    path.startsWith(edited)
      ? /^[^[]*(\[\d+\])?(\.\(0008,0104\)|\.\(0008,0000\))?$/.test(path)
      : path === `${group},0000)`;
  assert.deepEqual(
    changed.filter((path) => !allowed(path)),
    [],
  );
  assert.ok(changed.some((path) => path.endsWith('.(0008,0104)')));
  const items = changed.filter((path) => /^[^[]*\[\d+\]$/.test(path));
  assert.equal(items.length, 1, 'one item differs');
}

/** Files that end inside an element: what is put behind the cut cannot be read where it was meant. */
function isCut(bytes: Uint8Array): boolean {
  return readPart10(bytes).findings.some(({ fault }) => fault === 'past-end' || fault === 'bad-fragment');
}

describe('every file of the corpus comes out as it came in', needsCorpus, () => {
  for (const name of corpusFiles().filter((file) => !unreadable.has(file)))
    test(name, async () => {
      const bytes = corpusFile(name);
      await untouched(bytes);
      if (!isCut(bytes)) nestedEdit(bytes);
    });
});

describe('a file of every encoding made here comes out as it came in', () => {
  for (const bytes of generatedFiles()) {
    const { transferSyntaxUid } = readPart10(bytes);
    test(transferSyntax(transferSyntaxUid)?.name ?? transferSyntaxUid, async () => {
      await untouched(bytes);
      nestedEdit(bytes);
    });
  }
});

test('a file that cannot be read says where, instead of coming out changed', () => {
  assert.throws(
    () => readPart10(new TextEncoder().encode('%PDF-1.7 this is no data set at all, whatever its name says')),
    (error) => error instanceof DicomError && error.fault === 'not-dicom' && error.offset === 0,
  );
});
