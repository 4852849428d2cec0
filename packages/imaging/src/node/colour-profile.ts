// ICC profiles in picture files: put in as they are, or applied so that the picture is sRGB. PS3.3 C.11.15, PS3.18 8.3.5.1.
import { crc32, deflateSync } from 'node:zlib';
import { ImagingError } from '../imaging-error.ts';
import { loadSharp } from './sharp.ts';

/** The most of a profile that one JPEG APP2 segment holds: 65,535 less length, signature and numbering. */
const segmentLimit = 65_535 - 2 - 14;
const signature = Buffer.from('ICC_PROFILE\0', 'latin1');

function jpegWithProfile(jpeg: Uint8Array, profile: Uint8Array): Uint8Array {
  const count = Math.ceil(profile.length / segmentLimit);
  if (count > 255) throw new ImagingError('too-large', 'the ICC profile');
  const segments = Array.from({ length: count }, (_, index) => {
    const part = profile.subarray(index * segmentLimit, (index + 1) * segmentLimit);
    const head = Buffer.from([0xff, 0xe2, 0, 0]);
    head.writeUInt16BE(part.length + 2 + 14, 2);
    return Buffer.concat([head, signature, Buffer.from([index + 1, count]), part]);
  });
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

/** The chunk follows the header chunk, which is always 25 bytes behind the 8 of the signature. */
function pngWithProfile(png: Uint8Array, profile: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from('iCCPICC\0\0', 'latin1'), deflateSync(profile)]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}

/** The picture with the profile in it; other formats than JPEG and PNG are refused with 'bad-request'. */
export function withProfile(picture: Uint8Array, format: string, profile: Uint8Array): Uint8Array {
  if (format === 'image/jpeg') return jpegWithProfile(picture, profile);
  if (format === 'image/png') return pngWithProfile(picture, profile);
  throw new ImagingError('bad-request', `an ICC profile in ${format}`);
}

/** Raw RGB pixels as the profile means them. */
export interface ProfiledPixels {
  readonly columns: number;
  readonly rows: number;
  readonly pixels: Uint8Array;
}

/**
 * The same colours in sRGB. A profile that the colour engine cannot use leaves the pixels as they are: a wrong profile
 * is no reason to show nothing.
 */
export async function toSrgb({ columns, rows, pixels }: ProfiledPixels, profile: Uint8Array): Promise<Uint8Array> {
  const raw = { width: columns, height: rows, channels: 3 } as const;
  const sharp = await loadSharp();
  const plain = await sharp(pixels, { raw, limitInputPixels: false }).png({ compressionLevel: 0 }).toBuffer();
  const profiled = sharp(pngWithProfile(plain, profile), { limitInputPixels: false, failOn: 'none' });
  const converted = await profiled.toColourspace('srgb').removeAlpha().raw().toBuffer();
  return converted.length === pixels.length ? new Uint8Array(converted) : pixels;
}
