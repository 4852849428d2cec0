// testing/corpus.ts for a page, which has no folder of real files.
import { NotInBrowser } from './absent.ts';

export const needsCorpus = { skip: 'no files in a browser' };
export const corpusFiles = (): readonly string[] => [];

/** @throws NotInBrowser always */
export function corpusFile(name: string): never {
  throw new NotInBrowser(`${name} is a file`);
}
