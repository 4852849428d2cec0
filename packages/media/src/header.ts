// The header of a file, and who it says it is. PS3.10 7.1
import { type ByteSource, DicomError, type Part10File, readSource } from '@concord/dicom';
import { MediaError } from './error.ts';

/** Float, Double Float and Pixel Data and what follows: no key stands there. */
const pixels = 0x7fe00008;

/**
 * The header of a file. Values beyond 64 KiB are left where they are.
 * @param place what the file is called
 * @throws MediaError `unreadable-file` where the source does not give it, `bad-instance` where it is no DICOM file
 */
export async function readHeader(source: ByteSource, place: string): Promise<Part10File> {
  try {
    return await readSource(source, { stopBefore: pixels, bulkThreshold: 65_536 });
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new MediaError(cause instanceof DicomError ? 'bad-instance' : 'unreadable-file', place, detail, { cause });
  }
}

/** What identifies an instance: its own words, and those of the File Meta Information where it has none. */
export function identityOf({ dataSet, meta, transferSyntaxUid }: Part10File) {
  const sopClassUid = dataSet.string('SOPClassUID') ?? meta.string('MediaStorageSOPClassUID') ?? '';
  const sopInstanceUid = dataSet.string('SOPInstanceUID') ?? meta.string('MediaStorageSOPInstanceUID') ?? '';
  return { sopClassUid, sopInstanceUid, transferSyntaxUid };
}
