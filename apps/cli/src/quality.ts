// How far the pixels of a file are from those it was made of: the largest error and the peak signal-to-noise ratio.
import { describeImage, recolouring } from '@concord/imaging';
import type { ImagingPool, TranscodeSource } from '@concord/imaging/node';

export interface Quality {
  /** The most that one stored value differs. */
  readonly largestError: number;
  /** In dB, over all frames; Infinity where nothing differs. */
  readonly peakSignalToNoise: number;
}

/** Of stored values where they are grey, of red, green and blue where they are colour; undefined for cells of other sizes. */
export async function compareFrames(
  pool: ImagingPool,
  before: TranscodeSource,
  after: TranscodeSource,
): Promise<Quality | undefined> {
  const [from, to] = [describeImage(before.header), describeImage(after.header)];
  const valuesOf = comparableBy(from);
  if (!valuesOf) return undefined;
  let largestError = 0;
  let squares = 0;
  let count = 0;
  for (let frameNumber = 1; frameNumber <= from.numberOfFrames; frameNumber += 1) {
    const [one, other] = await Promise.all([
      valuesOf(pool, before, from, frameNumber),
      valuesOf(pool, after, to, frameNumber),
    ]);
    for (let at = 0; at < one.length; at += 1) {
      const error = Math.abs((one[at] ?? 0) - (other[at] ?? 0));
      if (error > largestError) largestError = error;
      squares += error * error;
    }
    count += one.length;
  }
  const peak = 2 ** from.bitsStored - 1;
  return { largestError, peakSignalToNoise: 10 * Math.log10((peak * peak * count) / squares) };
}

type Image = ReturnType<typeof describeImage>;
type Values = (
  pool: ImagingPool,
  source: TranscodeSource,
  image: Image,
  frameNumber: number,
) => Promise<ArrayLike<number>>;

function comparableBy({ samplesPerPixel, bitsStored, bitsAllocated, format }: Image): Values | undefined {
  if (samplesPerPixel === 3 && bitsAllocated === 8 && bitsStored === 8) return coloursOf;
  const isGray = samplesPerPixel === 1 && bitsStored <= 16 && bitsAllocated >= 8 && format === 'integer';
  return isGray ? storedValuesOf : undefined;
}

/** A lossy codec changes the colour model: what is compared is what both show. */
const coloursOf: Values = async (pool, source, image, frameNumber) => {
  const { header, transferSyntaxUid, pixelDataVr = 'OW' } = source;
  const frame = { image, transferSyntaxUid, encoded: await source.frame(frameNumber), frameNumber, pixelDataVr };
  const toRgb = recolouring(header, image, 'RGB');
  return toRgb ? pool.recolour({ ...frame, step: toRgb.step(frameNumber) }) : pool.decode(frame);
};

/** Stored values of one frame, without what else its cells may hold. */
const storedValuesOf: Values = async (pool, source, image, frameNumber) => {
  const { transferSyntaxUid, pixelDataVr = 'OW' } = source;
  const encoded = await source.frame(frameNumber);
  const bytes = await pool.decode({ image, transferSyntaxUid, encoded, frameNumber, pixelDataVr });
  const length = image.rows * image.columns;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shift = 32 - image.bitsStored;
  const low = image.highBit - image.bitsStored + 1;
  return Int32Array.from({ length }, (_, at) => {
    const cell = (image.bitsAllocated === 8 ? view.getUint8(at) : view.getUint16(2 * at, true)) >>> low;
    return image.pixelRepresentation === 1 ? (cell << shift) >> shift : (cell << shift) >>> shift;
  });
};
