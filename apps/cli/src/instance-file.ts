// One Part 10 file as a C-STORE needs it: which object, in which syntax, and where its data set begins. PS3.10 7.1.
import { createReadStream } from 'node:fs';
import { DicomError, type InstanceScanner, isUid, readStream, scanInstance } from '@concord/dicom';
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
    const { meta, dataSet, transferSyntaxUid, dataSetOffset, findings } = await readStream(source, {
      stopBefore: afterSopInstanceUid,
    });
    const sopClassUid = dataSet.string('SOPClassUID') ?? meta.string('MediaStorageSOPClassUID') ?? '';
    const sopInstanceUid = dataSet.string('SOPInstanceUID') ?? meta.string('MediaStorageSOPInstanceUID') ?? '';
    if (meta.string('MediaStorageSOPClassUID') === mediaStorageDirectory)
      return { path, kind: 'foreign', reason: 'a DICOMDIR, not an instance' };
    if (!isUid(sopClassUid) || !isUid(sopInstanceUid)) {
      const found = findings.find(({ severity }) => severity !== 'information');
      const words = 'no valid SOP Class UID and SOP Instance UID';
      return { path, kind: 'broken', reason: found ? `${words} (${found.text})` : words };
    }
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

/**
 * The bytes of the data set, as they lie in the file.
 * @throws DicomError `past-end` where the file was cut off, before the peer can take what there is for the whole object
 */
export async function* dataSetBytes({
  path,
  dataSetOffset,
  transferSyntaxUid,
}: InstanceFile): AsyncGenerator<Uint8Array> {
  let scanner: InstanceScanner | undefined = scanInstance(transferSyntaxUid);
  for await (const chunk of createReadStream(path, { start: dataSetOffset, highWaterMark: 256 * 1024 })) {
    scanner = isUnderstood(() => scanner?.push(chunk)) ? scanner : undefined;
    yield chunk;
  }
  isUnderstood(() => scanner?.end());
}

/** False where a file is odd in a way that is the receiver's to judge; a file that was cut off is thrown. */
function isUnderstood(step: () => void): boolean {
  try {
    step();
    return true;
  } catch (error) {
    if (error instanceof DicomError && error.fault !== 'past-end') return false;
    throw error;
  }
}
