// What was just stored, as the server tells it: server-sent events with a state that a reader can be shown.
import { objectOf } from '../json.ts';

/** `paused`: nobody looks at this page, and its connection is given to those that are looked at. */
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'paused';

export interface Stored {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly instances: number;
}

/** The part of EventSource that is used, so that tests can stand in for it. */
export interface EventConnection {
  addEventListener(type: string, listener: (event: { readonly data: unknown }) => void): void;
  close(): void;
}

export interface StoredEventsOptions {
  readonly open: () => EventConnection;
  /** Calls back after so many milliseconds; the result takes it back. */
  readonly after: (milliseconds: number, work: () => void) => () => void;
  readonly onStored: (stored: Stored) => void;
  /** There is a new alert, or one was acknowledged. */
  readonly onAlert: () => void;
  /** When listening begins, and after each gap in it: anything may have changed meanwhile. */
  readonly onResumed: () => void;
  readonly onState: (state: LiveState) => void;
}

export interface StoredEvents {
  /** Listens while somebody looks; a browser has only six connections per server for all its tabs (HTTP/1.1). */
  setVisible(visible: boolean): void;
  stop(): void;
}

const firstWaitMs = 1000;
const longestWaitMs = 15_000;

const readStored = (data: unknown): Stored | undefined => {
  if (typeof data !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(data);
    const { studyInstanceUid, seriesInstanceUid, instances } = objectOf(value);
    if (typeof studyInstanceUid !== 'string' || typeof seriesInstanceUid !== 'string') return undefined;
    return { studyInstanceUid, seriesInstanceUid, instances: typeof instances === 'number' ? instances : 1 };
  } catch {
    return undefined;
  }
};

/**
 * Listens to `stored` events until stopped. Reconnects by itself, waiting longer each time: a browser gives up for good
 * when the answer is an error (503: too many pages listen), so that is not left to it.
 */
export const listenToStored = (options: StoredEventsOptions): StoredEvents => {
  let connection: EventConnection | undefined;
  let cancelRetry = (): void => {};
  let waitMs = firstWaitMs;
  // What a list was asked for before the connection stood may be out of date already.
  let missed = true;
  const close = () => {
    cancelRetry();
    connection?.close();
    connection = undefined;
  };
  const open = () => {
    close();
    const opened = options.open();
    connection = opened;
    opened.addEventListener('open', () => {
      waitMs = firstWaitMs;
      options.onState('live');
      if (missed) options.onResumed();
      missed = false;
    });
    opened.addEventListener('error', () => {
      close();
      missed = true;
      options.onState('reconnecting');
      cancelRetry = options.after(waitMs, open);
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    });
    opened.addEventListener('stored', ({ data }) => {
      const stored = readStored(data);
      if (stored) options.onStored(stored);
    });
    opened.addEventListener('alert', options.onAlert);
  };
  options.onState('connecting');
  open();
  return {
    setVisible: (visible) => {
      if (visible && connection === undefined) {
        waitMs = firstWaitMs;
        options.onState('connecting');
        open();
      } else if (!visible && connection !== undefined) {
        close();
        missed = true;
        options.onState('paused');
      } else if (!visible) cancelRetry();
    },
    stop: close,
  };
};
