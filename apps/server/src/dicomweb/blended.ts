// A blending presentation state as what is to be rendered: each underlying frame with the stack that lies over it. PS3.3 A.33.4, C.11.14.
import type { DataSet } from '@concord/dicom';
import { type BlendingPosition, presentationStateClasses } from '@concord/imaging';
import type { BlendFrame } from '@concord/imaging/node';
import type { Archive, StoredInstance } from '../archive/archive.ts';
import { swappedVr } from '../archive/conversion.ts';
import { noFrame } from './imaging-problem.ts';

/** A frame that a state names, as the archive has it. */
export interface NamedFrame {
  readonly instance: StoredInstance;
  /** Undefined: the state names no frame of it. */
  readonly number: number | undefined;
}

/** The frames that lie over the underlying one, read when they are needed and once for all. */
export type Stack = () => Promise<readonly BlendFrame[]>;

/** References that are followed; what a state beyond them is for cannot be shown in one answer anyway. */
export const maximumReferences = 4096;
/** Data sets that are read at a time. */
const readAtOnce = 16;

export const isBlending = ({ sopClassUid }: StoredInstance): boolean =>
  sopClassUid === presentationStateClasses.blending;

/** The frames that references name and that the archive has, in their order. */
export const namedFrames = async (
  items: readonly DataSet[],
  studies: readonly string[],
  archive: Archive,
): Promise<readonly NamedFrame[]> => {
  const followed = items.slice(0, maximumReferences);
  const wanted = followed.flatMap((item) => item.string('ReferencedSOPInstanceUID') ?? []);
  const stored =
    wanted.length === 0 ? [] : await archive.instances({ studyInstanceUid: studies, sopInstanceUid: wanted });
  const byUid = new Map(stored.map((image) => [image.sopInstanceUid, image]));
  const frames = followed.flatMap((item): readonly NamedFrame[] => {
    const instance = byUid.get(item.string('ReferencedSOPInstanceUID') ?? '');
    if (instance === undefined) return [];
    const numbers = item.numbers('ReferencedFrameNumber');
    return (numbers.length === 0 ? [undefined] : numbers).map((number) => ({ instance, number }));
  });
  return frames.slice(0, maximumReferences);
};

const referencesOf = (state: DataSet, position: BlendingPosition) => {
  const parts = state.items('BlendingSequence').filter((item) => item.string('BlendingPosition') === position);
  const series = parts.flatMap((part) => part.items('ReferencedSeriesSequence'));
  return {
    studies: parts.flatMap((part) => part.string('StudyInstanceUID') ?? []),
    images: series.flatMap((one) => one.items('ReferencedImageSequence')),
  };
};

/** What a state blends. Images may be of other studies than the state, which names them. */
export const blendedFrames = async (state: DataSet, stateInstance: StoredInstance, archive: Archive) => {
  const of = (position: BlendingPosition) => {
    const { studies, images } = referencesOf(state, position);
    return namedFrames(images, [...studies, stateInstance.studyInstanceUid], archive);
  };
  const [underlying, superimposed] = [await of('UNDERLYING'), await of('SUPERIMPOSED')];
  let read: ReturnType<Stack> | undefined;
  const stack: Stack = () => {
    read ??= readStack(superimposed, archive);
    return read;
  };
  return { underlying, superimposed, stack };
};

const readStack = async (frames: readonly NamedFrame[], archive: Archive): Promise<readonly BlendFrame[]> => {
  const read: BlendFrame[] = [];
  for (let at = 0; at < frames.length; at += readAtOnce) {
    const some = frames.slice(at, at + readAtOnce).map((frame) => blendFrameOf(frame, archive));
    read.push(...(await Promise.all(some)).flat());
  }
  return read;
};

/** A reference without frame numbers means every frame of its image. */
const blendFrameOf = async ({ instance, number }: NamedFrame, archive: Archive): Promise<readonly BlendFrame[]> => {
  const shared = {
    header: await archive.header(instance),
    transferSyntaxUid: instance.transferSyntaxUid,
    ...(await swappedVr(instance, archive)),
  };
  const all = Array.from({ length: Math.min(instance.numberOfFrames, maximumReferences) }, (_, index) => index + 1);
  return (number === undefined ? all : [number]).map((frameNumber) => ({
    ...shared,
    frameNumber,
    encoded: () => archive.frame(instance, frameNumber).catch(noFrame),
  }));
};
