// What a video stream says of its frames: MPEG-2 (ISO/IEC 13818-2), and AVC or HEVC in an MP4 file (ISO/IEC 14496-12, 14496-15).
import { ImagingError, pixelDescription } from '@concord/imaging';

export interface VideoDescription {
  readonly transferSyntaxUid: string;
  readonly attributes: Readonly<Record<string, number | string>>;
  readonly frames: number;
}

type Chunks = AsyncIterable<Uint8Array>;

const describe = (last: string, size: { rows: number; columns: number }, frames: number, precision = 8) => ({
  transferSyntaxUid: `1.2.840.10008.1.2.4.${last}`,
  attributes: pixelDescription({
    ...size,
    samplesPerPixel: 3,
    photometricInterpretation: 'YBR_PARTIAL_420',
    precision,
  }),
  frames,
});

const corrupt = (detail: string): never => {
  throw new ImagingError('corrupt', detail);
};

const sequenceStart = Buffer.from([0, 0, 1, 0xb3]);
const extensionStart = Buffer.from([0, 0, 1, 0xb5]);
const pictureStart = Buffer.from([0, 0, 1, 0]);
/** Main Profile at High Level, and at High-1440. ISO/IEC 13818-2 Tables 8-2, 8-3. */
const highLevels: ReadonlySet<number> = new Set([4, 6]);
/** Of a sequence header and the extension behind it, as far as is looked at here. */
const headLength = 256;

/** Reads the whole stream: its pictures are counted. @throws ImagingError 'corrupt' */
export const describeMpeg2 = async (stream: Chunks): Promise<VideoDescription> => {
  let head: Buffer | undefined;
  let frames = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    const bytes = Buffer.concat([rest, chunk]);
    for (let at = bytes.indexOf(pictureStart); at >= 0; at = bytes.indexOf(pictureStart, at + 4)) frames += 1;
    const begin = bytes.indexOf(sequenceStart);
    if (head === undefined && begin >= 0) head = Buffer.from(bytes.subarray(begin, begin + headLength));
    rest = Buffer.from(bytes.subarray(-3)); // a start code may be cut
  }
  if (head === undefined || head.length < 8 || frames === 0) return corrupt('no MPEG-2 video');
  const size = { columns: head.readUInt16BE(4) >> 4, rows: head.readUInt16BE(5) & 0xfff };
  const extension = head.indexOf(extensionStart);
  const level = extension < 0 ? 8 : (head[extension + 5] ?? 0) >> 4;
  return describe(highLevels.has(level) ? '101' : '100', size, frames);
};

/** A movie box is held whole; the frames beside it are passed over. */
const mostMovie = 16_777_216;

/** Reads as far as the movie box. @throws ImagingError 'corrupt', 'unsupported-image' */
export const describeMp4 = async (stream: Chunks): Promise<VideoDescription> => {
  const movie = await movieBox(stream);
  for (const track of boxes(movie, 'trak')) {
    const table = ['mdia', 'minf', 'stbl'].reduce<Buffer | undefined>((box, name) => box && one(box, name), track);
    const sample = table && one(table, 'stsd')?.subarray(8);
    const sizes = table && one(table, 'stsz');
    const name = sample?.toString('latin1', 4, 8) ?? '';
    const entry = sample && one(sample, name);
    if (!entry || entry.length < 78 || !sizes || sizes.length < 12 || !(name in codings)) continue;
    const size = { columns: entry.readUInt16BE(24), rows: entry.readUInt16BE(26) };
    const { last, precision } = codings[name]?.(entry.subarray(78)) ?? corrupt('no video');
    return describe(last, size, sizes.readUInt32BE(8), precision);
  }
  return corrupt('no video track of AVC or HEVC');
};

type Coding = (boxes: Buffer) => { readonly last: string; readonly precision?: number };

const unsupported = (detail: string): never => {
  throw new ImagingError('unsupported-image', detail);
};

/** Profiles and levels that PS3.5 8.2.7, 8.2.8 and 8.2.10 have transfer syntaxes for. */
const avc: Coding = (configuration) => {
  const [, profile = 0, , level = 0] = one(configuration, 'avcC') ?? [];
  if (![66, 77, 100].includes(profile) || level > 42) return unsupported(`AVC profile ${profile} level ${level}`);
  return { last: level > 41 ? '104' : '102' };
};
const hevc: Coding = (configuration) => {
  const profile = (one(configuration, 'hvcC')?.[1] ?? 0) & 31;
  if (profile !== 1 && profile !== 2) return unsupported(`HEVC profile ${profile}`);
  return profile === 1 ? { last: '107' } : { last: '108', precision: 10 };
};
const codings: Readonly<Record<string, Coding>> = { avc1: avc, avc3: avc, hvc1: hevc, hev1: hevc };

/** The boxes of that name, without their heads. */
function* boxes(container: Buffer, name: string): Generator<Buffer> {
  for (let at = 0; at + 8 <= container.length; ) {
    const length = container.readUInt32BE(at);
    if (length < 8 || at + length > container.length) return;
    if (container.toString('latin1', at + 4, at + 8) === name) yield container.subarray(at + 8, at + length);
    at += length;
  }
}

const one = (container: Buffer, name: string): Buffer | undefined => boxes(container, name).next().value;

/** The content of the movie box of a file. */
const movieBox = async (stream: Chunks): Promise<Buffer> => {
  let held: Buffer = Buffer.alloc(0);
  let skip = 0;
  for await (const chunk of stream) {
    const passed = Math.min(skip, chunk.length);
    skip -= passed;
    held = Buffer.concat([held, chunk.subarray(passed)]);
    while (skip === 0 && held.length >= 16) {
      const [name, short] = [held.toString('latin1', 4, 8), held.readUInt32BE(0)];
      const length = short === 1 ? Number(held.readBigUInt64BE(8)) : short;
      if (length < 8 || (name === 'moov' && length > mostMovie)) return corrupt('a box of no length, or of too much');
      if (name === 'moov' && held.length >= length) return held.subarray(short === 1 ? 16 : 8, length);
      if (name === 'moov') break;
      const past = Math.min(length, held.length);
      skip = length - past;
      held = held.subarray(past);
    }
  }
  return corrupt('no movie box');
};
