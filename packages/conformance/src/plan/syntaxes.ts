// Transfer syntaxes as plans know them: which test objects can be made in, and which lose something. PS3.5 Annex A
import {
  deflatedExplicitVrLittleEndian,
  explicitVrBigEndian,
  explicitVrLittleEndian,
  implicitVrLittleEndian,
} from '@concord/dicom';

/** Syntaxes that objects are made in without a codec. */
export const makable: readonly string[] = [
  explicitVrLittleEndian,
  implicitVrLittleEndian,
  explicitVrBigEndian,
  deflatedExplicitVrLittleEndian,
];

export const isMakable = (transferSyntax: string): boolean => makable.includes(transferSyntax);

const under = (...ends: readonly string[]): readonly string[] => ends.map((end) => `1.2.840.10008.1.2.${end}`);

/** Lossy ones of a single image. */
export const lossySyntaxes: ReadonlySet<string> = new Set(under('4.50', '4.51', '4.81', '4.91', '4.112', '4.203'));

/** Ones that an encoder, where the run has one, makes test objects in. */
export const encodable: ReadonlySet<string> = new Set([
  ...under('5', '8.1', '4.57', '4.70', '4.80', '4.90', '4.110', '4.201', '4.202'),
  ...lossySyntaxes,
]);

/** JPEG Baseline: what is asked for of lossy instances is asked for with it. */
export const jpegBaseline = '1.2.840.10008.1.2.4.50';
