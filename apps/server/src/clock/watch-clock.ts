// The clock of this machine is compared with time servers, and a difference beyond what is tolerated is told. PS3.15 Annex G
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '@concord/network';
import { type AskOptions, askTime, type TimeServer } from './ask-time.ts';
import { type Sample, SntpError } from './sntp-message.ts';

export interface ClockSettings {
  /** The first that answers counts. */
  readonly servers: readonly TimeServer[];
  /** Between two comparisons, in seconds. */
  readonly every: number;
  /** In seconds. */
  readonly tolerance: number;
}

/** How a comparison ended. `unknown`: nobody answered, or so late that nothing can be said. */
export interface Comparison {
  readonly state: 'within' | 'beyond' | 'unknown';
  /** In milliseconds: how far this clock is behind; missing where it is not known. */
  readonly offset?: number;
  readonly server?: string;
}

export interface ClockParts {
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly now?: () => number;
  /** For tests: asks in the place of UDP. */
  readonly ask?: (server: TimeServer, options: AskOptions) => Promise<Sample>;
}

/** Questions to one server; the quickest answer counts. */
const questions = 3;
const wait = 3000;
/** A server that asked not to be asked is left alone for so many milliseconds. */
const leftAlone = 24 * 3600 * 1000;

const nameOf = ({ host, port }: TimeServer): string => `${host}:${port}`;

/** Compares once, whenever it is called; what changes is told in the log. */
export function createClockComparison({ servers, tolerance }: ClockSettings, parts: ClockParts) {
  const { log, signal, now = Date.now, ask = askTime } = parts;
  const silent = new Map<string, number>();
  let before: Comparison['state'] | undefined;

  /** The quickest answer. A server that answers once and is too slow then has answered. */
  const quickest = async (server: TimeServer): Promise<Sample> => {
    let best: Sample | undefined;
    for (let count = 0; count < questions; count += 1) {
      try {
        const sample = await ask(server, { wait, signal, now });
        if (!best || sample.delay < best.delay) best = sample;
      } catch (error) {
        if (error instanceof SntpError && error.fault === 'kiss') silent.set(nameOf(server), now() + leftAlone);
        if (!best) throw error;
        return best;
      }
    }
    if (!best) throw new Error('no answer');
    return best;
  };

  const compared = async (): Promise<Comparison & { readonly why?: string }> => {
    const failures: string[] = [];
    for (const server of servers) {
      const name = nameOf(server);
      if ((silent.get(name) ?? 0) > now()) continue;
      try {
        const { offset, delay } = await quickest(server);
        // Half of the way is what the answer may be wrong by.
        if (delay / 2 > tolerance * 1000) throw new Error(`its answer took ${Math.round(delay)} ms`);
        return { state: Math.abs(offset) > tolerance * 1000 ? 'beyond' : 'within', offset, server: name };
      } catch (error) {
        signal.throwIfAborted();
        failures.push(`${name}: ${error instanceof Error ? error.message : error}`);
      }
    }
    return { state: 'unknown', why: failures.join('; ') || 'all servers have asked not to be asked' };
  };

  return async (): Promise<Comparison> => {
    const { why, ...comparison } = await compared();
    const { state, offset = 0, server } = comparison;
    const fields = { server, offsetMilliseconds: Math.round(offset), toleranceSeconds: tolerance };
    const words = `this clock is ${(Math.abs(offset) / 1000).toFixed(3)} s ${offset > 0 ? 'behind' : 'before'} that of ${server}`;
    // While it stays beyond, each comparison tells it: somebody has to set the clock.
    if (state === 'beyond') log.warn(fields, `${words}, more than the ${tolerance} s that are tolerated`);
    else if (state !== before && state === 'unknown') log.warn({ why }, `the clock cannot be compared: ${why}`);
    else if (state !== before) log.info(fields, words);
    before = state;
    return comparison;
  };
}

/** Compares at once and then every so often, until the signal. Never throws. */
export async function watchClock(settings: ClockSettings, parts: ClockParts): Promise<void> {
  const compare = createClockComparison(settings, parts);
  const { signal, log } = parts;
  while (!signal.aborted) {
    try {
      await compare();
      await pause(settings.every * 1000, undefined, { ref: false, signal });
    } catch (error) {
      if (signal.aborted) return;
      log.error({ err: error }, 'the clock cannot be compared');
      await pause(settings.every * 1000, undefined, { ref: false, signal }).catch(() => undefined);
    }
  }
}
