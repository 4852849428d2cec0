// What a module that is run in an accepting thread gives.
import type { Log } from '../log.ts';
import type { ListenOptions } from './acceptor.ts';

/** What a module gives that is run in a thread. */
export interface ThreadParts
  extends Pick<ListenOptions, 'applicationEntities' | 'implementation' | 'timeouts' | 'policy'> {
  /** Where log lines go; absent = to the main thread. */
  readonly log?: Log;
  /** Called when the thread is closed, after its last association. */
  readonly close?: () => Promise<void>;
}

/** The function that such a module exports by the name `acceptingThread`; `data` is a copy of what the main thread gave. */
export type AcceptingThread<Data> = (data: Data) => ThreadParts | Promise<ThreadParts>;
