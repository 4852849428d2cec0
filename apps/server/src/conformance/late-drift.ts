// Drift is looked for from the first association on: what statements are made of takes memory that a server needs only then. PS3.2 6
import type { Log } from '@concord/network';
import type { DriftWatch } from './drift.ts';

/** Sights that wait for the statement; of more the oldest go unseen. */
const mostWaiting = 1000;

/** Loads the watch with the first thing that it is to see, and shows it what came meanwhile. */
export function lateDriftWatch(load: () => Promise<DriftWatch>, log: Log): DriftWatch {
  const waiting: ((watch: DriftWatch) => void)[] = [];
  let watch: DriftWatch | undefined;
  let loading = false;
  const begin = async (): Promise<void> => {
    try {
      watch = await load();
      for (const show of waiting.splice(0)) show(watch);
    } catch (error) {
      log.error({ err: error }, 'associations cannot be compared with the statement');
    }
  };
  const show = (sight: (watch: DriftWatch) => void): void => {
    if (watch) {
      sight(watch);
      return;
    }
    waiting.push(sight);
    if (waiting.length > mostWaiting) waiting.shift();
    if (!loading) {
      loading = true;
      void begin();
    }
  };
  return {
    see: (record) => show((loaded) => loaded.see(record)),
    made: (object, source) => show((loaded) => loaded.made(object, source)),
    list: () => watch?.list() ?? [],
  };
}
