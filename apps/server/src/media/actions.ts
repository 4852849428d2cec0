// What people have done with media: one action after the other, the next when the last is over, each followed to its end.
import { randomBytes } from 'node:crypto';
import type { MediaLimits } from './limits.ts';
import { MediaRefusal } from './media-refusal.ts';

export type ActionKind = 'open' | 'show' | 'import' | 'send';
export type ActionState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** What became of one object, where that is more than success. */
export interface ActionNote {
  /** The file on the medium, as the directory has it. */
  readonly file: string;
  readonly kind: 'skipped' | 'failed' | 'warning';
  readonly text: string;
}

export interface TakenSeries {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
}

/** One action, as far as it is. */
export interface MediaAction {
  readonly action: string;
  readonly kind: ActionKind;
  readonly state: ActionState;
  /** The medium it works on; of 'open' the one that was opened, '' until then. */
  readonly medium: string;
  readonly title: string;
  /** Objects (of 'open': files): all, and those dealt with. */
  readonly total: number;
  readonly done: number;
  /** Taken into the archive or onto the viewer; in the archive before; passed over; refused. */
  readonly stored: number;
  readonly already: number;
  readonly skipped: number;
  readonly failed: number;
  /** AE title of the peer it sends to; '' where to none. */
  readonly destination: string;
  /** The job that sends; '' where there is none. */
  readonly job: string;
  /** Of what was taken, the first 1,000: these can be looked at. */
  readonly series: readonly TakenSeries[];
  readonly notes: readonly ActionNote[];
  /** Why it failed. */
  readonly detail: string;
  /** ISO 8601; '' where it has not come to that. */
  readonly startedAt: string;
  readonly endedAt: string;
}

/** How an action that runs tells of itself. */
export interface ActionReport {
  readonly signal: AbortSignal;
  set(changes: Partial<Pick<MediaAction, 'medium' | 'total' | 'done' | 'series' | 'job' | 'title'>>): void;
  count(what: 'stored' | 'already' | 'skipped' | 'failed'): void;
  note(note: ActionNote): void;
}

export interface NewAction extends Pick<MediaAction, 'kind' | 'medium' | 'title'> {
  readonly destination?: string;
  /** Throws MediaRefusal and what lies below: the action has failed then. */
  readonly work: (report: ActionReport) => Promise<void>;
}

export interface Actions {
  /** Takes its place behind the others. Throws MediaRefusal 'too-many'. */
  start(action: NewAction): MediaAction;
  /** The last started first. */
  list(): readonly MediaAction[];
  get(action: string): MediaAction | undefined;
  /** False where there is none, or it is over. */
  cancel(action: string): boolean;
  /** Something of this medium runs or waits. */
  isBusy(medium: string): boolean;
  /** Stops what runs and waits for it. */
  close(): Promise<void>;
}

interface Held {
  now: MediaAction;
  readonly stop: AbortController;
}

export interface ActionsParts {
  readonly limits: Pick<MediaLimits, 'waiting' | 'remembered' | 'notes'>;
  readonly now: () => Date;
  /** Hears of failures that are none of the medium's. */
  readonly failed: (error: unknown) => void;
}

const blank = {
  ...{ total: 0, done: 0, stored: 0, already: 0, skipped: 0, failed: 0 },
  ...{ job: '', series: [], notes: [], detail: '', startedAt: '', endedAt: '' },
} as const;

const isOver = ({ state }: MediaAction): boolean => state !== 'waiting' && state !== 'running';

export function createActions({ limits, now, failed }: ActionsParts): Actions {
  const held = new Map<string, Held>();
  let last: Promise<void> = Promise.resolve();

  const forget = () => {
    const over = [...held.values()].filter((each) => isOver(each.now));
    for (const { now: oldest } of over.slice(0, Math.max(0, over.length - limits.remembered)))
      held.delete(oldest.action);
  };
  const change = (each: Held, changes: Partial<MediaAction>) => {
    each.now = { ...each.now, ...changes };
  };
  const reportOf = (each: Held): ActionReport => ({
    signal: each.stop.signal,
    set: (changes) => change(each, changes),
    count: (what) => change(each, { [what]: each.now[what] + 1 }),
    note: (note) => {
      if (each.now.notes.length < limits.notes) change(each, { notes: [...each.now.notes, note] });
    },
  });
  const run = async (each: Held, work: NewAction['work']): Promise<void> => {
    if (isOver(each.now)) return;
    change(each, { state: 'running', startedAt: now().toISOString() });
    try {
      await work(reportOf(each));
      each.stop.signal.throwIfAborted();
      change(each, { state: 'done' });
    } catch (error) {
      if (each.stop.signal.aborted) change(each, { state: 'cancelled' });
      else change(each, { state: 'failed', detail: error instanceof Error ? error.message : String(error) });
      if (!each.stop.signal.aborted && !(error instanceof MediaRefusal)) failed(error);
    }
    change(each, { endedAt: now().toISOString() });
  };
  return {
    start({ work, destination = '', ...action }) {
      const waiting = [...held.values()].filter((each) => each.now.state === 'waiting').length;
      if (waiting >= limits.waiting) throw new MediaRefusal('too-many', `${waiting} actions wait already`);
      forget();
      const name = randomBytes(8).toString('hex');
      const each: Held = {
        now: { ...blank, ...action, action: name, state: 'waiting', destination },
        stop: new AbortController(),
      };
      held.set(name, each);
      last = last.then(() => run(each, work));
      return each.now;
    },
    list: () => [...held.values()].map((each) => each.now).reverse(),
    get: (action) => held.get(action)?.now,
    cancel(action) {
      const each = held.get(action);
      if (!each || isOver(each.now)) return false;
      if (each.now.state === 'waiting') change(each, { state: 'cancelled', endedAt: now().toISOString() });
      each.stop.abort(new Error('cancelled'));
      return true;
    },
    isBusy: (medium) => [...held.values()].some((each) => each.now.medium === medium && !isOver(each.now)),
    async close() {
      for (const each of held.values()) if (!isOver(each.now)) each.stop.abort(new Error('the server stops'));
      await last;
    },
  };
}
