// `concord render`: pictures and moving pictures of images. PS3.4 N, PS3.18 8.7.4.
import { readFile, stat } from 'node:fs/promises';
import { type DataSet, readPart10 } from '@concord/dicom';
import { describeImage, ImagingError } from '@concord/imaging';
import type { BlendFrame, ImagingPool, MovingRequest, PictureFormat } from '@concord/imaging/node';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CliError } from './cli-error.ts';
import { codecThreads } from './codec-threads.ts';
import { type EachFileOptions, eachFile, type Told, withFiles } from './each-file.ts';
import type { NamedFile } from './files.ts';
import { sizeText } from './size.ts';
import { isBlending, readSuperimposed } from './superimposed.ts';
import type { Surroundings } from './surroundings.ts';
import { inThisThread } from './tasks/pool.ts';
import { readDicom, type Task } from './tasks/task.ts';
import { framesOf } from './transcode-file.ts';
import { wholeNumber } from './whole-number.ts';
import { writeWhole } from './write-file.ts';

interface RenderOptions extends EachFileOptions {
  readonly format: keyof typeof extensions;
  readonly frame?: number;
  readonly window?: { readonly center: number; readonly width: number };
  readonly size?: { readonly columns: number; readonly rows: number };
  readonly quality?: number;
  readonly presentationState?: string;
  readonly superimposed?: readonly string[];
}

/** A presentation state, and what it lays over the images. */
interface Shown {
  readonly state: DataSet;
  readonly superimposed?: readonly BlendFrame[];
}

const extensions = { png: '.png', jpeg: '.jpg', gif: '.gif', webp: '.webp', jp2: '.jp2', mp4: '.mp4' } as const;

const pair = (text: string, separator: string, words: string): readonly [number, number] => {
  const [first, second, ...rest] = text
    .split(separator)
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (rest.length === 0 && first !== undefined && second !== undefined && Number.isFinite(first) && second > 0)
    return [first, second];
  throw new InvalidArgumentError(`It is ${words}.`);
};
const readWindow = (text: string) => {
  const [center, width] = pair(text, ',', 'a centre and a width such as 40,400');
  return { center, width };
};
const readSize = (text: string) => {
  const [columns, rows] = pair(text, 'x', 'a width and a height in pixels such as 512x512');
  if (columns >= 1 && columns <= 8192 && rows <= 8192) return { columns, rows };
  throw new InvalidArgumentError('It has at most 8192 pixels each way.');
};

const examples = `
Multi-frame images become moving pictures in GIF and WebP, and videos (H.264) in MP4, which takes no other; in the other formats
their representative frame is taken, or the one of --frame.

Examples:
  concord render study/ --to pictures
  concord render head.dcm --to . --window 40,80 --size 512x512
  concord render cine.dcm --to . --format gif
  concord render cine.dcm --to . --format mp4 --size 640x480 --quality 80
  concord render ct/ --to fused --presentation-state blending.dcm --superimposed pet/`;

/** The command. */
export const render = (surroundings: Surroundings): Command =>
  withFiles(new Command('render'))
    .description('makes pictures of images, as they are to be seen')
    .addOption(new Option('-f, --format <name>', 'of the pictures').choices(Object.keys(extensions)).default('png'))
    .option('--frame <number>', 'the frame of a multi-frame image', wholeNumber(1, 1_048_576))
    .option('--window <center,width>', 'instead of the one in the image', readWindow)
    .option('--size <WxH>', 'in pixels; the image is fitted into it, its aspect ratio kept', readSize)
    .option('--quality <number>', 'of JPEG, WebP, MP4 and JPEG 2000 (100: lossless), 1 to 100', wholeNumber(1, 100))
    .option('--presentation-state <file>', 'a softcopy presentation state that refers to the images')
    .option('--superimposed <paths...>', 'images that a blending presentation state lays over them')
    .addHelpText('after', examples)
    .action(async (paths: readonly string[], options: RenderOptions) => {
      checkVideo(options);
      const pool = codecThreads(options);
      try {
        const shown = await readShown(options);
        const work = {
          done: 'rendered',
          open: async ({ jobs }: { jobs: number }) => inThisThread(renderTask(pool, options, shown), jobs),
          rename: (relative: string) => relative.replace(/(?:\.dcm)?$/iu, extensions[options.format]),
          told,
        };
        await eachFile(paths, options, work, surroundings);
      } finally {
        await pool.close();
      }
    });

/** @throws CliError `usage` where a video is asked for as a picture is */
function checkVideo({ format, frame, superimposed }: RenderOptions): void {
  if (format !== 'mp4') return;
  if (frame !== undefined) throw new CliError('usage', 'a video has several frames: --frame is for pictures');
  if (superimposed) throw new CliError('usage', 'a blending presentation state is shown in pictures, not in videos');
}

/** @throws CliError `usage` where a blending state has nothing to lay over the images, or another state has */
async function readShown({ presentationState, superimposed }: RenderOptions): Promise<Shown | undefined> {
  if (presentationState === undefined) {
    if (superimposed) throw new CliError('usage', '--superimposed needs a blending --presentation-state');
    return undefined;
  }
  const state = readPart10(await readFile(presentationState)).dataSet;
  if (isBlending(state) !== (superimposed !== undefined))
    throw new CliError('usage', 'a blending presentation state needs --superimposed, and no other takes it');
  return superimposed ? { state, superimposed: await readSuperimposed(state, superimposed) } : { state };
}

/** Bytes of the picture. */
function renderTask(pool: ImagingPool, options: RenderOptions, shown: Shown | undefined): Task<number> {
  return async (file, path) => {
    const bytes = await readFile(file.path);
    if (options.format === 'mp4') await writeVideo(path, requestOf(bytes, options, shown), pool);
    else await writeWhole(path, await pictureOf(bytes, pool, { ...options, format: options.format }, shown));
    return (await stat(path)).size;
  };
}

/** What pictures and videos have in common. */
function requestOf(bytes: Uint8Array, { window, size, quality }: RenderOptions, shown: Shown | undefined) {
  const { header, transferSyntaxUid, pixelDataVr, frame } = framesOf(bytes, readDicom(bytes));
  return {
    header,
    transferSyntaxUid,
    frame,
    ...(pixelDataVr !== undefined && { pixelDataVr }),
    ...(window && { window }),
    ...(size && { viewport: size }),
    ...(quality !== undefined && { quality }),
    ...(shown && { presentationState: shown.state }),
  };
}

async function writeVideo(path: string, request: MovingRequest, pool: ImagingPool): Promise<void> {
  if (describeImage(request.header).numberOfFrames === 1)
    throw new ImagingError('bad-request', 'a video needs several frames, and the image has one: ask for a picture');
  await using video = await pool.video(request);
  await writeWhole(path, video.bytes());
}

async function pictureOf(
  bytes: Uint8Array,
  pool: ImagingPool,
  options: RenderOptions & { readonly format: Exclude<RenderOptions['format'], 'mp4'> },
  shown: Shown | undefined,
): Promise<Uint8Array> {
  const shared = requestOf(bytes, options, shown);
  const { header, transferSyntaxUid, frame } = shared;
  const { format, frame: wanted } = options;
  const mediaType: PictureFormat = `image/${format}`;
  const frameNumber = wanted ?? header.number('RepresentativeFrameNumber') ?? 1;
  if (shown?.superimposed) {
    const { state, superimposed } = shown;
    const underlying = { header, transferSyntaxUid, frameNumber, encoded: async () => frame(frameNumber) };
    return pool.blend({ ...shared, presentationState: state, underlying, superimposed, format: mediaType });
  }
  const { numberOfFrames } = describeImage(header);
  if (numberOfFrames > 1 && wanted === undefined && (mediaType === 'image/gif' || mediaType === 'image/webp'))
    return pool.animate({ ...shared, format: mediaType });
  return pool.render({ ...shared, encoded: await frame(frameNumber), frameNumber, format: mediaType });
}

const told = (result: unknown, { relative }: NamedFile): Told =>
  typeof result === 'number' ? { details: { bytes: result }, line: `${relative}: ${sizeText(result)}` } : {};
