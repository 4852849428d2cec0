// An instance in another transfer syntax, made while it is sent. PS3.18 8.7.3.4, PS3.10 7.1.
import { DicomError, fileMetaInformation } from '@concord/dicom';
import { ImagingError } from '@concord/imaging';
import type { StoredInstance } from '../archive/archive.ts';
import { convertedDataSet } from '../archive/conversion.ts';
import { noPicture } from './imaging-problem.ts';
import type { DicomwebParts } from './parts.ts';
import { instanceOffers } from './stored-form.ts';

/**
 * The Part 10 file in `target`, as it is asked for. The first frame is converted before this resolves, so that an instance
 * no codec can read is still a problem and not a broken body.
 * @throws HttpProblem not-acceptable, which says what could be had instead
 */
export const convertedInstance = async (
  instance: StoredInstance,
  target: string,
  parts: DicomwebParts,
): Promise<AsyncIterable<Uint8Array>> => {
  try {
    return file(instance, target, await convertedDataSet(instance, target, parts), parts);
  } catch (error) {
    if (!(error instanceof ImagingError) && !(error instanceof DicomError)) throw error;
    return noPicture(error, {
      text: 'The instance cannot be converted',
      offers: instanceOffers(instance.transferSyntaxUid).filter(({ asStored }) => asStored),
    });
  }
};

async function* file(
  { sopClassUid, sopInstanceUid }: StoredInstance,
  transferSyntaxUid: string,
  dataSet: AsyncIterable<Uint8Array>,
  { implementation }: DicomwebParts,
): AsyncGenerator<Uint8Array, void> {
  yield fileMetaInformation({
    sopClassUid,
    sopInstanceUid,
    transferSyntaxUid,
    implementationClassUid: implementation.classUid,
    implementationVersionName: implementation.versionName,
  });
  yield* dataSet;
}
