// Grey JPEG files by libjpeg-turbo, in the thread that drew the pixels: half of what a small picture costs is what sharp puts around its encoder.
import { ImagingError } from '../imaging-error.ts';
import { createPixelMemory } from './pixel-memory.ts';

type Turbo = typeof import('@julusian/jpeg-turbo');

/** Undefined on a platform that the library has no binary for. */
let loading: Promise<Turbo | undefined> | undefined;
const load = (): Promise<Turbo | undefined> => {
  loading ??= import('@julusian/jpeg-turbo').then(
    (module) => module.default,
    () => undefined,
  );
  return loading;
};

/** Pages of it that nothing is written to take no memory: files are a tenth of what they could be. */
const memory = createPixelMemory();

const bufferOf = ({ buffer, byteOffset, length }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, length);

export interface GrayPixels {
  readonly rows: number;
  readonly columns: number;
  /** One byte each, row by row. */
  readonly pixels: Uint8Array;
}

/** Gives the memory that a file of this length is put into. */
export type FilePlace = (length: number) => Uint8Array;

/**
 * Undefined where the library cannot be loaded.
 * @param quality 1..100
 * @param place memory of its own, unless the caller has some
 * @throws ImagingError 'bad-request' where there are fewer pixels than the size says
 */
export async function grayJpeg(
  { rows: height, columns: width, pixels }: GrayPixels,
  quality: number,
  place: FilePlace = (length) => new Uint8Array(length),
): Promise<Uint8Array | undefined> {
  if (pixels.length < width * height) throw new ImagingError('bad-request', 'pixels are missing');
  const turbo = await load();
  if (!turbo) return undefined;
  const options = { format: turbo.FORMAT_GRAY, subsampling: turbo.SAMP_GRAY, width, height, quality };
  const room = bufferOf(memory(turbo.bufferSize(options)));
  const file = turbo.compressSync(bufferOf(pixels), room, options);
  const placed = place(file.length);
  placed.set(file);
  return placed;
}
