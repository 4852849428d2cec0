// UPS-RS: the channel over which events come, a WebSocket for each subscriber. PS3.18 11.13, 8.10.5.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { EventDelivery } from '../unified-procedure-step/tell.ts';
import { HttpProblem } from '../web/problem.ts';
import { checkHost, checkOrigin, type OriginPolicy } from '../web/same-origin.ts';
import { asksForWebSocket, type OpenWebSocket, openWebSocket } from '../web/web-socket.ts';
import { subscriberOf } from './workitem-subscribers.ts';

export interface ChannelParts {
  readonly delivery: EventDelivery;
  readonly origins: OriginPolicy;
  /** Aborted when the server stops. */
  readonly signal: AbortSignal;
}

const path = /^\/dicom-web\/(?:ws\/)?subscribers\/([^/?]+)\/?$/u;

/** Takes upgrades of the events resource; every other upgrade is refused. */
export const acceptSubscribers = (server: Server, { delivery, origins, signal }: ChannelParts): void => {
  const open = new Set<OpenWebSocket>();
  signal.addEventListener('abort', () => {
    for (const channel of open) channel.close(1001);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    const subscriber = check(request, origins);
    if ('status' in subscriber) return refuse(socket, subscriber.status);
    let channel: OpenWebSocket | undefined;
    const stop = delivery.listen(subscriber.aeTitle, (text) => channel?.send(text) ?? false);
    if (stop === undefined) return refuse(socket, '503 Service Unavailable');
    channel = openWebSocket(request, socket);
    open.add(channel);
    void channel.closed.then(() => {
      if (channel) open.delete(channel);
      stop();
    });
  });
};

/** A page of another origin must not listen: browsers let it, so we look at where it comes from. */
const check = (request: IncomingMessage, origins: OriginPolicy): { aeTitle: string } | { status: string } => {
  const { host, origin } = request.headers;
  const title = path.exec(request.url ?? '')?.[1];
  if (title === undefined) return { status: '404 Not Found' };
  if (!asksForWebSocket(request)) return { status: '400 Bad Request' };
  try {
    checkHost(host, origins);
    checkOrigin({ method: 'POST', host, origin, secFetchSite: undefined }, origins);
    return { aeTitle: subscriberOf(decodeURIComponent(title)) };
  } catch (error) {
    if (error instanceof HttpProblem) return { status: `${error.status} Refused` };
    return { status: '400 Bad Request' };
  }
};

const refuse = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};
