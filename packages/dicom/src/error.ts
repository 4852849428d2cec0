// What can be wrong with bytes, values and paths: the one error of this package, and the findings that do not stop a reader.

/** The closed set of reasons a `DicomError` or a `Finding` of the reader can name. */
export const faults = {
  'past-end': 'a length runs past the end of what encloses it',
  'too-deep': 'sequences are nested deeper than the limit allows',
  'too-many': 'there are more elements or items than the limit allows',
  'too-long': 'a value is longer than the limit allows',
  'too-much-inflated': 'the deflated data set grows beyond the limit',
  'bad-deflate': 'the deflated bytes are damaged',
  'not-dicom': 'this is not a DICOM file or data set',
  'bad-meta': 'the File Meta Information is damaged',
  'unknown-transfer-syntax': 'the transfer syntax is not known',
  'wrong-transfer-syntax': 'the data set is not encoded as declared',
  'missing-preamble': 'the preamble or the DICM prefix is missing',
  'missing-meta': 'the File Meta Information is missing',
  'unexpected-tag': 'a tag stands where it cannot stand',
  'bad-vr': 'the VR is not one of the standard',
  'bad-length': 'the length does not fit the VR',
  'odd-length': 'the length is odd',
  'bad-order': 'the tags are not in ascending order',
  'duplicate-tag': 'the tag occurs twice; the first one counts',
  'implicit-inside': 'the item is encoded as Implicit VR inside an Explicit VR data set',
  'trailing-bytes': 'bytes follow the data set that are no element',
  'bad-fragment': 'the encapsulated pixel data is damaged',
  'bad-path': 'this is not a path to an element',
  'bad-value': 'the value does not fit the VR',
  'bad-uid': 'this is not a UID',
  'not-encodable': 'the text cannot be written in the declared character set',
  'needs-transcoding': 'the pixel data would have to be transcoded for this transfer syntax',
  'absent-bulk': 'a value that is held by reference is needed, and no source was given',
  'bad-json': 'this is not a DICOM JSON model object',
  'bad-xml': 'this is not a native DICOM model document',
  'bad-frames': 'the frames cannot be told apart',
} as const;

/** One of the reasons in `faults`. */
export type Fault = keyof typeof faults;

/** Something wrong, or odd, that did not stop the reader. */
export interface Finding {
  readonly fault: Fault;
  readonly severity: 'error' | 'warning' | 'information';
  /** Byte offset in what was read; -1 where there is none. */
  readonly offset: number;
  /** Where in the data set, such as `RequestAttributesSequence[0].ScheduledProcedureStepID`; '' for the whole. */
  readonly path: string;
  /** One sentence for a person. */
  readonly text: string;
}

/** The one error of this package: what (`fault`), at which byte, at which path of the data set. */
export class DicomError extends Error {
  readonly fault: Fault;
  /** Byte offset in what was read; -1 where there is none. */
  readonly offset: number;
  readonly path: string;

  constructor(fault: Fault, offset = -1, path = '', detail = '') {
    super(sentence(fault, offset, path, detail));
    this.name = 'DicomError';
    this.fault = fault;
    this.offset = offset;
    this.path = path;
  }
}

function sentence(fault: Fault, offset: number, path: string, detail: string): string {
  const place = [offset >= 0 ? `byte ${offset}` : '', path].filter(Boolean).join(', ');
  return `${faults[fault]}${detail && ` (${detail})`}${place && `: ${place}`}`;
}
