// JPEG encoding: baseline (process 1), extended (process 2 and 4), lossless (process 14). PS3.5 A.4.1.
import { ImagingError } from '../imaging-error.ts';
import { toRgb } from '../photometric.ts';
import type { Codec, DecodedFrame, EncodedFrame, EncodeOptions } from './codec.ts';
import { narrowSamples } from './frame-of.ts';
import { encodeExtended } from './jpeg-extended-encode.ts';
import { type JpegFrameParameters, jpegEncode } from './jpeg-module.ts';

const baseline = '1.2.840.10008.1.2.4.50';
const extended = '1.2.840.10008.1.2.4.51';
const losslessSyntaxes: readonly string[] = ['1.2.840.10008.1.2.4.57', '1.2.840.10008.1.2.4.70'];

function parametersOf(frame: DecodedFrame): JpegFrameParameters {
  if (frame.samplesPerPixel !== 1 && frame.samplesPerPixel !== 3) {
    throw new ImagingError('unsupported-image', `JPEG of ${frame.samplesPerPixel} samples per pixel`);
  }
  return {
    rows: frame.rows,
    columns: frame.columns,
    samplesPerPixel: frame.samplesPerPixel,
    bitsAllocated: frame.bitsStored > 8 ? 16 : 8,
    bitsStored: frame.bitsStored,
    colour: frame.samplesPerPixel === 1 ? 'MONOCHROME2' : 'RGB',
  };
}

/** Bytes as the library wants them: RGB, of which it makes luminance and chrominance itself. */
function bytesToEncode(frame: DecodedFrame): Uint8Array {
  const samples = narrowSamples(frame);
  if (!(samples instanceof Uint8Array)) throw new ImagingError('unsupported-image', 'JPEG baseline holds 8 bits');
  const term = frame.photometricInterpretation;
  if (frame.samplesPerPixel === 1 || term === 'RGB') return samples;
  if (term === 'YBR_FULL') return toRgb(samples, term);
  throw new ImagingError('unsupported-image', `JPEG baseline of ${term}`);
}

/** Grey images of unsigned samples of up to 12 bits; the library encodes no such depth. */
function encodedExtended(frame: DecodedFrame, { quality = 90 }: EncodeOptions): EncodedFrame {
  const { rows, columns, bitsStored, photometricInterpretation } = frame;
  if (frame.samplesPerPixel !== 1 || bitsStored > 12 || frame.pixelRepresentation === 1) {
    throw new ImagingError('unsupported-image', 'JPEG extended holds grey images of up to 12 unsigned bits');
  }
  const precision = bitsStored <= 8 ? 8 : 12;
  const bytes = encodeExtended({ rows, columns, precision, samples: narrowSamples(frame) }, quality);
  return { bytes, photometricInterpretation, reversible: false };
}

/** Encodes for the syntax asked for: .4.50 and .4.51 lossy, .4.57 and .4.70 reversible. */
export const encodeJpegFrame: NonNullable<Codec['encode']> = async (frame, syntax, options, modules) => {
  const parameters = parametersOf(frame);
  if (losslessSyntaxes.includes(syntax)) {
    const samples = narrowSamples(frame);
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    const how = { lossy: false, quality: 100, subsample: false, predictor: 1 };
    const encoded = await jpegEncode(modules, bytes, parameters, how);
    return { bytes: encoded, photometricInterpretation: frame.photometricInterpretation, reversible: true };
  }
  if (syntax === extended) return encodedExtended(frame, options);
  if (syntax !== baseline) throw new ImagingError('unsupported-syntax', `no JPEG encoder for ${syntax}`);
  const samples = bytesToEncode(frame);
  const subsample = frame.samplesPerPixel === 3 && (options.quality ?? 90) < 95;
  const how = { lossy: true, quality: options.quality ?? 90, subsample, predictor: 1 };
  const encoded = await jpegEncode(modules, samples, parameters, how);
  const colour = subsample ? 'YBR_FULL_422' : 'YBR_FULL';
  const term = frame.samplesPerPixel === 3 ? colour : frame.photometricInterpretation;
  return { bytes: encoded, photometricInterpretation: term, reversible: false };
};
