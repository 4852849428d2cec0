// Takes events to who listens: over an open WebSocket, else by N-EVENT-REPORT to a configured peer. PS3.4 CC.2.4, PS3.18 11.13.
import { connect, type Log, type Peer, procedureStepEvent, procedureStepEventContext } from '@concord/network';
import { eventJson, type StepEvent } from './step-events.ts';

/** An open channel of one subscriber. False where it takes no more: then it is closed. */
export type Channel = (text: string) => boolean;

export interface EventDelivery {
  tell(receivingAe: string, event: StepEvent): void;
  /** Opens a channel for an application entity; what is returned closes it. Undefined where there are too many. */
  listen(receivingAe: string, channel: Channel): (() => void) | undefined;
  /** Stops sending; waits for what is on its way. */
  close(): Promise<void>;
}

export interface DeliveryParts {
  readonly destination: (aeTitle: string) => Peer | undefined;
  readonly log: Log;
}

/** Events that wait for one peer; the oldest is given up for one more. */
const mostWaiting = 1000;
const mostChannels = 500;
/** Between attempts to reach a peer, in ms. */
const pauses: readonly number[] = [1000, 5000, 30_000];

export function createEventDelivery({ destination, log }: DeliveryParts): EventDelivery {
  const channels = new Map<string, Set<Channel>>();
  const waiting = new Map<string, StepEvent[]>();
  const sending = new Map<string, Promise<void>>();
  const stop = new AbortController();
  let open = 0;
  let messageId = 0;

  const send = async (receivingAe: string, peer: Peer): Promise<void> => {
    const queue = waiting.get(receivingAe) ?? [];
    for (let attempt = 0; queue.length > 0 && !stop.signal.aborted; ) {
      try {
        await sendAll(peer, queue, stop.signal);
        attempt = 0;
      } catch (error) {
        const pause = pauses[attempt];
        attempt += 1;
        if (pause !== undefined && (await waited(pause, stop.signal))) continue;
        log.warn({ err: error, receivingAe, lost: queue.length }, 'a subscriber of procedure steps cannot be reached');
        queue.length = 0;
      }
    }
    waiting.delete(receivingAe);
  };

  return {
    tell(receivingAe, event) {
      const listeners = channels.get(receivingAe);
      if (listeners !== undefined && listeners.size > 0) {
        messageId = (messageId % 0xffff) + 1;
        const text = eventJson(event, messageId);
        for (const channel of listeners) if (!channel(text)) listeners.delete(channel);
        return;
      }
      const peer = destination(receivingAe);
      if (peer === undefined || stop.signal.aborted) {
        log.debug({ receivingAe }, 'an event has nobody to go to');
        return;
      }
      const queue = waiting.get(receivingAe) ?? [];
      waiting.set(receivingAe, queue);
      queue.push(event);
      if (queue.length > mostWaiting) queue.shift();
      if (sending.has(receivingAe)) return;
      sending.set(
        receivingAe,
        send(receivingAe, peer).finally(() => sending.delete(receivingAe)),
      );
    },
    listen(receivingAe, channel) {
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
        if (listeners.size === 0) channels.delete(receivingAe);
      };
    },
    async close() {
      stop.abort();
      await Promise.allSettled(sending.values());
    },
  };
}

/** One association for all that waits; what was acknowledged leaves the queue. */
async function sendAll(peer: Peer, queue: StepEvent[], signal: AbortSignal): Promise<void> {
  await using association = await connect(peer, [procedureStepEventContext], { signal });
  for (let [event] = queue; event; [event] = queue) {
    await association.nEventReport(procedureStepEvent(event.sopInstanceUid, event.kind, event.dataSet));
    queue.shift();
  }
}

/** False where the wait was broken off. */
const waited = (milliseconds: number, signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), milliseconds);
    timer.unref();
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve(false);
      },
      { once: true },
    );
  });
