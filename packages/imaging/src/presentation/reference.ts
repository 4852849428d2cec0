// Which image and frame something in a presentation state is meant for. PS3.3 C.11.11, 10.3.
import type { DataSet } from '@concord/dicom';

/** One frame of one instance. */
export interface FrameIdentity {
  readonly sopInstanceUid: string;
  /** From 1. */
  readonly frameNumber: number;
}

/** True where an item of Referenced Image Sequence names the frame; one without frame numbers names them all. */
function names(item: DataSet, { sopInstanceUid, frameNumber }: FrameIdentity): boolean {
  if (item.string('ReferencedSOPInstanceUID') !== sopInstanceUid) return false;
  const frames = item.numbers('ReferencedFrameNumber');
  return frames.length === 0 || frames.includes(frameNumber);
}

/** Whether a part of a state is for the frame: parts without Referenced Image Sequence are for all that the state names. */
export function isFor(part: DataSet, frame: FrameIdentity): boolean {
  const items = part.items('ReferencedImageSequence');
  return items.length === 0 || items.some((item) => names(item, frame));
}

/** Whether a presentation state as a whole is for the frame. */
export const refersTo = (state: DataSet, frame: FrameIdentity): boolean =>
  state
    .items('ReferencedSeriesSequence')
    .some((series) => series.items('ReferencedImageSequence').some((item) => names(item, frame)));
