// What the runner knows of one test, and where it is kept for `npm run trace`.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface Result {
  readonly file: string;
  /** Titles from the outermost suite to the test. */
  readonly titles: readonly string[];
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** The error of a failed test, the reason of a skipped one. */
  readonly text: string;
  readonly milliseconds: number;
}

export interface Run {
  /** When the run ended, ISO 8601. */
  readonly ended: string;
  /** Whether every test file of the repository took part. */
  readonly complete: boolean;
  readonly results: readonly Result[];
}

const path = join(root, 'build', 'test-results.json');

export function keepRun(run: Run): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(run, null, 1)}\n`);
}

/** The last run that was kept, or `undefined` when there was none. */
export const lastRun = (): Run | undefined => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined);
