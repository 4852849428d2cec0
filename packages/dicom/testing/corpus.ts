// The real files that tests read when they are there: `../shared/data`, or the folder CONCORD_TEST_DATA names.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

export const corpusFolder = process.env.CONCORD_TEST_DATA ?? join(import.meta.dirname, '../../../../shared/data');

/** For a test's options: says why it is skipped where the files are absent. */
export const needsCorpus = existsSync(join(corpusFolder, 'index.csv'))
  ? {}
  : { skip: `no test data at ${corpusFolder}` };

/** Not data sets: documents beside them. */
const isDocument = /\.(json|md|csv|txt|dump|icc|gz)$|README$/;

function* walk(folder: string): Generator<string> {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* name === 'standard' ? [] : walk(path);
    else if (!isDocument.test(name)) yield path;
  }
}

/** Every data set of the corpus, by its path in it. */
export function corpusFiles(): readonly string[] {
  return needsCorpus.skip === undefined ? [...walk(corpusFolder)].map((path) => relative(corpusFolder, path)) : [];
}

/** The bytes of one file. */
export const corpusFile = (name: string): Uint8Array => new Uint8Array(readFileSync(join(corpusFolder, name)));
