// Values of other archives' answers, which may be anything.
import { DicomError } from '@concord/dicom';

/** A value that cannot be read is none. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DicomError) return undefined;
    throw error;
  }
}
