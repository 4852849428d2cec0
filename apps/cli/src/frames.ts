// `concord frames`: the frames of images as files of their own, as they are stored or decoded. PS3.5 A.4.

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codecOf, describeImage } from '@concord/imaging';
import type { ImagingPool } from '@concord/imaging/node';
import { Command } from 'commander';
import { codecThreads } from './codec-threads.ts';
import { counted } from './counted.ts';
import { type EachFileOptions, eachFile, type Told, withFiles } from './each-file.ts';
import type { NamedFile } from './files.ts';
import { sizeText } from './size.ts';
import type { Surroundings } from './surroundings.ts';
import { inThisThread } from './tasks/pool.ts';
import { readDicom, type Task } from './tasks/task.ts';
import { framesOf } from './transcode-file.ts';
import { writeWhole } from './write-file.ts';

interface FramesOptions extends EachFileOptions {
  readonly decode?: true;
}

/** What a code stream is called outside of DICOM. */
const extensionOf: Readonly<Record<string, string>> = {
  RLE: 'rle',
  JPEG: 'jpg',
  'JPEG-LS': 'jls',
  'JPEG 2000': 'j2k',
  HTJ2K: 'j2c',
  'JPEG XL': 'jxl',
};

const examples = `
Each file becomes a folder of its name with 0001.j2k, 0002.j2k and so on: the code streams as they are stored, or, with --decode, and where
nothing is compressed, .raw: the values of each pixel in little endian order, row by row.

Examples:
  concord frames cine.dcm --to frames
  concord frames study/ --to raw --decode --jobs 4`;

/** The command. */
export const frames = (surroundings: Surroundings): Command =>
  withFiles(new Command('frames'))
    .description('takes the frames out of images')
    .option('--decode', 'the values of the pixels instead of code streams')
    .addHelpText('after', examples)
    .action(async (paths: readonly string[], options: FramesOptions) => {
      const pool = codecThreads(options);
      try {
        const work = {
          done: 'taken apart',
          open: async ({ jobs }: { jobs: number }) => inThisThread(framesTask(pool, options.decode === true), jobs),
          rename: (relative: string) => relative.replace(/\.dcm$/iu, ''),
          told,
        };
        await eachFile(paths, options, work, surroundings);
      } finally {
        await pool.close();
      }
    });

interface Taken {
  readonly frames: number;
  readonly bytes: number;
}

/** Frames one after the other: one is in memory beside the file. */
const framesTask =
  (pool: ImagingPool, decode: boolean): Task<Taken> =>
  async (file, folder) => {
    const bytes = await readFile(file.path);
    const { header, transferSyntaxUid, pixelDataVr = 'OW', frame } = framesOf(bytes, readDicom(bytes));
    const image = describeImage(header);
    const codec = codecOf(transferSyntaxUid);
    const raw = decode || codec?.encapsulated === false;
    const extension = raw ? 'raw' : (extensionOf[codec?.codec.name ?? ''] ?? 'bin');
    await mkdir(folder, { recursive: true });
    let total = 0;
    for (let number = 1; number <= image.numberOfFrames; number += 1) {
      const encoded = await frame(number);
      const content = raw
        ? await pool.decode({ image, transferSyntaxUid, encoded, frameNumber: number, pixelDataVr })
        : encoded;
      await writeWhole(join(folder, `${String(number).padStart(4, '0')}.${extension}`), content);
      total += content.length;
    }
    return { frames: image.numberOfFrames, bytes: total };
  };

const isTaken = (result: unknown): result is Taken =>
  typeof result === 'object' && result !== null && 'frames' in result;

const told = (result: unknown, { relative }: NamedFile): Told => {
  if (!isTaken(result)) return {};
  const { frames: count, bytes } = result;
  return { details: { frames: count, bytes }, line: `${relative}: ${counted(count, 'frame')}, ${sizeText(bytes)}` };
};
