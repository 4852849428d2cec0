// A whole instance in another transfer syntax, frame by frame, as a stream of data set bytes. PS3.5 8.2, A.4.
import { type DataSet, transferSyntax, writeDataSet } from '@concord/dicom';
import { createBitJoiner } from '../bit-joiner.ts';
import type { EncodedFrame, EncodeOptions } from '../codecs/codec.ts';
import {
  type NativeElement,
  nativePixelDataHeader,
  pixelDataEnd,
  pixelDataFragment,
  pixelDataStart,
} from '../encapsulate.ts';
import { describeImage, type ImageDescription } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';
import { hasEmbeddedOverlays } from '../overlay.ts';
import { packedLength, sampleCount, swapBytes } from '../samples.ts';
import { type Conversion, checkTarget, keepsCells, transcodedHeader } from '../transcode.ts';
import { createWordTurner } from '../word-turner.ts';
import type { ImagingPool } from './pool.ts';
import { createSpool } from './spool.ts';

/** An instance to convert: its header and its frames, wherever they are kept. */
export interface TranscodeSource {
  /** The data set up to Pixel Data. */
  readonly header: DataSet;
  readonly transferSyntaxUid: string;
  /** VR of Pixel Data; matters where the source is big endian. */
  readonly pixelDataVr?: string;
  /** Encoded bytes of a frame, from 1. */
  frame(number: number): Promise<Uint8Array>;
}

/** What is wanted. */
export interface InstanceTranscoding {
  readonly target: string;
  readonly options?: EncodeOptions;
  /** For a lossy target: the UID of the instance that comes out, the source's own where the source is not kept. Without it, a lossy target is refused. */
  readonly newSopInstanceUid?: string;
  readonly signal?: AbortSignal;
  /** Where frames wait that must all be encoded before the first byte can go (lossy targets only). */
  readonly spoolFolder?: string;
}

/** The converted instance. */
export interface TranscodedInstance {
  /** As it will be sent, up to Pixel Data. */
  readonly header: DataSet;
  readonly sopInstanceUid: string | undefined;
  readonly reversible: boolean;
  /** Data set without File Meta Information, in the target syntax. Read it once, to its end or to `return()`. */
  readonly dataSet: AsyncGenerator<Uint8Array>;
}

interface Job extends InstanceTranscoding {
  readonly pool: ImagingPool;
  readonly source: TranscodeSource;
  readonly image: ImageDescription;
}

/** Frames in order, some of them worked on ahead so that every thread is busy; never more than that in memory. */
async function* convertedFrames(job: Job): AsyncGenerator<EncodedFrame> {
  const { pool, source, image, target, options, signal } = job;
  const convert = async (frameNumber: number): Promise<EncodedFrame> => {
    const encoded = await source.frame(frameNumber);
    const { transferSyntaxUid, pixelDataVr } = source;
    return pool.transcode({
      image,
      transferSyntaxUid,
      encoded,
      frameNumber,
      target,
      ...(pixelDataVr === undefined ? {} : { pixelDataVr }),
      ...(options ? { options } : {}),
      ...(signal ? { signal } : {}),
    });
  };
  const ahead: Promise<EncodedFrame>[] = [];
  // A frame that fails while an earlier one is awaited must wait for its turn, not end the process as unhandled.
  const start = (frameNumber: number): Promise<EncodedFrame> => {
    const converted = convert(frameNumber);
    converted.catch(() => undefined);
    return converted;
  };
  try {
    for (let number = 1; number <= image.numberOfFrames || ahead.length > 0; number += 1) {
      if (number <= image.numberOfFrames) ahead.push(start(number));
      if (ahead.length <= pool.threads && number < image.numberOfFrames) continue;
      const first = ahead.shift();
      if (first) yield await first;
    }
  } finally {
    await Promise.allSettled(ahead);
  }
}

const frameLength = (image: ImageDescription): number => packedLength(image.bitsAllocated, sampleCount(image));

function conversionOf(job: Job, frame: EncodedFrame, encodedBytes: number): Conversion {
  return {
    source: job.source.transferSyntaxUid,
    target: job.target,
    photometricInterpretation: frame.photometricInterpretation,
    reversible: frame.reversible,
    nativeBytes: frameLength(job.image) * job.image.numberOfFrames,
    encodedBytes,
    ...(job.newSopInstanceUid === undefined ? {} : { newSopInstanceUid: job.newSopInstanceUid }),
  };
}

/** The first frame, which says what the header must say, and the rest. */
async function begin(job: Job) {
  const frames = convertedFrames(job);
  const first = await frames.next();
  if (first.done) throw new ImagingError('no-such-frame', 'the image has no frames');
  const all = async function* (): AsyncGenerator<EncodedFrame> {
    yield first.value;
    yield* frames;
  };
  return { first: first.value, frames: all };
}

/** Lossless: the header does not depend on the frames behind the first, so that nothing has to wait. */
async function streamed(job: Job): Promise<TranscodedInstance> {
  const { first, frames } = await begin(job);
  const header = transcodedHeader(job.source.header, job.image, conversionOf(job, first, 1));
  const single = job.image.numberOfFrames === 1;
  const dataSet = async function* () {
    yield writeDataSet(header, job.target);
    yield pixelDataStart(single ? [first.bytes.length] : []);
    for await (const { bytes } of frames()) yield* pixelDataFragment(bytes);
    yield pixelDataEnd();
  };
  return { header, sopInstanceUid: header.string('SOPInstanceUID'), reversible: true, dataSet: dataSet() };
}

/** Lossy: the ratio stands before the pixels and is known behind them. */
async function spooled(job: Job): Promise<TranscodedInstance> {
  const spool = createSpool(job.spoolFolder);
  try {
    const { first, frames } = await begin(job);
    for await (const { bytes } of frames()) await spool.append(bytes);
    const encodedBytes = spool.lengths.reduce((sum, length) => sum + length, 0);
    const header = transcodedHeader(job.source.header, job.image, conversionOf(job, first, encodedBytes));
    const dataSet = async function* () {
      await using _spool = spool;
      yield writeDataSet(header, job.target);
      yield pixelDataStart(spool.lengths);
      for await (const piece of spool.pieces()) yield* pixelDataFragment(piece);
      yield pixelDataEnd();
    };
    return { header, sopInstanceUid: header.string('SOPInstanceUID'), reversible: false, dataSet: dataSet() };
  } catch (error) {
    await spool[Symbol.asyncDispose]();
    throw error;
  }
}

/** Which element, and how: Float and Double Float Pixel Data keep theirs. */
function nativeElement({ image, target }: Job): NativeElement {
  const { explicitVr = true, littleEndian = true } = transferSyntax(target) ?? {};
  const bits = image.bitsAllocated * sampleCount(image) * image.numberOfFrames;
  const length = Math.ceil(bits / 16) * 2;
  if (length > 0xfffffffe) throw new ImagingError('too-large', 'native pixel data of more than 4 GiB');
  const place = { explicitVr, littleEndian, length };
  if (image.format === 'float') return { tag: 0x7fe00008, vr: 'OF', ...place };
  if (image.format === 'double') return { tag: 0x7fe00009, vr: 'OD', ...place };
  return { tag: 0x7fe00010, vr: explicitVr && image.bitsAllocated <= 8 ? 'OB' : 'OW', ...place };
}

async function* nativeBytes(
  job: Job,
  header: DataSet,
  frames: AsyncGenerator<EncodedFrame>,
): AsyncGenerator<Uint8Array> {
  const { image } = job;
  const element = nativeElement(job);
  yield writeDataSet(header, job.target);
  yield nativePixelDataHeader(element);
  const turn = turnerOf(element);
  const joiner = createBitJoiner(image.bitsAllocated * sampleCount(image));
  let left = element.length;
  for await (const { bytes } of frames) {
    const piece = joiner.push(bytes);
    left -= piece.length;
    yield turn(piece);
  }
  const rest = new Uint8Array(left);
  rest.set(joiner.rest());
  yield turn(rest);
}

/** What makes big endian values of little endian ones: by the numbers of the VR, which in OW are words and not cells. PS3.5 7.3. */
function turnerOf({ vr, littleEndian }: NativeElement): (bytes: Uint8Array) => Uint8Array {
  if (littleEndian || vr === 'OB') return (bytes) => bytes;
  if (vr === 'OW') return createWordTurner().push;
  return (bytes) => swapBytes(bytes, vr === 'OF' ? 4 : 8);
}

async function native(job: Job): Promise<TranscodedInstance> {
  nativeElement(job);
  const { first, frames } = await begin(job);
  const header = transcodedHeader(job.source.header, job.image, conversionOf(job, first, 1));
  const dataSet = nativeBytes(job, header, frames());
  return { header, sopInstanceUid: header.string('SOPInstanceUID'), reversible: true, dataSet };
}

/**
 * Converts an instance. Rejects, before anything is sent, where the target cannot hold the image, where the first frame
 * cannot be converted, or where a lossy target comes without a new UID; later frames reject while `dataSet` is read.
 */
export async function transcodeInstance(
  pool: ImagingPool,
  source: TranscodeSource,
  wanted: InstanceTranscoding,
): Promise<TranscodedInstance> {
  const image = describeImage(source.header);
  const entry = checkTarget(image, wanted.target);
  if (!keepsCells(entry) && hasEmbeddedOverlays(source.header, image)) {
    throw new ImagingError('unsupported-image', `to ${wanted.target}: overlays in unused bits would be lost`);
  }
  const job: Job = { ...wanted, pool, source, image };
  if (!entry.encapsulated) return native(job);
  if (entry.lossless) return streamed(job);
  if (wanted.newSopInstanceUid === undefined) {
    throw new ImagingError('bad-request', 'a lossy conversion makes a new instance and needs its UID');
  }
  return spooled(job);
}
