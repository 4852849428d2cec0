// Everything a caller may do with bytes from outside, for the fuzzer: whatever the bytes are, nothing but DicomError may come out.
import assert from 'node:assert/strict';
import {
  DicomError,
  dump,
  frames,
  fromJson,
  type Part10File,
  readDataSet,
  readPart10,
  readSourceSync,
  readStream,
  reservePrivateTag,
  scanInstance,
  toJson,
  toXml,
  transferSyntax,
  writeDataSet,
  writePart10,
} from '../src/index.ts';

/** What came of one input. */
export type Outcome = 'read' | 'read with findings' | 'refused';

/** Runs a step that may refuse; anything but a DicomError goes through. */
function allowed<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    if (error instanceof DicomError) return undefined;
    throw error;
  }
}

/** Reads, writes, dumps and converts; checks that an untouched file is written as it came. */
export function exercise(bytes: Uint8Array): Outcome {
  const file = allowed(() => readPart10(bytes));
  allowed(() => readPart10(bytes, { truncated: 'throw' }));
  scan(bytes);
  if (!file) return 'refused';
  for (const line of dump(file)) assert.ok(!line.includes('\n'));
  unchanged(file, bytes);
  const json = allowed(() => toJson(file.dataSet, { bulkDataUri: (path) => `#${path}` }));
  if (json) allowed(() => toXml(file.dataSet, { bulkDataUri: (path) => `#${path}` }));
  if (json) allowed(() => fromJson(json, { bulkData: () => new Uint8Array(2) }));
  allowed(() => Array.from(frames(file.dataSet)));
  const encoded = allowed(() => writeDataSet(file.dataSet, file.transferSyntaxUid, { reencode: true }));
  if (encoded && transferSyntax(file.transferSyntaxUid)) allowed(() => readPart10(encoded));
  fromSource(file, bytes);
  edit(bytes);
  return file.findings.length > 0 ? 'read with findings' : 'read';
}

function unchanged(file: Part10File, bytes: Uint8Array): void {
  const dataSet = writeDataSet(file.dataSet, file.transferSyntaxUid);
  if (!transferSyntax(file.transferSyntaxUid)?.deflated)
    same(dataSet, bytes.subarray(file.dataSetOffset), 'the data set does not come out as it came in');
  if (file.preamble && file.meta.size > 0) allowed(() => writePart10(file));
}

function same(written: Uint8Array, read: Uint8Array, message: string): void {
  const at = written.findIndex((byte, index) => byte !== read[index]);
  assert.ok(at < 0 && written.length === read.length, `${message}: byte ${at}, ${written.length} of ${read.length}`);
}

/** Values by reference are written where they were; a file cut inside one included. */
function fromSource(file: Part10File, bytes: Uint8Array): void {
  const source = { read: (offset: number, length: number) => bytes.subarray(offset, offset + length) };
  const referenced = allowed(() => readSourceSync(source, { bulkThreshold: 64 }));
  if (!referenced || transferSyntax(file.transferSyntaxUid)?.deflated) return;
  const written = writeDataSet(referenced.dataSet, referenced.transferSyntaxUid, { source });
  assert.deepEqual(
    written,
    bytes.slice(referenced.dataSetOffset),
    'values by reference do not come out as they came in',
  );
}

/** Changes at two depths, then writing and reading again. */
function edit(bytes: Uint8Array): void {
  const { dataSet, transferSyntaxUid } = readPart10(bytes);
  for (const path of ['PatientComments', 'RequestAttributesSequence[0].ScheduledProcedureStepID'])
    allowed(() => dataSet.set(path, 'fuzz'));
  allowed(() => reservePrivateTag(dataSet, 0x0009, 'FUZZ', 1));
  allowed(() => dataSet.delete('StudyDate'));
  const written = allowed(() => writeDataSet(dataSet, transferSyntaxUid));
  if (written && transferSyntax(transferSyntaxUid))
    allowed(() => readDataSet(written, transferSyntaxUid, { truncated: 'keep' }));
}

function scan(bytes: Uint8Array): void {
  for (const syntax of ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.1.99'])
    allowed(() => {
      const scanner = scanInstance(syntax);
      for (let at = 132; at < bytes.length; at += 4001) scanner.push(bytes.slice(at, at + 4001));
      scanner.end();
    });
}

/** The same bytes in pieces give the same file, or the same refusal. */
export async function exercisePieces(bytes: Uint8Array, size: number): Promise<void> {
  const whole = allowed(() => readPart10(bytes));
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
  };
  let streamed: Part10File | undefined;
  try {
    streamed = await readStream(pieces());
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
    // From memory a value that promises too much is cut where the bytes end; a stream would have to hold it, and refuses.
    if (error.fault === 'too-long') return;
  }
  assert.equal(streamed === undefined, whole === undefined, 'a stream is read where memory is not, or the other way');
  if (streamed && whole) assert.deepEqual([...dump(streamed)], [...dump(whole)]);
}
