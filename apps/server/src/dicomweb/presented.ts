// A presentation state as what is to be rendered: the frames that it is for, shown as it says. PS3.18 8.3.5, 9.5.1.2.7.
import type { DataSet } from '@concord/dicom';
import { blendingPosition, presentationStateClasses, refersTo } from '@concord/imaging';
import type { Archive, StoredInstance } from '../archive/archive.ts';
import { HttpProblem } from '../web/problem.ts';
import { blendedFrames, isBlending, type NamedFrame, namedFrames, type Stack } from './blended.ts';

/** A frame to be shown, and as what. */
export interface PresentedFrame extends NamedFrame {
  readonly state: DataSet;
  /** What lies over it, where the state blends. */
  readonly over?: Stack;
}

const applied: readonly string[] = Object.values(presentationStateClasses);

/** Whether the instance is a state and no image. */
export const isPresentationState = ({ sopClassUid }: StoredInstance): boolean => applied.includes(sopClassUid);

/** The frames that a state refers to and that the archive has, in its order. @throws HttpProblem not-found */
export const presentedFrames = async (
  instance: StoredInstance,
  archive: Archive,
): Promise<readonly PresentedFrame[]> => {
  const state = await archive.header(instance);
  const frames = await framesOf(state, instance, archive);
  if (frames.length > 0) return frames;
  throw new HttpProblem('not-found', 'The archive has none of the images that the presentation state is for.');
};

const framesOf = async (
  state: DataSet,
  instance: StoredInstance,
  archive: Archive,
): Promise<readonly PresentedFrame[]> => {
  if (isBlending(instance)) {
    const { underlying, stack } = await blendedFrames(state, instance, archive);
    return underlying.map((frame) => ({ ...frame, state, over: stack }));
  }
  const items = state.items('ReferencedSeriesSequence').flatMap((series) => series.items('ReferencedImageSequence'));
  const frames = await namedFrames(items, [instance.studyInstanceUid], archive);
  return frames.map((frame) => ({ ...frame, state }));
};

/**
 * Frames of an image as the state that a request names shows them: the one of `number`, else all that the state is for.
 * @throws HttpProblem invalid-parameter where it is for other images
 */
export const presentedBy = async (
  stateInstance: StoredInstance,
  { instance, number }: NamedFrame,
  archive: Archive,
): Promise<readonly PresentedFrame[]> => {
  if (!isPresentationState(stateInstance))
    throw new HttpProblem('invalid-parameter', 'presentationUID names an instance that is no presentation state.');
  const state = await archive.header(stateInstance);
  const { sopInstanceUid } = instance;
  const blends = isBlending(stateInstance);
  const numbers = number === undefined && !blends ? numbersOf(state, sopInstanceUid) : [number ?? 1];
  const refers = (frameNumber: number): boolean =>
    blends
      ? blendingPosition(state, { sopInstanceUid, frameNumber }) === 'UNDERLYING'
      : refersTo(state, { sopInstanceUid, frameNumber });
  if (!refers(numbers?.[0] ?? 1))
    throw new HttpProblem('invalid-parameter', 'The presentation state is not for this image.');
  if (numbers === undefined) return [{ instance, number, state }];
  const over = blends ? { over: (await blendedFrames(state, stateInstance, archive)).stack } : {};
  return numbers.map((one) => ({ instance, number: one, state, ...over }));
};

/** The frames of an image that a state names, in order; undefined where it names the image as a whole, or not at all. */
const numbersOf = (state: DataSet, sopInstanceUid: string): readonly number[] | undefined => {
  const items = state
    .items('ReferencedSeriesSequence')
    .flatMap((series) => series.items('ReferencedImageSequence'))
    .filter((item) => item.string('ReferencedSOPInstanceUID') === sopInstanceUid);
  const numbers = items.map((item) => item.numbers('ReferencedFrameNumber'));
  if (numbers.length === 0 || numbers.some((some) => some.length === 0)) return undefined;
  return [...new Set(numbers.flat())].sort((left, right) => left - right);
};
