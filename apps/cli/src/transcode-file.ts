// One file in another transfer syntax: by writing its elements anew, or by running its frames through codecs. PS3.5 8.2, A.4.
import { randomBytes } from 'node:crypto';
import {
  type DataSet,
  fileMetaInformation,
  frameRanges,
  newUid,
  type Part10File,
  transferSyntax,
  writeDataSet,
  writePart10,
} from '@concord/dicom';
import { codecOf, type EncodeOptions, ImagingError } from '@concord/imaging';
import { type ImagingPool, type TranscodeSource, transcodeInstance } from '@concord/imaging/node';
import { implementation } from '@concord/network';
import { CliError } from './cli-error.ts';
import { readDicom } from './tasks/task.ts';

export interface FileTranscoding {
  readonly pool: ImagingPool;
  /** UID of the transfer syntax. */
  readonly target: string;
  /** A target that loses something is allowed; what comes out is then a new instance. */
  readonly lossy: boolean;
  /** How lossy codecs weigh quality against size. */
  readonly encoding?: EncodeOptions;
}

/** The frames of a file. @throws ImagingError `missing-attribute` where it has none */
export function framesOf(bytes: Uint8Array, file: Part10File): TranscodeSource {
  const tag = pixelTags.find((candidate) => file.dataSet.has(candidate));
  if (tag === undefined) throw new ImagingError('missing-attribute', 'it has no pixel data');
  return frameSource(bytes, file, tag);
}

const frameSource = (
  bytes: Uint8Array,
  { dataSet, transferSyntaxUid }: Pick<Part10File, 'dataSet' | 'transferSyntaxUid'>,
  tag: number,
): TranscodeSource => ({
  header: without(dataSet, (one) => one >= (pixelTags[0] ?? 0)),
  transferSyntaxUid,
  pixelDataVr: dataSet.element(tag)?.vr ?? 'OW',
  frame: frameReader(bytes, { dataSet, transferSyntaxUid }, tag),
});

/** Float, Double Float and Pixel Data. PS3.3 C.7.6.24, C.7.6.25, C.7.6.3. */
const pixelTags = [0x7fe00008, 0x7fe00009, 0x7fe00010] as const;

/** @throws DicomError and ImagingError where it cannot be done; nothing is lost without `lossy` */
export async function transcodeFile(bytes: Uint8Array, transcoding: FileTranscoding): Promise<Uint8Array> {
  const file = readDicom(bytes);
  const { transferSyntaxUid, dataSet } = file;
  const { target } = transcoding;
  if (transferSyntaxUid === target) return bytes;
  const tag = pixelTags.find((candidate) => dataSet.has(candidate));
  const isEncapsulated = (uid: string) => transferSyntax(uid)?.encapsulated ?? true;
  if (tag === undefined || (!isEncapsulated(transferSyntaxUid) && !isEncapsulated(target)))
    return writePart10({ ...file, transferSyntaxUid: target });
  return transcodeFrames(bytes, file, tag, transcoding);
}

async function transcodeFrames(
  bytes: Uint8Array,
  { dataSet, meta, transferSyntaxUid }: Part10File,
  tag: number,
  { pool, target, lossy, encoding }: FileTranscoding,
): Promise<Uint8Array> {
  if (!lossy && codecOf(target)?.lossless === false)
    throw new CliError('failed', 'this transfer syntax is a lossy one: --lossy allows it');
  const source = frameSource(bytes, { dataSet, transferSyntaxUid }, tag);
  const newSopInstanceUid = lossy ? newUid(randomBytes(16)) : undefined;
  const { header, dataSet: chunks } = await transcodeInstance(pool, source, {
    target,
    ...(newSopInstanceUid !== undefined && { newSopInstanceUid }),
    ...(encoding && { options: encoding }),
  });
  const front = fileMetaInformation({
    sopClassUid: header.string('SOPClassUID') ?? '',
    sopInstanceUid: header.string('SOPInstanceUID') ?? '',
    transferSyntaxUid: target,
    sourceApplicationEntityTitle: meta.string('SourceApplicationEntityTitle'),
    implementationClassUid: implementation.classUid,
    implementationVersionName: implementation.versionName,
  });
  const parts = [
    front,
    ...(await Array.fromAsync(chunks)),
    writeDataSet(
      without(dataSet, (one) => one <= tag),
      target,
    ),
  ];
  return joined(parts);
}

/** A copy without the elements that `drop` names. */
function without(dataSet: DataSet, drop: (tag: number) => boolean): DataSet {
  const copy = dataSet.clone();
  for (const { tag } of [...copy.elements()]) if (drop(tag)) copy.delete(tag);
  return copy;
}

/** MPEG-2, H.264 and HEVC: one stream for all frames, in fragments that end anywhere. PS3.5 8.2.5 to 8.2.8. */
const isVideo = (uid: string): boolean => /^1\.2\.840\.10008\.1\.2\.4\.10[0-8](?:\.1)?$/u.test(uid);

/**
 * Encoded bytes of frames, by number from 1. Where there is none of a number, 'no-such-frame' is thrown.
 * @throws ImagingError, DicomError where frames cannot be told apart
 */
function frameReader(
  bytes: Uint8Array,
  { dataSet, transferSyntaxUid }: Pick<Part10File, 'dataSet' | 'transferSyntaxUid'>,
  tag: number,
) {
  if (isVideo(transferSyntaxUid) && (dataSet.number('NumberOfFrames') ?? 1) > 1)
    throw new ImagingError('unsupported-syntax', 'a video is one stream, its frames cannot be taken out');
  const { fragments, vr = 'OW' } = dataSet.element(tag) ?? {};
  const value = fragments ? bytes : (dataSet.bytes(tag) ?? new Uint8Array());
  const [first] = fragments ?? [];
  const table = first && bytes.subarray(first.offset, first.offset + first.length);
  const length = fragments ? undefined : value.length;
  const bigEndian = transferSyntax(transferSyntaxUid)?.littleEndian === false;
  const place = { tag, vr, offset: 0, length, fragments: fragments ?? [], bigEndian };
  const view = ({ offset, length }: { offset: number; length: number }) => value.subarray(offset, offset + length);
  const ranges = frameRanges(place, dataSet, table, view);
  return async (number: number): Promise<Uint8Array> => {
    const runs = ranges[number - 1];
    if (runs === undefined) throw new ImagingError('no-such-frame', `${number} of ${ranges.length}`);
    return joined(runs.map(view));
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
