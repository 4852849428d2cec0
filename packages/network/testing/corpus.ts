// Where real files and tables of the standard are; tests that need them are skipped, and say so, where they are not there.
import { join } from 'node:path';

/** The folder of test data beside the repository, or the one that the environment names. */
export const corpusFolder = process.env.CONCORD_TEST_DATA ?? join(import.meta.dirname, '../../../../shared/data');

/** Tables of the standard as data. */
export const standardFolder = join(corpusFolder, 'standard');
