// Writes blocks that wait in as few calls as their places allow; a file that lost a write takes no more. For the thread that does nothing else meanwhile.
import { writevSync } from 'node:fs';
import type { Blocks } from './blocks.ts';

interface Wanted extends Blocks {
  readonly id: number;
}

/** Tickets of lost blocks that are remembered: a batch that names one comes within seconds. */
const rememberedLosses = 10_000;

const lengthOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, { length }) => sum + length, 0);

/** What is left of the pieces behind the first `done` bytes. */
function behind(pieces: readonly Uint8Array[], done: number): readonly Uint8Array[] {
  let skipped = done;
  return pieces.flatMap((piece) => {
    const rest = piece.subarray(Math.min(skipped, piece.length));
    skipped -= piece.length - rest.length;
    return rest.length > 0 ? [rest] : [];
  });
}

function writeRun(descriptor: number, position: number, run: readonly Uint8Array[]): void {
  const length = lengthOf(run);
  for (let done = 0; done < length; ) {
    const written = writevSync(descriptor, [...behind(run, done)], position + done);
    if (written === 0) throw new Error(`wrote ${done} of ${length} bytes`);
    done += written;
  }
}

export function createBlockFiles() {
  /** Files in which something is missing: what came behind it would be found by nobody. */
  const torn = new Map<number, unknown>();
  const lost = new Set<number>();
  const lose = (id: number) => {
    lost.add(id);
    const [oldest] = lost;
    if (lost.size > rememberedLosses && oldest !== undefined) lost.delete(oldest);
  };
  const runFrom = (wanted: readonly Wanted[], start: number): readonly Wanted[] => {
    const run: Wanted[] = [];
    let end = wanted[start]?.position ?? 0;
    for (const each of wanted.slice(start)) {
      if (each.descriptor !== wanted[start]?.descriptor || each.position !== end) break;
      run.push(each);
      end += lengthOf(each.pieces);
    }
    return run;
  };
  return {
    /** Answers, in order, with what went wrong for each; undefined for what is durable. */
    write(wanted: readonly Wanted[]): readonly unknown[] {
      const outcomes: unknown[] = [];
      while (outcomes.length < wanted.length) {
        const run = runFrom(wanted, outcomes.length);
        const [{ descriptor, position } = { descriptor: -1, position: 0 }] = run;
        try {
          if (torn.has(descriptor)) throw torn.get(descriptor);
          writeRun(
            descriptor,
            position,
            run.flatMap(({ pieces }) => pieces),
          );
          for (const _ of run) outcomes.push(undefined);
        } catch (error) {
          torn.set(descriptor, error);
          for (const { id } of run) {
            lose(id);
            outcomes.push(error);
          }
        }
      }
      return outcomes;
    },
    isLost: (id: number): boolean => lost.has(id),
    release: (descriptor: number): void => void torn.delete(descriptor),
  };
}
