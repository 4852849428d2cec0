// The repository's test files, by kind.
import { globSync } from 'node:fs';
import { cpus } from 'node:os';
import { root } from './result.ts';

/** `unit` needs nothing; `peer` other programs; `browser` the built web interface and Chromium. */
export const kinds = ['unit', 'peer', 'browser'] as const;
export type Kind = (typeof kinds)[number];

const kindOf = (file: string): Kind =>
  file.endsWith('.browser.test.ts') || (file.startsWith('apps/web/') && file.endsWith('.peer.test.ts'))
    ? 'browser'
    : file.endsWith('.peer.test.ts')
      ? 'peer'
      : 'unit';

/** What takes a minute and more begins first: behind the others it would run alone at the end. Such as stop servers are spread. */
const long: readonly RegExp[] = [
  /on-postgres/,
  /statement\.peer/,
  /render\.peer/,
  /forward\.peer/,
  /servers-in-a-cluster/,
  /on-s3/,
  /commitment\.peer/,
  /every-store/,
  /crash\.peer/,
  /cluster\.peer/,
  /studies\.peer/,
  /conformance\.peer/,
  /viewer\.peer/,
  /statement-pages/,
  /wg04/,
  /association\/abuse/,
  /direction\/violations/,
  /dicomweb\/corpus/,
];

/** Where the first of them that fits stands; behind them all for other files. */
const place = (file: string): number => long.findIndex((name) => name.test(file)) >>> 0;

/** Files whose path contains `filter`, in a stable order. */
export const testFiles = (kind: Kind, filter = ''): readonly string[] =>
  globSync('{packages,apps,scripts}/**/*.test.ts', { cwd: root, exclude: (name) => /node_modules|dist/.test(name) })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => kindOf(file) === kind && file.includes(filter))
    .sort()
    .sort((one, other) => place(one) - place(other));

/**
 * How many files of a kind run at the same time. Those with other programs wait for them more than they work; where kinds run beside each
 * other, those that need nothing but processors fill what is left.
 */
export function lanesOf(kind: Kind, alone: boolean): number {
  if (kind === 'browser') return 1;
  if (kind === 'peer') return Math.min(cpus().length + 2, 6);
  return Math.min(alone ? cpus().length : Math.ceil(cpus().length / 2), 8);
}

/** Files that share a process at most: what is imported is loaded once for all, and the lanes still end at the same time. */
const mostTogether = 12;

/**
 * Files in the order in which they run, those together that may share a process: tests of one package that need nothing
 * but the package. Others start programs, and what a file leaves behind must be told of that file.
 */
export function batches(kind: Kind, files: readonly string[]): readonly (readonly string[])[] {
  if (kind !== 'unit') return files.map((file) => [file]);
  const ofPackage = Map.groupBy(files, (file) => file.split('/', 2).join('/'));
  return [...ofPackage.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / mostTogether) }, (_, at) =>
      group.slice(at * mostTogether, (at + 1) * mostTogether),
    ),
  );
}
