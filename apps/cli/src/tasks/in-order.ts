// Many files at once, and what became of them in the order of the files.
import type { Outcome } from './task.ts';

/** One file and what became of it. */
export interface Told<File, Result> {
  readonly file: File;
  readonly outcome: Outcome<Result>;
}

/**
 * Works on `lanes` files ahead of the one that is told. After `signal` no further file is begun; those left have failed.
 * `work` must not reject.
 */
export async function* inOrder<File, Result>(
  files: Iterable<File>,
  lanes: number,
  signal: AbortSignal,
  work: (file: File) => Promise<Outcome<Result>>,
): AsyncGenerator<Told<File, Result>> {
  const under: Promise<Told<File, Result>>[] = [];
  const begin = async (file: File): Promise<Told<File, Result>> => ({
    file,
    outcome: signal.aborted ? { kind: 'failed', reason: 'interrupted' } : await work(file),
  });
  for (const file of files) {
    under.push(begin(file));
    const first = under.length >= lanes ? under.shift() : undefined;
    if (first) yield await first;
  }
  for (const left of under) yield await left;
}
