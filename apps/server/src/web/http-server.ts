// The HTTP server by itself: its limits and its port, without anything that answers.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { WebLimits } from './limits.ts';
import { giveOwnReads } from './own-reads.ts';

// An import of a built-in module reads all that it exports, and of this one that loads the client behind `fetch` too.
const { createServer } = process.getBuiltinModule('node:http');

/** Between two looks for requests whose header fields are late, in ms. */
const checkEveryMs = 2000;

export interface HttpServer extends Server {
  /** Those that are open. */
  readonly sockets: ReadonlySet<Socket>;
}

/** A server that does not listen yet. */
export function createHttpServer(limits: WebLimits): HttpServer {
  const server = createServer({
    headersTimeout: limits.headersMs,
    maxHeaderSize: limits.headerBytes,
    connectionsCheckingInterval: checkEveryMs,
    keepAliveTimeout: limits.keepAliveMs,
    requestTimeout: 0, // a study may take hours: see request-body.ts for slow bodies
  });
  server.setTimeout(limits.idleSocketMs);
  server.maxConnections = limits.connections;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  giveOwnReads(server);
  return Object.assign(server, { sockets });
}

/** Resolves with the port in use. Throws what `node:net` throws, such as EADDRINUSE. */
export function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Between two looks for connections that have become idle while a server closes, in ms. */
const sweepEveryMs = 50;

/** No new connections; what is under way gets `closeMs` to end, and its connection goes with it. Where nothing is, it goes at once. */
export async function closeServer(server: HttpServer, closeMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweeping = setInterval(() => {
    server.closeIdleConnections();
    // One that never brought a byte does not count as idle for Node.js, which waits for the header fields of its first request.
    for (const socket of server.sockets) if (socket.bytesRead === 0) socket.destroy();
  }, sweepEveryMs);
  const late = setTimeout(() => server.closeAllConnections(), closeMs);
  await closed;
  clearInterval(sweeping);
  clearTimeout(late);
}
