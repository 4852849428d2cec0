// The clock, compared with time servers where the settings name some; what does it is loaded only then.
import type { Ground } from './ground.ts';

/** Begins at once, and ends with the server. */
export function composeClock({ configuration, log, opened }: Pick<Ground, 'configuration' | 'log' | 'opened'>): void {
  const { timeServers: servers, timePoll: every, timeTolerance: tolerance } = configuration;
  if (servers.length === 0) return;
  const closing = new AbortController();
  opened.defer(() => closing.abort());
  import('../clock/watch-clock.ts')
    .then(({ watchClock }) => watchClock({ servers, every, tolerance }, { log, signal: closing.signal }))
    .catch((error: unknown) => log.error({ err: error }, 'the clock cannot be compared'));
}
