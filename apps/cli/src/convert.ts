// `concord convert`: files in another transfer syntax. PS3.5 8.2, A.
import { transferSyntaxes } from '@concord/dicom';
import { codecOf } from '@concord/imaging';
import { createImagingPool } from '@concord/imaging/node';
import { Command, InvalidArgumentError } from 'commander';
import { type EachFileOptions, eachFile, withFiles } from './each-file.ts';
import type { Surroundings } from './surroundings.ts';
import { inThisThread } from './tasks/pool.ts';
import { rewriting } from './tasks/task.ts';
import { transcodeFile } from './transcode-file.ts';

interface ConvertOptions extends EachFileOptions {
  readonly syntax: string;
  readonly lossy?: true;
}

/** Those whose pixels can be written: not where they lie elsewhere (JPIP), nor in syntaxes of others (Papyrus). */
const targets = transferSyntaxes.filter(({ uid, encapsulated }) => {
  const entry = codecOf(uid);
  return encapsulated ? entry?.encodes === true : entry !== undefined;
});

/** Keywords of all that can be written. */
export const targetNames = targets.map(({ keyword }) => keyword).join(', ');

/** The UID of a syntax that can be written, from its keyword or UID. @throws InvalidArgumentError */
export const readTargetSyntax = (text: string): string => {
  const found = targets.find(({ uid, keyword }) => uid === text || keyword.toLowerCase() === text.toLowerCase());
  if (!found) throw new InvalidArgumentError(`It is none of: ${targetNames}.`);
  return found.uid;
};

const examples = `
Transfer syntaxes: ${targetNames}.
A conversion that would lose something is refused unless --lossy is given; its files are then new instances with UIDs of their own.

Examples:
  concord convert study/ --to uncompressed --syntax ExplicitVRLittleEndian
  concord convert study/ --to small --syntax HTJ2KLossless`;

/** The command. */
export const convert = (surroundings: Surroundings): Command =>
  withFiles(new Command('convert'))
    .description('makes files in another transfer syntax')
    .requiredOption('-x, --syntax <name>', 'keyword or UID of the transfer syntax', readTargetSyntax)
    .option('--lossy', 'allows a syntax that does not keep every pixel value')
    .addHelpText('after', examples)
    .action(async (paths: readonly string[], options: ConvertOptions) => {
      const pool = createImagingPool();
      try {
        const transcoding = { pool, target: options.syntax, lossy: options.lossy === true };
        const task = rewriting((bytes) => transcodeFile(bytes, transcoding));
        // The pool's threads do the work here.
        const work = { done: 'converted', open: async ({ jobs }: { jobs: number }) => inThisThread(task, jobs) };
        await eachFile(paths, options, work, surroundings);
      } finally {
        await pool.close();
      }
    });
