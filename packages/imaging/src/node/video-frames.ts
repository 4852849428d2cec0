// Some frames of a video, drawn and encoded in one thread: what leaves it is small.
import { ImagingError } from '../imaging-error.ts';
import type { RenderedFrame } from '../render.ts';
import type { EncodedFrames } from '../video/encoded-frames.ts';
import { planesOf } from '../video/ycbcr.ts';
import { encodeAvc } from './avc.ts';
import type { PixelsTask } from './tasks.ts';

type Draw = (task: PixelsTask) => Promise<RenderedFrame>;

/** Which frame it is that cannot be shown, among the many. */
async function drawn(draw: Draw, task: PixelsTask): Promise<RenderedFrame> {
  try {
    return await draw(task);
  } catch (error) {
    if (!(error instanceof ImagingError)) throw error;
    const where = `frame ${task.frameNumber ?? 1}`;
    throw new ImagingError(error.fault, error.detail === '' ? where : `${where}: ${error.detail}`, { cause: error });
  }
}

/** Throws what `draw` does. */
export async function encodeFrames(tasks: readonly PixelsTask[], quality: number, draw: Draw): Promise<EncodedFrames> {
  const planes: Uint8Array[] = [];
  let size: Pick<RenderedFrame, 'rows' | 'columns'> | undefined;
  for (const task of tasks) {
    const frame = await drawn(draw, task);
    size ??= { rows: frame.rows, columns: frame.columns };
    if (frame.rows !== size.rows || frame.columns !== size.columns)
      throw new ImagingError('bad-request', 'frames of different size');
    planes.push(planesOf(frame));
  }
  if (!size) throw new ImagingError('no-such-frame', 'no frames to encode');
  return encodeAvc(planes, { ...size, quality });
}
