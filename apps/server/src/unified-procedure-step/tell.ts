// Takes events to who listens: over an open WebSocket, else by N-EVENT-REPORT to a configured peer. PS3.4 CC.2.4, PS3.18 11.13.
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { connect, type Log, type Peer, procedureStepEvent, procedureStepEventContext } from '@concord/network';
import type { Database } from '../database/database.ts';
import { eventJson, type StepEvent } from './step-events.ts';
import { createWaitingEvents, type WaitingEvents } from './waiting-events.ts';

/** An open channel of one subscriber. False where it takes no more: then it is closed. */
export type Channel = (text: string) => boolean;

export interface EventDelivery {
  /** Keeps an event for a receiver, within the change that makes it. */
  readonly keep: WaitingEvents['keep'];
  /** Something was kept for the receiver: it is told, where it can be reached. Neither waits nor throws. */
  deliver(receivingAe: string): void;
  /** Opens a channel for an application entity, over which comes first what it missed; what is returned closes it. Undefined where there are too many. */
  listen(receivingAe: string, channel: Channel): (() => void) | undefined;
  /** Stops telling; waits for what is on its way. */
  close(): Promise<void>;
}

export interface DeliveryParts {
  readonly database: Database;
  readonly destination: (aeTitle: string) => Peer | undefined;
  readonly now: () => Date;
  readonly log: Log;
  /** No other node works on this index: leases are of a process that died. */
  readonly alone?: boolean;
  /** How often the index is looked at for what other nodes and earlier runs have kept, in ms. */
  readonly everyMs?: number;
  /** Between attempts to reach a peer, in ms; the last one again and again. */
  readonly pauses?: readonly number[];
}

const mostChannels = 500;
/** What the last word about channels gets when the server stops; without it they count as open for half a minute. */
const lastWordMs = 2000;

export function createEventDelivery(parts: DeliveryParts): EventDelivery {
  const { database, destination, now, log, everyMs = 5000, pauses = [1000, 5000, 30_000], alone = false } = parts;
  const events = createWaitingEvents(database, now, randomBytes(8).toString('hex'));
  const channels = createChannels();
  const telling = new Map<string, Promise<void>>();
  const again = new Set<string>();
  /** Failures in a row, and until when a peer is left alone. */
  const failures = new Map<string, { readonly count: number; readonly until: number }>();
  const stop = new AbortController();

  const noteFailure = (receivingAe: string, error: unknown) => {
    if (stop.signal.aborted) return;
    const count = (failures.get(receivingAe)?.count ?? 0) + 1;
    const pause = pauses[Math.min(count, pauses.length) - 1] ?? 0;
    failures.set(receivingAe, { count, until: Date.now() + pause });
    setTimeout(() => deliver(receivingAe), pause + 1).unref();
    if (count === 1)
      log.warn({ err: error, receivingAe }, 'a subscriber of procedure steps cannot be reached: its events wait');
  };

  /** Until nothing is left that can be told now. */
  const tellAll = async (receivingAe: string): Promise<void> => {
    while (!stop.signal.aborted) {
      const peer = destination(receivingAe);
      const open = channels.has(receivingAe);
      if (!open && (peer === undefined || (failures.get(receivingAe)?.until ?? 0) > Date.now())) return;
      const waiting = await events.take(receivingAe);
      if (waiting.length === 0) return;
      const done = (number: number) => events.done(receivingAe, number);
      if (open) {
        let isTaken = true;
        for (const { number, event } of waiting) {
          if (isTaken) isTaken = channels.send(receivingAe, event);
          if (isTaken) await done(number);
        }
        // Its receiver may go to another server, and is not to wait for the end of our lease there.
        if (!isTaken) await events.giveBack(receivingAe);
      } else if (peer) {
        await report(peer, waiting, { done, signal: stop.signal }).then(
          () => failures.delete(receivingAe),
          (error: unknown) => noteFailure(receivingAe, error),
        );
      }
    }
  };

  const deliver = (receivingAe: string): void => {
    again.add(receivingAe);
    if (telling.has(receivingAe) || stop.signal.aborted) return;
    const turn = async (): Promise<void> => {
      while (again.delete(receivingAe)) await tellAll(receivingAe);
    };
    const over = turn()
      .catch((error: unknown) => log.warn({ err: error, receivingAe }, 'events of procedure steps cannot be read'))
      .finally(() => {
        telling.delete(receivingAe);
        if (again.has(receivingAe)) deliver(receivingAe);
      });
    telling.set(receivingAe, over);
  };

  /** Other servers are to leave to us what is for our channels. One after the other: the last word counts. */
  let saying: Promise<void> = Promise.resolve();
  const sayWhoListens = (): Promise<void> => {
    if (alone) return saying;
    saying = saying.then(() =>
      events
        .listen(channels.receivers())
        .catch((error: unknown) => log.warn({ err: error }, 'other servers cannot be told who listens here')),
    );
    return saying;
  };
  const look = async (): Promise<void> => {
    try {
      for (const receivingAe of await events.receivers()) deliver(receivingAe);
    } catch (error) {
      log.warn({ err: error }, 'events of procedure steps cannot be read');
    }
  };
  /** What other servers keep for an open channel is not to wait long; here it is told at once. */
  const briefMs = alone ? everyMs : Math.min(everyMs, 1000);
  let waited = 0;
  const timer = setInterval(() => {
    waited += briefMs;
    const isTime = waited >= everyMs;
    if (isTime) waited = 0;
    const isOpen = channels.receivers().length > 0;
    if (isTime && isOpen) void sayWhoListens();
    if (isTime || isOpen) void look();
  }, briefMs);
  timer.unref();
  const started = (alone ? events.takeOver() : Promise.resolve())
    .catch((error: unknown) => log.warn({ err: error }, 'events of an earlier run could not be taken back'))
    .then(look);

  return {
    keep: events.keep,
    deliver,
    listen(receivingAe, channel) {
      const close = channels.open(receivingAe, channel);
      if (!close) return undefined;
      void sayWhoListens().then(() => deliver(receivingAe));
      return () => {
        close();
        void sayWhoListens();
      };
    },
    async close() {
      stop.abort();
      clearInterval(timer);
      await started;
      await Promise.allSettled(telling.values());
      await Promise.race([saying, wait(lastWordMs, undefined, { ref: false })]);
      if (!alone) await events.listen([]).catch(() => undefined);
      await events.giveBack().catch(() => undefined);
    },
  };
}

/** The open channels of this process. */
function createChannels() {
  const channels = new Map<string, Set<Channel>>();
  let open = 0;
  let messageId = 0;
  return {
    has: (receivingAe: string): boolean => channels.has(receivingAe),
    receivers: (): readonly string[] => [...channels.keys()],
    /** False where no channel took it. */
    send(receivingAe: string, event: StepEvent): boolean {
      messageId = (messageId % 0xffff) + 1;
      const text = eventJson(event, messageId);
      const listeners = channels.get(receivingAe) ?? new Set<Channel>();
      for (const channel of listeners) if (!channel(text)) listeners.delete(channel);
      if (listeners.size > 0) return true;
      channels.delete(receivingAe);
      return false;
    },
    open(receivingAe: string, channel: Channel): (() => void) | undefined {
      if (open === mostChannels) return undefined;
      open += 1;
      const listeners = channels.get(receivingAe) ?? new Set();
      channels.set(receivingAe, listeners.add(channel));
      let closed = false;
      return () => {
        if (closed) return;
        closed = true;
        open -= 1;
        listeners.delete(channel);
        if (listeners.size === 0 && channels.get(receivingAe) === listeners) channels.delete(receivingAe);
      };
    },
  };
}

interface Reporting {
  readonly done: (number: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** One association for all of them, in order; each is done when the peer has acknowledged it. */
async function report(
  peer: Peer,
  waiting: readonly { readonly number: number; readonly event: StepEvent }[],
  { done, signal }: Reporting,
): Promise<void> {
  await using association = await connect(peer, [procedureStepEventContext], { signal });
  for (const { number, event } of waiting) {
    await association.nEventReport(procedureStepEvent(event.sopInstanceUid, event.kind, event.dataSet));
    await done(number);
  }
}
