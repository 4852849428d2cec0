// A presentation state as what is to be rendered: the frames that it is for, shown as it says. PS3.18 8.3.5, 9.5.1.2.7.
import type { DataSet } from '@concord/dicom';
import { presentationStateClasses, refersTo } from '@concord/imaging';
import type { Archive, StoredInstance } from '../archive/archive.ts';
import { HttpProblem } from '../web/problem.ts';

/** A frame to be shown, and as what. */
export interface PresentedFrame {
  readonly instance: StoredInstance;
  readonly number: number | undefined;
  readonly state: DataSet;
}

const { grayscale, color, pseudoColor, blending } = presentationStateClasses;
const applied: readonly string[] = [grayscale, color, pseudoColor];
/** References that are followed; what a state beyond them is for cannot be shown in one answer anyway. */
const maximumFrames = 4096;

/** Whether the instance is a state and no image. */
export const isPresentationState = ({ sopClassUid }: StoredInstance): boolean =>
  applied.includes(sopClassUid) || sopClassUid === blending;

/** @throws HttpProblem not-acceptable where the state is of a kind that is not applied here */
export const readState = async (instance: StoredInstance, archive: Archive): Promise<DataSet> => {
  if (applied.includes(instance.sopClassUid)) return archive.header(instance);
  throw new HttpProblem('not-acceptable', 'States of this kind are not applied here.');
};

/** The frames that a state refers to and that the archive has, in its order. @throws HttpProblem not-found */
export const presentedFrames = async (
  instance: StoredInstance,
  archive: Archive,
): Promise<readonly PresentedFrame[]> => {
  const state = await readState(instance, archive);
  const items = state.items('ReferencedSeriesSequence').flatMap((series) => series.items('ReferencedImageSequence'));
  const wanted = items.flatMap((item) => item.string('ReferencedSOPInstanceUID') ?? []);
  const { studyInstanceUid } = instance;
  const stored = wanted.length === 0 ? [] : await archive.instances({ studyInstanceUid, sopInstanceUid: wanted });
  const byUid = new Map(stored.map((image) => [image.sopInstanceUid, image]));
  const frames = items.flatMap((item) => {
    const image = byUid.get(item.string('ReferencedSOPInstanceUID') ?? '');
    if (image === undefined) return [];
    const numbers = item.numbers('ReferencedFrameNumber');
    const all = numbers.length === 0 ? [undefined] : numbers;
    return all.map((number) => ({ instance: image, number, state }));
  });
  if (frames.length > 0) return frames.slice(0, maximumFrames);
  throw new HttpProblem('not-found', 'The archive has none of the images that the presentation state is for.');
};

/** The state that a request for an image names. @throws HttpProblem invalid-parameter where it is for other images */
export const stateFor = async (
  instance: StoredInstance,
  stateInstance: StoredInstance,
  frameNumber: number,
  archive: Archive,
): Promise<DataSet> => {
  if (!isPresentationState(stateInstance))
    throw new HttpProblem('invalid-parameter', 'presentationUID names an instance that is no presentation state.');
  const state = await readState(stateInstance, archive);
  if (refersTo(state, { sopInstanceUid: instance.sopInstanceUid, frameNumber })) return state;
  throw new HttpProblem('invalid-parameter', 'The presentation state is not for this image.');
};
