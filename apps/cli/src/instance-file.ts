// One Part 10 file as a C-STORE needs it: which object, in which syntax, and where its data set begins. PS3.10 7.1.
import { createReadStream } from 'node:fs';
import { DicomError, isUid, readStream } from '@concord/dicom';
import type { NamedFile } from './files.ts';

export interface InstanceFile {
  readonly path: string;
  readonly size: number;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** Offset of the data set in the file, bytes. */
  readonly dataSetOffset: number;
}

/** Why a file cannot be sent. `foreign`: it is no Part 10 file of an instance at all, `broken`: it is one, but damaged. */
export interface Unsendable {
  readonly path: string;
  readonly kind: 'foreign' | 'broken';
  readonly reason: string;
}

const afterSopInstanceUid = 0x0008_0019;
const firstRead = 16 * 1024;

/** Reads the head of a file, up to SOP Instance UID (0008,0018); the rest is not looked at. */
export async function readInstanceFile({ path, size }: NamedFile): Promise<InstanceFile | Unsendable> {
  const source = createReadStream(path, { highWaterMark: firstRead });
  try {
    const { meta, dataSet, transferSyntaxUid, dataSetOffset } = await readStream(source, {
      stopBefore: afterSopInstanceUid,
    });
    const sopClassUid = dataSet.string('SOPClassUID') ?? meta.string('MediaStorageSOPClassUID') ?? '';
    const sopInstanceUid = dataSet.string('SOPInstanceUID') ?? meta.string('MediaStorageSOPInstanceUID') ?? '';
    if (meta.string('MediaStorageSOPClassUID') === mediaStorageDirectory)
      return { path, kind: 'foreign', reason: 'a DICOMDIR, not an instance' };
    if (!isUid(sopClassUid) || !isUid(sopInstanceUid))
      return { path, kind: 'broken', reason: 'no valid SOP Class UID and SOP Instance UID' };
    return { path, size, sopClassUid, sopInstanceUid, transferSyntaxUid, dataSetOffset };
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
    const foreign = error.fault === 'not-dicom';
    return { path, kind: foreign ? 'foreign' : 'broken', reason: foreign ? 'not a DICOM file' : error.message };
  } finally {
    source.destroy();
  }
}

const mediaStorageDirectory = '1.2.840.10008.1.3.10';

/** The bytes of the data set, as they lie in the file. */
export const dataSetBytes = ({ path, dataSetOffset }: InstanceFile): AsyncIterable<Uint8Array> =>
  createReadStream(path, { start: dataSetOffset, highWaterMark: 256 * 1024 });
