// Whether an instance belongs to the study it is sent to: told from its first bytes, before any is stored. PS3.18 10.5.1.1.1.
import { DicomError, type Part10File, readStream } from '@concord/dicom';

/** Series Instance UID: whatever stands before it has been read when a reader stops here. */
const behindStudyInstanceUid = 0x0020000e;

export interface Checked {
  /** All bytes again, those that were looked at included. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Undefined where it cannot be told, because this is no DICOM file: who stores it will say so. */
  readonly studyInstanceUid?: string | undefined;
  readonly sopClassUid?: string | undefined;
  readonly sopInstanceUid?: string | undefined;
}

/** Bytes that are looked at in one go: most study UIDs stand within the first of them. */
const step = 4096;

/** Reads as far as the Study Instance UID. Memory: those bytes, within the limits of the reader. The source may lend its chunks. */
export const checkStudy = async (source: AsyncIterable<Uint8Array>): Promise<Checked> => {
  const iterator = source[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let chunk: Uint8Array = new Uint8Array(0);
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    while (chunk.length === 0) {
      const result = await iterator.next();
      if (result.done) return result;
      chunk = result.value;
    }
    const value = Uint8Array.from(chunk.subarray(0, step));
    chunk = chunk.subarray(value.length);
    seen.push(value);
    return { done: false, value };
  };
  const file = await readHead({ [Symbol.asyncIterator]: () => ({ next }) });
  const bytes = async function* () {
    yield* seen.splice(0);
    if (chunk.length > 0) yield chunk;
    for (let rest = await iterator.next(); !rest.done; rest = await iterator.next()) yield rest.value;
  };
  return {
    bytes: bytes(),
    studyInstanceUid: file?.dataSet.string('StudyInstanceUID'),
    sopClassUid: file?.dataSet.string('SOPClassUID'),
    sopInstanceUid: file?.dataSet.string('SOPInstanceUID'),
  };
};

const readHead = async (source: AsyncIterable<Uint8Array>): Promise<Part10File | undefined> => {
  try {
    return await readStream(source, { stopBefore: behindStudyInstanceUid });
  } catch (error) {
    if (error instanceof DicomError) return undefined;
    throw error;
  }
};
