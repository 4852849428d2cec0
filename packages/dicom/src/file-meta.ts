// Writing DICOM files: preamble, prefix and File Meta Information. PS3.10 7.1.
import { contentOf, DataSet } from './data-set.ts';
import { DicomError } from './error.ts';
import type { Part10File } from './part10.ts';
import { join } from './pieces.ts';
import { Sink } from './sink.ts';
import { explicitVrLittleEndian } from './uid/transfer-syntax.ts';
import { type StreamWriteOptions, type WriteOptions, writeDataSet, writeDataSetStream } from './write.ts';

/** What File Meta Information says. PS3.10 Table 7.1-1. */
export interface FileMeta {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** At most 16 characters. */
  readonly sourceApplicationEntityTitle?: string | undefined;
  readonly implementationClassUid: string;
  /** 1 to 16 characters. */
  readonly implementationVersionName: string;
}

/** What may be written as a file. */
export interface WritableFile {
  readonly dataSet: DataSet;
  readonly transferSyntaxUid: string;
  /** Written as it came where its Transfer Syntax UID is the one above; made from the data set where absent or empty. */
  readonly meta?: DataSet;
  /** 128 bytes; zeros where absent. */
  readonly preamble?: Uint8Array;
}

/** This library, where a caller names no implementation. PS3.7 D.3.3.2. */
const implementation = { classUid: '2.25.218307213963512084671914612706231264337', versionName: 'CONCORD_0_1' };

/** Preamble of zeros, `DICM` and group 0002 with its right length. */
export function fileMetaInformation(meta: FileMeta): Uint8Array {
  return withPreamble(undefined, metaDataSet(meta));
}

function metaDataSet(meta: FileMeta): DataSet {
  const group = new DataSet();
  group.set('FileMetaInformationGroupLength', 0);
  group.set('FileMetaInformationVersion', new Uint8Array([0, 1]));
  group.set('MediaStorageSOPClassUID', meta.sopClassUid);
  group.set('MediaStorageSOPInstanceUID', meta.sopInstanceUid);
  group.set('TransferSyntaxUID', meta.transferSyntaxUid);
  group.set('ImplementationClassUID', meta.implementationClassUid);
  group.set('ImplementationVersionName', meta.implementationVersionName);
  if (meta.sourceApplicationEntityTitle) group.set('SourceApplicationEntityTitle', meta.sourceApplicationEntityTitle);
  return group;
}

function withPreamble(preamble: Uint8Array | undefined, meta: DataSet): Uint8Array {
  const content = contentOf(meta);
  const sink = new Sink();
  const front = new Uint8Array(132);
  if (preamble) front.set(preamble.subarray(0, 128));
  front.set([0x44, 0x49, 0x43, 0x4d], 128);
  sink.bytes(front);
  if (content.source && !content.changed) sink.copy(content.source, content.start, content.end);
  else sink.bytes(writeDataSet(meta, explicitVrLittleEndian));
  return join({ pieces: sink.finish(), size: sink.size });
}

/** The meta of a file: the given one if it is true of this transfer syntax, else that one corrected, else a new one. */
function metaFor({ dataSet, transferSyntaxUid, meta }: WritableFile): DataSet {
  if (meta && meta.size > 0) {
    const asRead = !contentOf(meta).changed && contentOf(dataSet).readAs === transferSyntaxUid;
    if (asRead || meta.string('TransferSyntaxUID') === transferSyntaxUid) return meta;
    const corrected = meta.clone();
    corrected.set('TransferSyntaxUID', transferSyntaxUid);
    return corrected;
  }
  const sopClassUid = dataSet.string('SOPClassUID');
  const sopInstanceUid = dataSet.string('SOPInstanceUID');
  if (!sopClassUid || !sopInstanceUid) throw new DicomError('bad-meta', -1, '', 'SOP Class or Instance UID is missing');
  const { classUid, versionName } = implementation;
  return metaDataSet({
    sopClassUid,
    sopInstanceUid,
    transferSyntaxUid,
    implementationClassUid: classUid,
    implementationVersionName: versionName,
  });
}

/**
 * A whole file. What `readPart10` read comes out as it came in, byte for byte, apart from a preamble or meta that was missing.
 * @throws DicomError as `writeDataSet`; `bad-meta` where a meta must be made and the data set has no SOP Class or Instance UID
 */
export function writePart10(file: WritableFile | Part10File, options: WriteOptions = {}): Uint8Array {
  const front = withPreamble(file.preamble, metaFor(file));
  const body = writeDataSet(file.dataSet, file.transferSyntaxUid, options);
  const whole = new Uint8Array(front.length + body.length);
  whole.set(front);
  whole.set(body, front.length);
  return whole;
}

/** The same in chunks; values that were left by reference come from `options.source`. @throws DicomError as `writePart10` */
export async function* writePart10Stream(
  file: WritableFile | Part10File,
  options: StreamWriteOptions = {},
): AsyncGenerator<Uint8Array, void> {
  yield withPreamble(file.preamble, metaFor(file));
  yield* writeDataSetStream(file.dataSet, file.transferSyntaxUid, options);
}
