// The images that a blending presentation state lays over those that are rendered, found among files. PS3.3 C.11.14.
import { readFile } from 'node:fs/promises';
import { type DataSet, DicomError } from '@concord/dicom';
import { blendingPosition, describeImage, ImagingError, presentationStateClasses } from '@concord/imaging';
import type { BlendFrame } from '@concord/imaging/node';
import { CliError } from './cli-error.ts';
import { filesBelow, type NamedFile } from './files.ts';
import { readDicom } from './tasks/task.ts';
import { framesOf } from './transcode-file.ts';

export const isBlending = (state: DataSet): boolean =>
  state.string('SOPClassUID') === presentationStateClasses.blending;

/**
 * Every frame among the files that the state names as superimposed; other files are passed by. Pixels are read when they
 * are needed.
 * @throws CliError `usage` where there is none
 */
export async function readSuperimposed(state: DataSet, paths: readonly string[]): Promise<readonly BlendFrame[]> {
  const frames: BlendFrame[] = [];
  for await (const file of filesBelow(paths)) frames.push(...(await framesIn(file, state)));
  if (frames.length > 0) return frames;
  throw new CliError('usage', '--superimposed: the state lays none of these files over another');
}

async function framesIn({ path, explicit }: NamedFile, state: DataSet): Promise<readonly BlendFrame[]> {
  try {
    const { header, transferSyntaxUid, pixelDataVr } = await sourceOf(path);
    const sopInstanceUid = header.string('SOPInstanceUID') ?? '';
    const numbers = Array.from({ length: describeImage(header).numberOfFrames }, (_, index) => index + 1);
    return numbers
      .filter((frameNumber) => blendingPosition(state, { sopInstanceUid, frameNumber }) === 'SUPERIMPOSED')
      .map((frameNumber) => ({
        header,
        transferSyntaxUid,
        frameNumber,
        ...(pixelDataVr !== undefined && { pixelDataVr }),
        encoded: async () => (await sourceOf(path)).frame(frameNumber),
      }));
  } catch (error) {
    if (!explicit && (error instanceof DicomError || error instanceof ImagingError)) return [];
    throw error;
  }
}

async function sourceOf(path: string) {
  const bytes = new Uint8Array(await readFile(path));
  return framesOf(bytes, readDicom(bytes));
}
