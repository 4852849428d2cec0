// A video of rendered frames as an MP4 file whose description stands in front, so that it plays while it arrives. ISO/IEC 14496-12, -15.
import { box, fullBox, text, u16, u32, zeros } from './mp4-box.ts';

/** Ticks of the file's clock in a second: what 24, 25, 30 and their like divide; of half a day and more, whose ticks would not fit, fewer. */
export const ticksPerSecond = (seconds: number): number => (seconds < 2 ** 32 / 90_000 - 1 ? 90_000 : 1000);

/** What the file says of its frames, each of which can be shown by itself. */
export interface Mp4Video {
  readonly columns: number;
  readonly rows: number;
  /** NAL units. */
  readonly sequenceParameters: Uint8Array;
  readonly pictureParameters: Uint8Array;
  /** Bytes of each frame. */
  readonly sizes: readonly number[];
  /** Ticks in a second. */
  readonly timescale: number;
  /** How long each stands, in ticks. */
  readonly durations: readonly number[];
}

/** Everything before the first frame; the frames follow, one behind the other. */
export function mp4Head(video: Mp4Video): Uint8Array {
  const type = box('ftyp', text('isom'), u32(0x200), text('isomiso2avc1mp41'));
  const movie = (offset: number): number[] => box('moov', movieHeader(video), track(video, offset));
  const offset = type.length + movie(0).length + 8;
  const frames = video.sizes.reduce((sum, size) => sum + size, 0);
  return Uint8Array.from([...type, ...movie(offset), ...u32(frames + 8), ...text('mdat')]);
}

const durationOf = ({ durations }: Mp4Video): number => durations.reduce((sum, duration) => sum + duration, 0);

/** Nothing is turned or stretched. */
const unity = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

/** Dates are left out: the same frames are the same file. */
const movieHeader = (video: Mp4Video): number[] =>
  fullBox(
    'mvhd',
    0,
    ...[u32(0, 0, video.timescale, durationOf(video)), u32(0x10000), u16(0x100), zeros(10)],
    ...[unity, zeros(24), u32(2)],
  );

const track = (video: Mp4Video, offset: number): number[] => {
  const duration = durationOf(video);
  const header = fullBox(
    'tkhd',
    3, // enabled, in the movie
    ...[u32(0, 0, 1, 0, duration), zeros(8), u16(0, 0, 0, 0), unity],
    u32(video.columns * 65536, video.rows * 65536),
  );
  const undetermined = u16(0x55c4, 0); // language 'und'
  const media = fullBox('mdhd', 0, u32(0, 0, video.timescale, duration), undetermined);
  const handler = fullBox('hdlr', 0, u32(0), text('vide'), zeros(12), text('Concord\0'));
  const here = box('dinf', fullBox('dref', 0, u32(1), fullBox('url ', 1)));
  const information = box('minf', fullBox('vmhd', 1, zeros(8)), here, sampleTable(video, offset));
  return box('trak', header, box('mdia', media, handler, information));
};

/** All frames are one chunk, and each is a sync sample, which is what the absence of a table of those says. */
const sampleTable = (video: Mp4Video, offset: number): number[] => {
  const { sizes } = video;
  const runs = runsOf(video.durations);
  return box(
    'stbl',
    fullBox('stsd', 0, u32(1), sampleEntry(video)),
    fullBox('stts', 0, u32(runs.length), ...runs.map(([count, duration]) => u32(count, duration))),
    fullBox('stsc', 0, u32(1, 1, sizes.length, 1)),
    fullBox('stsz', 0, u32(0, sizes.length), u32(...sizes)),
    fullBox('stco', 0, u32(1, offset)),
  );
};

/** AVCSampleEntry and what is in it. ISO/IEC 14496-15 5.4.2; colours by ISO/IEC 14496-12 12.1.5. */
const sampleEntry = ({ columns, rows, sequenceParameters, pictureParameters }: Mp4Video): number[] => {
  const [, profile = 0, constraints = 0, level = 0] = sequenceParameters;
  const withLength = (unit: Uint8Array): number[] => [...u16(unit.length), ...unit];
  const lengthsOfFourBytes = 0xff;
  const oneSet = 1;
  const decoder = box(
    'avcC',
    [1, profile, constraints, level, lengthsOfFourBytes],
    [0xe0 | oneSet, ...withLength(sequenceParameters)],
    [oneSet, ...withLength(pictureParameters)],
  );
  const bt709LimitedRange = [...u16(1, 1, 1), 0];
  return box(
    'avc1',
    [...zeros(6), ...u16(1), ...zeros(16), ...u16(columns, rows), ...u32(0x480000, 0x480000, 0), ...u16(1)],
    [...zeros(32), ...u16(24, 0xffff)],
    decoder,
    box('colr', text('nclx'), bt709LimitedRange),
  );
};

/** Equal numbers that follow each other, as their count and themselves. */
const runsOf = (values: readonly number[]): readonly (readonly [number, number])[] => {
  const runs: [number, number][] = [];
  for (const value of values) {
    const last = runs.at(-1);
    if (last?.[1] === value) last[0] += 1;
    else runs.push([1, value]);
  }
  return runs;
};
