// Writing data sets in a transfer syntax: to one array, to chunks, to a stream that fetches what was left in the file. PS3.5 Annex A.
import type { ByteSource, ByteSourceSync } from './byte-source.ts';
import type { Content } from './content.ts';
import { contentOf, type DataSet } from './data-set.ts';
import { deflate } from './deflate/deflate.ts';
import { Encoder } from './encode.ts';
import { DicomError } from './error.ts';
import { type Composed, chunksOf, join, streamOf } from './pieces.ts';
import { encodingOf } from './source.ts';
import { type TransferSyntax, transferSyntax } from './uid/transfer-syntax.ts';

/** How a data set is written. */
export interface WriteOptions {
  /**
   * Encodes every element anew, in order of tags: right group lengths, even values, no trailing bytes. Default false: what was not
   * touched comes out byte for byte as it came in.
   */
  readonly reencode?: boolean;
  /** Where values that were left by reference are fetched from: what the data set was read from. */
  readonly source?: ByteSourceSync;
}

/** How a data set is written to a stream. */
export interface StreamWriteOptions {
  readonly reencode?: boolean;
  readonly source?: ByteSource;
  /**
   * A chunk is valid only until the next one is asked for: nothing is copied that was left by reference, and memory does not grow.
   * For a caller that waits until each chunk is written. Default false.
   */
  readonly borrow?: boolean;
}

/**
 * @internal The pieces of a data set in a transfer syntax.
 * @throws DicomError `unknown-transfer-syntax`, `not-encodable`, `needs-transcoding`
 */
export function composeDataSet(dataSet: DataSet, transferSyntaxUid: string, reencode = false): Composed {
  const syntax = transferSyntax(transferSyntaxUid);
  const content = contentOf(dataSet);
  const asRead = content.readAs === transferSyntaxUid && !reencode ? content.encoding : undefined;
  if (!syntax && !asRead) throw new DicomError('unknown-transfer-syntax', -1, '', transferSyntaxUid);
  const encoder = new Encoder(reencode);
  if (syntax?.deflated && content.deflated && encoder.isUntouched(content)) {
    return { pieces: [{ bytes: content.deflated, swap: 1 }], size: content.deflated.length, deflated: false };
  }
  if (syntax && !asRead) checkPixelData(content, syntax);
  encoder.dataSet(content, asRead ?? encodingOf(syntax?.explicitVr ?? true, syntax?.littleEndian ?? true));
  return { pieces: encoder.sink.finish(), size: encoder.sink.size, deflated: syntax?.deflated ?? false };
}

/** Fragments only where the syntax has them, and nothing else where it does. PS3.5 A.4. */
function checkPixelData(content: Content, syntax: TransferSyntax): void {
  const pixelData = content.find(0x7fe00010);
  if (!pixelData) return;
  const length = pixelData.reference?.length ?? pixelData.valueEnd - pixelData.valueStart;
  const native = pixelData.fragments === undefined && length > 0;
  if (syntax.encapsulated ? native : pixelData.fragments)
    throw new DicomError('needs-transcoding', -1, 'PixelData', syntax.name);
}

/**
 * A data set in a transfer syntax. What was not touched and is in that encoding already comes out as it came in.
 * @throws DicomError `unknown-transfer-syntax`, `not-encodable`, `needs-transcoding`, `absent-bulk`
 */
export function writeDataSet(dataSet: DataSet, transferSyntaxUid: string, options: WriteOptions = {}): Uint8Array {
  const composed = composeDataSet(dataSet, transferSyntaxUid, options.reencode);
  const bytes = join(composed, options.source);
  return composed.deflated ? deflate(bytes) : bytes;
}

/** The same in chunks of about 64 KiB; long values are views, not copies. @throws DicomError as `writeDataSet` */
export function* writeDataSetChunks(
  dataSet: DataSet,
  transferSyntaxUid: string,
  options: WriteOptions = {},
): Generator<Uint8Array, void> {
  const composed = composeDataSet(dataSet, transferSyntaxUid, options.reencode);
  if (composed.deflated) yield deflate(join(composed, options.source));
  else yield* chunksOf(composed.pieces, options.source);
}

/**
 * The same, fetching what was left by reference from `options.source` as it goes: memory is that of the header and one chunk.
 * @throws DicomError as `writeDataSet`; what the source throws
 */
export async function* writeDataSetStream(
  dataSet: DataSet,
  transferSyntaxUid: string,
  options: StreamWriteOptions = {},
): AsyncGenerator<Uint8Array, void> {
  const composed = composeDataSet(dataSet, transferSyntaxUid, options.reencode);
  if (!composed.deflated) {
    yield* streamOf(composed.pieces, options.source, options.borrow ?? false);
    return;
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of streamOf(composed.pieces, options.source, false)) chunks.push(chunk);
  yield deflate(join({ pieces: chunks.map((bytes) => ({ bytes, swap: 1 })), size: composed.size }));
}
