// `concord transcode`: as `convert`, and says of each file how large it was and is, and what a lossy syntax cost. PS3.5 8.2, A.4.
import { readFile, stat } from 'node:fs/promises';
import { codecOf, type EncodeOptions } from '@concord/imaging';
import type { ImagingPool } from '@concord/imaging/node';
import { Command, InvalidArgumentError } from 'commander';
import { codecThreads } from './codec-threads.ts';
import { readTargetSyntax, targetNames } from './convert.ts';
import { type EachFileOptions, eachFile, type Told, withFiles } from './each-file.ts';
import type { NamedFile } from './files.ts';
import { compareFrames, type Quality } from './quality.ts';
import { sizeText } from './size.ts';
import type { Surroundings } from './surroundings.ts';
import { inThisThread } from './tasks/pool.ts';
import { readDicom, rewriting, type Task } from './tasks/task.ts';
import { type FileTranscoding, framesOf, transcodeFile } from './transcode-file.ts';

interface TranscodeOptions extends EachFileOptions {
  readonly syntax: string;
  readonly lossy?: true;
  readonly quality?: number;
  readonly near?: number;
  readonly ratio?: number;
}

const within =
  (minimum: number, maximum: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`It is a number from ${minimum} to ${maximum}.`);
  };

const examples = `
Transfer syntaxes: ${targetNames}.
A conversion that would lose something is refused unless --lossy is given; its files are then new instances with UIDs of their own, and
the largest error and the peak signal-to-noise ratio are told, of colour in red, green and blue.

Examples:
  concord transcode study/ --to small --syntax JPEG2000Lossless
  concord transcode study/ --to smaller --syntax JPEGBaseline8Bit --lossy --quality 85`;

/** The command. */
export const transcode = (surroundings: Surroundings): Command =>
  withFiles(new Command('transcode'))
    .description('makes files in another transfer syntax, and tells their sizes and what was lost')
    .requiredOption('-x, --syntax <name>', 'keyword or UID of the transfer syntax', readTargetSyntax)
    .option('--lossy', 'allows a syntax that does not keep every pixel value')
    .option('--quality <number>', 'of JPEG, 1 to 100 (default: 90)', within(1, 100))
    .option('--near <number>', 'of JPEG-LS: the most that a value may be wrong, 0 to 255 (default: 2)', within(0, 255))
    .option('--ratio <number>', 'of JPEG 2000 and HTJ2K: how much smaller, 1 to 1000 (default: 10)', within(1, 1000))
    .addHelpText('after', examples)
    .action(async (paths: readonly string[], options: TranscodeOptions) => {
      const pool = codecThreads(options);
      try {
        const work = {
          done: 'transcoded',
          open: async ({ jobs }: { jobs: number }) => inThisThread(transcodeTask(pool, options), jobs),
          told,
        };
        await eachFile(paths, options, work, surroundings);
      } finally {
        await pool.close();
      }
    });

/** What became of one file. */
interface Transcoded {
  readonly before: number;
  readonly after: number;
  readonly quality: Quality | undefined;
}

const encodingOf = ({ quality, near, ratio }: TranscodeOptions): EncodeOptions => ({
  ...(quality !== undefined && { quality }),
  ...(near !== undefined && { near }),
  ...(ratio !== undefined && { ratio }),
});

function transcodeTask(pool: ImagingPool, options: TranscodeOptions): Task<Transcoded> {
  const target = options.syntax;
  const transcoding: FileTranscoding = { pool, target, lossy: options.lossy === true, encoding: encodingOf(options) };
  const rewrite = rewriting((bytes) => transcodeFile(bytes, transcoding));
  const losesSome = codecOf(target)?.lossless === false;
  return async (file, path) => {
    const before = losesSome ? await readFile(file.path) : undefined;
    await rewrite(file, path);
    const after = before && (await readFile(path));
    const quality =
      before &&
      after &&
      (await compareFrames(pool, framesOf(before, readDicom(before)), framesOf(after, readDicom(after))));
    return { before: file.size, after: after?.length ?? (await stat(path)).size, quality };
  };
}

const isTranscoded = (result: unknown): result is Transcoded =>
  typeof result === 'object' && result !== null && 'before' in result && 'after' in result;

function told(result: unknown, { relative }: NamedFile): Told {
  if (!isTranscoded(result)) return {};
  const { before, after, quality } = result;
  const ratio = (before / Math.max(1, after)).toFixed(2);
  const lost = quality && { largestError: quality.largestError, psnr: quality.peakSignalToNoise.toFixed(1) };
  const words = lost ? `, largest error ${lost.largestError}, ${lost.psnr} dB` : '';
  return {
    details: { bytesBefore: before, bytesAfter: after, ratio, ...lost },
    line: `${relative}: ${sizeText(before)} to ${sizeText(after)}, ${ratio}:1${words}`,
  };
}
