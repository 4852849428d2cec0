// Everything a caller may do with bytes from outside, for the fuzzer: whatever the bytes are, nothing but DicomError may come out.
import assert from 'node:assert/strict';
import {
  DicomError,
  dump,
  frames,
  fromJson,
  type Part10File,
  readPart10,
  readStream,
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
  return file.findings.length > 0 ? 'read with findings' : 'read';
}

function unchanged(file: Part10File, bytes: Uint8Array): void {
  const dataSet = writeDataSet(file.dataSet, file.transferSyntaxUid);
  if (!transferSyntax(file.transferSyntaxUid)?.deflated)
    assert.deepEqual(dataSet, bytes.slice(file.dataSetOffset), 'the data set does not come out as it came in');
  if (file.preamble && file.meta.size > 0) allowed(() => writePart10(file));
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
