// Looks every now and then after what nodes that died have left behind: a cluster that is never started anew keeps clean too.
import type { Log } from '@concord/network';
import type { OpenedArchive } from './open-archive.ts';

export interface SweepingParts {
  readonly archive: Pick<OpenedArchive, 'sweep'>;
  readonly log: Log;
  /** Between two looks, in ms. */
  readonly everyMs?: number;
}

/** What looks dead is watched for ten minutes first. */
const usually = 300_000;

/** Looks never overlap; closing waits for the one under way. */
export function startSweeping({ archive, log, everyMs = usually }: SweepingParts): { close(): Promise<void> } {
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    running ??= archive
      .sweep()
      .catch((error: unknown) => log.warn({ err: error }, 'what other servers left behind could not be looked after'))
      .finally(() => {
        running = undefined;
      });
  }, everyMs);
  timer.unref();
  return {
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}
