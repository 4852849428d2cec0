// What a failure of the imaging pool means to the one who asked. PS3.18 8.7.8.1, RFC 9110 15.5.7, 15.6.4.
import { DicomError } from '@concord/dicom';
import { ImagingError } from '@concord/imaging';
import { ArchiveError } from '../archive/archive.ts';
import { HttpProblem } from '../web/problem.ts';
import { notAcceptable, type Offer } from './media-types.ts';

export interface Instead {
  /** The beginning of a sentence that the reason ends. */
  readonly text: string;
  /** What can be had all the same. */
  readonly offers?: readonly Offer[];
}

/** A frame that cannot be decoded can still be had as it is stored: 406 says so. Always throws. */
export const noPicture = (error: unknown, { text, offers = [] }: Instead): never => {
  if (error instanceof DicomError) throw notAcceptable(offers, ['multipart', 'single'], `${text}: ${error.message}`);
  if (!(error instanceof ImagingError) || error.fault === 'internal') throw error;
  if (error.fault === 'no-such-frame') throw new HttpProblem('not-found', error.message, { cause: error });
  if (error.fault === 'bad-request') throw new HttpProblem('invalid-parameter', error.message, { cause: error });
  if (error.fault === 'queue-full' || error.fault === 'timeout' || error.fault === 'closed') {
    throw new HttpProblem('overloaded', error.message, { headers: { 'retry-after': '1' }, cause: error });
  }
  throw notAcceptable(offers, ['multipart', 'single'], `${text}: ${error.message}`);
};

/** Always throws. */
export const noFrame = (error: unknown): never => {
  if (error instanceof DicomError) {
    throw new HttpProblem('not-found', `No frame can be sent: ${error.message}`, { cause: error });
  }
  if (!(error instanceof ArchiveError) || error.fault !== 'no-such-frame') throw error;
  throw new HttpProblem('not-found', error.message, { cause: error });
};
