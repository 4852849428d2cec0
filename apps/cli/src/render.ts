// `concord render`: pictures and moving pictures of images. PS3.4 N, PS3.18 8.7.4.
import { readFile, stat } from 'node:fs/promises';
import { type DataSet, readPart10 } from '@concord/dicom';
import { describeImage } from '@concord/imaging';
import { createImagingPool, type ImagingPool, type PictureFormat } from '@concord/imaging/node';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type EachFileOptions, eachFile, type Told, withFiles } from './each-file.ts';
import type { NamedFile } from './files.ts';
import { sizeText } from './size.ts';
import type { Surroundings } from './surroundings.ts';
import { inThisThread } from './tasks/pool.ts';
import { readDicom, rewriting, type Task } from './tasks/task.ts';
import { framesOf } from './transcode-file.ts';
import { wholeNumber } from './whole-number.ts';

interface RenderOptions extends EachFileOptions {
  readonly format: 'png' | 'jpeg' | 'gif' | 'webp';
  readonly frame?: number;
  readonly window?: { readonly center: number; readonly width: number };
  readonly size?: { readonly columns: number; readonly rows: number };
  readonly quality?: number;
  readonly presentationState?: string;
}

const extensions = { png: '.png', jpeg: '.jpg', gif: '.gif', webp: '.webp' } as const;

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
Multi-frame images become moving pictures in GIF and WebP; as PNG and JPEG their representative frame is taken, or the one of --frame.

Examples:
  concord render study/ --to pictures
  concord render head.dcm --to . --window 40,80 --size 512x512
  concord render cine.dcm --to . --format gif`;

/** The command. */
export const render = (surroundings: Surroundings): Command =>
  withFiles(new Command('render'))
    .description('makes pictures of images, as they are to be seen')
    .addOption(new Option('-f, --format <name>', 'of the pictures').choices(Object.keys(extensions)).default('png'))
    .option('--frame <number>', 'the frame of a multi-frame image', wholeNumber(1, 1_048_576))
    .option('--window <center,width>', 'instead of the one in the image', readWindow)
    .option('--size <WxH>', 'in pixels; the image is fitted into it, its aspect ratio kept', readSize)
    .option('--quality <number>', 'of JPEG and WebP, 1 to 100', wholeNumber(1, 100))
    .option('--presentation-state <file>', 'a softcopy presentation state that refers to the images')
    .addHelpText('after', examples)
    .action(async (paths: readonly string[], options: RenderOptions) => {
      const pool = createImagingPool();
      try {
        const state = options.presentationState && readPart10(await readFile(options.presentationState)).dataSet;
        const work = {
          done: 'rendered',
          open: async ({ jobs }: { jobs: number }) => inThisThread(renderTask(pool, options, state || undefined), jobs),
          rename: (relative: string) => relative.replace(/(?:\.dcm)?$/iu, extensions[options.format]),
          told,
        };
        await eachFile(paths, options, work, surroundings);
      } finally {
        await pool.close();
      }
    });

/** Bytes of the picture. */
function renderTask(pool: ImagingPool, options: RenderOptions, presentationState: DataSet | undefined): Task<number> {
  const write = rewriting((bytes) => pictureOf(bytes, pool, options, presentationState));
  return async (file, path) => {
    await write(file, path);
    return (await stat(path)).size;
  };
}

async function pictureOf(
  bytes: Uint8Array,
  pool: ImagingPool,
  { format, frame: wanted, window, size, quality }: RenderOptions,
  presentationState: DataSet | undefined,
): Promise<Uint8Array> {
  const { header, transferSyntaxUid, pixelDataVr, frame } = framesOf(bytes, readDicom(bytes));
  const { numberOfFrames } = describeImage(header);
  const shared = {
    header,
    transferSyntaxUid,
    frame,
    ...(pixelDataVr !== undefined && { pixelDataVr }),
    ...(window && { window }),
    ...(size && { viewport: size }),
    ...(quality !== undefined && { quality }),
    ...(presentationState && { presentationState }),
  };
  const mediaType: PictureFormat = `image/${format}`;
  if (numberOfFrames > 1 && wanted === undefined && (mediaType === 'image/gif' || mediaType === 'image/webp'))
    return pool.animate({ ...shared, format: mediaType });
  const frameNumber = wanted ?? header.number('RepresentativeFrameNumber') ?? 1;
  return pool.render({ ...shared, encoded: await frame(frameNumber), frameNumber, format: mediaType });
}

const told = (result: unknown, { relative }: NamedFile): Told =>
  typeof result === 'number' ? { details: { bytes: result }, line: `${relative}: ${sizeText(result)}` } : {};
