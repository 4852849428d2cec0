// The one error of this package: what is wrong with an image, a frame or a request. PS3.5 Section 8, PS3.3 C.7.6.3.

/** Every reason for which this package refuses an image, with its meaning. */
export const imagingFaults = {
  'missing-attribute': 'an attribute that pixel data cannot be read without is absent or empty',
  contradiction: 'attributes of the image contradict each other',
  'too-large': 'the image is larger than the limit allows',
  'unsupported-syntax': 'no codec for this transfer syntax',
  'unsupported-image': 'the transfer syntax cannot hold, or this codec cannot handle, such an image',
  'codec-not-loaded': 'the module of the codec was not given or could not be opened',
  truncated: 'the code stream ends too early',
  corrupt: 'the code stream is damaged',
  'header-mismatch': 'the code stream describes another image than the data set',
  'no-such-frame': 'the image has no frame of that number',
  'bad-lut': 'a lookup table is shorter than its descriptor says, or its descriptor is wrong',
  'bad-request': 'the request for a rendering or conversion makes no sense',
  'queue-full': 'more work is waiting than the queue allows',
  timeout: 'the work took longer than its deadline and was stopped',
  closed: 'the pool was closed before the work was done',
  internal: 'an error of this program',
} as const;

/** A reason of `imagingFaults`. */
export type ImagingFault = keyof typeof imagingFaults;

/** Thrown by everything in this package. `fault` is stable; `detail` is for people and never holds patient data. */
export class ImagingError extends Error {
  readonly fault: ImagingFault;
  readonly detail: string;
  constructor(fault: ImagingFault, detail = '', options?: ErrorOptions) {
    super(`${imagingFaults[fault]}${detail && `: ${detail}`}`, options);
    this.name = 'ImagingError';
    this.fault = fault;
    this.detail = detail;
  }
}
