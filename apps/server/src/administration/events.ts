// Server-sent events: what pages are told as it happens. HTML Living Standard 9.2.
import { Readable } from 'node:stream';

export interface EventStreamOptions {
  /** Listeners at one time. */
  readonly listeners: number;
  /** Between two comment lines that keep proxies from closing an idle stream, and tell us of a listener that is gone. */
  readonly heartbeatMs: number;
  /** Bytes that may wait for a listener that does not read; then it is cut off and has to come back. */
  readonly waitingBytes: number;
}

export interface EventStreams {
  /** A new listener's stream; undefined where there are too many, or the server stops. */
  open(): Readable | undefined;
  publish(event: string, data: object): void;
  readonly listening: number;
  close(): void;
}

/** One set of listeners; each gets every event that is published while it listens. */
export const createEventStreams = (options: EventStreamOptions): EventStreams => {
  const streams = new Set<Readable>();
  let closed = false;
  const send = (text: string): void => {
    for (const stream of streams) {
      if (stream.readableLength > options.waitingBytes) stream.destroy();
      else stream.push(text);
    }
  };
  const heartbeat = setInterval(() => send(': still here\n\n'), options.heartbeatMs);
  heartbeat.unref();
  return {
    open: () => {
      if (closed || streams.size >= options.listeners) return undefined;
      const stream = new Readable({ read: () => undefined });
      streams.add(stream);
      stream.once('close', () => streams.delete(stream));
      stream.push('retry: 2000\n: listening\n\n');
      return stream;
    },
    publish: (event, data) => send(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    get listening() {
      return streams.size;
    },
    close: () => {
      closed = true;
      clearInterval(heartbeat);
      for (const stream of streams) stream.push(null);
    },
  };
};
