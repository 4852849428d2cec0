// A code stream of every encapsulated transfer syntax that is decoded here, so that no test of "every codec" leaves one out.
import sharp from 'sharp';
import type { CodecModules } from '../src/codecs/modules.ts';
import { codecOf, codecTable } from '../src/codecs/table.ts';
import { frameBytes } from '../src/frames.ts';
import type { ImageDescription } from '../src/image-description.ts';
import { type SyntheticImage, syntheticFrame, syntheticImage } from './synthetic.ts';

/** The part of the UID behind 1.2.840.10008.1.2, and the image that the stream is made of. */
export type CodeStreamKind = readonly [last: string, how: SyntheticImage];

/** Each syntax once, with depths and colours as they occur in it. */
export const codeStreamKinds: readonly CodeStreamKind[] = [
  ['5', { bitsStored: 16, signed: true }],
  ['8.1', { bitsStored: 12 }],
  ['4.50', { samplesPerPixel: 3 }],
  ['4.51', { bitsStored: 12 }],
  ['4.53', { bitsStored: 8 }],
  ['4.55', { bitsStored: 8 }],
  ['4.57', { bitsStored: 16 }],
  ['4.70', { bitsStored: 16 }],
  ['4.80', { bitsStored: 12 }],
  ['4.81', { samplesPerPixel: 3 }],
  ['4.90', { bitsStored: 16, signed: true }],
  ['4.91', { samplesPerPixel: 3 }],
  ['4.92', { bitsStored: 12 }],
  ['4.93', { bitsStored: 12 }],
  ['4.110', { bitsStored: 16 }],
  ['4.111', { bitsStored: 8 }],
  ['4.112', { bitsStored: 8 }],
  ['4.201', { bitsStored: 12 }],
  ['4.202', { bitsStored: 12 }],
  ['4.203', { samplesPerPixel: 3 }],
];

/** The UID that such a part stands for. */
export const syntaxUid = (last: string): string => `1.2.840.10008.1.2.${last}`;

/** Encapsulated syntaxes of the table that have no kind above: none, or a test is to fail. */
export const forgottenSyntaxes = (): readonly string[] =>
  codecTable
    .filter((entry) => entry.encapsulated)
    .map((entry) => entry.transferSyntaxUid)
    .filter((uid) => !codeStreamKinds.some(([last]) => syntaxUid(last) === uid));

/** Made by cjxl 0.7 of an 8-bit grey JPEG of 64 x 48: a container whose `jbrd` box gives the JPEG back. */
const recompressedJpeg = Uint8Array.from(
  Buffer.from(
    'AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAAATanhscAAAAAD/CstAUNwIAAAAR2picmTBDSAILQMCAISAVAkAAKCCMf9PIldh' +
      'BAAQAoc5zCDqsO4hx8j/A/wAAAALCIDgABBKRklGAAEBAAABAAEAAAMAAAHManhscIAAAAHgWwAQAOQGCHgIeAh4/v8OAAAYAAgAAQAAAAAA' +
      'gIAlFJlu9kETkydfA6AAQIBCpkFIKPgyqhjrIoZwjMGnCscYrMMGGKVvAYAIBQHIGossJqEbqoECLWDLmPBDOjBg+eYNheBEAXiIyjsAABMA' +
      'TgAxlgwGACBTS1swIoewY8MGwHVXyWDlOh/mJgw2Bi4RNVweTSI6YaTz1aI5qQoxeQGdMX72i33DQSmXY78BAAAAAAAOABIKHOfdUGWQrAdQ' +
      'BFUR4gwApgX/C6Dp/3CHk/P/o0DjnlKfnT++ovr/d83BKUDbeiA4emuhAVOAeVqgvUkoEIYGD7+81EdgVHehnSBVdfbgdTL8HyDMfhtI1CLM' +
      'RwkrFoBX9uRBkf6SEC0BqJHq6C33vGsB9GGRlbwIJTW7Kapq7eCLiwhBXzNM6inlgIpHihcW/6dZfcR93v8GmSWqostcOpdlGaAHJvQaHH0J' +
      '66z2kLco6gXaasXBQRm/HiTH3sr1GaMMOOxQLxsRKhUG3yT+SnBpTj0gpGWDgOCEvLxwOF0wX+kOGkZtPLGb3pYPKYhPDiQiVuGLulItQNXU' +
      'mWtEod6c65j7V1CrV9AI',
    'base64',
  ),
);

/** Syntaxes that are only read here, and the one whose encoder makes what they may hold. */
const madeAs: Readonly<Record<string, string>> = { '4.92': '4.90', '4.93': '4.91' };

/** A frame as a code stream, and the image that a data set with it describes. */
export async function madeCodeStream(
  [last, how]: CodeStreamKind,
  modules: CodecModules,
): Promise<{ readonly bytes: Uint8Array; readonly image: ImageDescription }> {
  const image = syntheticImage(how);
  if (last === '4.111') return { bytes: recompressedJpeg, image };
  const frame = syntheticFrame(how);
  if (last === '4.53' || last === '4.55') {
    const raw = { width: image.columns, height: image.rows, channels: 1 } as const;
    const progressive = sharp(frameBytes(frame), { raw }).toColourspace('b-w').jpeg({ progressive: true, quality: 90 });
    return { bytes: Uint8Array.from(await progressive.toBuffer()), image };
  }
  const source = syntaxUid(madeAs[last] ?? last);
  const encode = codecOf(source)?.codec.encode;
  if (!encode) throw new Error(`nothing makes a code stream of ${source}`);
  const { bytes, photometricInterpretation } = await encode(frame, source, {}, modules);
  return { bytes, image: { ...image, photometricInterpretation } };
}
