// Whether the peer has gone to sleep: where it is to speak, or in the middle of what it says.
import { startTimer, type Timer } from './transport.ts';

/** What an association has seen so far. */
export interface Activity {
  readonly bytesRead: number;
  /** How often reading went on after we had made the peer wait. */
  readonly resumes: number;
  /** Operations of the peer that are answered. */
  readonly done: number;
  /** An operation of either side is under way. */
  readonly busy: boolean;
  /** We make the peer wait. */
  readonly paused: boolean;
  /** A message is only half here. */
  readonly halfway: boolean;
}

export interface SilenceOptions {
  /** Seconds between two requests; of a requestor: undefined, the turn is ours. */
  readonly idle: number | undefined;
  /** Seconds in the middle of a message. */
  readonly data: number;
  readonly activity: () => Activity;
  readonly tooLong: (detail: string) => void;
}

/** Less than this in the time given is no progress: nobody sends an image at one byte a second. */
const leastProgress = 1024;
/** Each wait is looked at that often: it ends at most a quarter of itself too late. */
const looks = 4;

/** Watches until stopped. Time in which we made the peer wait is not its silence. */
export function watchSilence({ idle, data, activity, tooLong }: SilenceOptions): Timer {
  const atRest = (before: Activity, after: Activity): boolean =>
    !after.busy &&
    !after.paused &&
    after.resumes === before.resumes &&
    after.done === before.done &&
    after.bytesRead === before.bytesRead;
  const stuck = (before: Activity, after: Activity): boolean =>
    after.halfway &&
    !after.paused &&
    after.resumes === before.resumes &&
    after.bytesRead - before.bytesRead < leastProgress;
  const watches = [
    ...(idle === undefined
      ? []
      : [watch(idle, activity, atRest, () => tooLong(`nothing came from the peer for ${idle} s`))]),
    watch(data, activity, stuck, () => tooLong(`nothing came from the peer for ${data} s, in the middle of a message`)),
  ];
  return {
    stop: () => {
      for (const { stop } of watches) stop();
    },
  };
}

/** Calls `over` when nothing has contradicted the silence since a moment that lies `seconds` back. */
function watch(
  seconds: number,
  activity: () => Activity,
  silent: (before: Activity, after: Activity) => boolean,
  over: () => void,
): Timer {
  let since = activity();
  let seen = 0;
  const look = (): void => {
    const after = activity();
    if (silent(since, after)) seen += 1;
    else {
      since = after;
      seen = 0;
    }
    if (seen === looks) over();
    else timer = startTimer(seconds / looks, look);
  };
  let timer = startTimer(seconds / looks, look);
  return { stop: () => timer.stop() };
}
