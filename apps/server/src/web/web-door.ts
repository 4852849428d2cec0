// The HTTP port is open from the start; what answers on it is loaded with the first request: an archive that only speaks DICOM has its memory for itself.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { closeServer, createHttpServer, listenOn } from './http-server.ts';
import { type WebLimits, webLimits } from './limits.ts';
import type { Log, WebApp, WebServer } from './web-server.ts';

export interface WebDoorParts {
  readonly host: string;
  readonly port: number;
  readonly limits?: Partial<WebLimits>;
  /** Makes what answers: it listens to the server's requests when this resolves. Called again only after it has failed, with the port in use. */
  readonly load: (server: ReturnType<typeof createHttpServer>, port: number) => Promise<WebApp>;
  readonly log: Log;
}

export function createWebDoor({ host, port: wanted, load, log, ...parts }: WebDoorParts): WebServer {
  const limits = { ...webLimits, ...parts.limits };
  const server = createHttpServer(limits);
  let port = wanted;
  let loading: Promise<WebApp> | undefined;
  /** What came meanwhile is handed on in the order in which it came. */
  const whenLoaded = (handOn: () => void, refuse: () => void) => {
    loading ??= load(server, port).then(
      (app) => {
        server.off('request', request).off('upgrade', upgrade);
        return app;
      },
      (error: unknown) => {
        // Who asks next tries again: what was in the way may be gone.
        loading = undefined;
        log.error({ err: error }, 'what answers HTTP could not be loaded');
        throw error;
      },
    );
    loading.then(handOn, refuse);
  };
  const request = (incoming: IncomingMessage, response: ServerResponse) =>
    whenLoaded(
      () => server.emit('request', incoming, response),
      () => response.writeHead(503, { connection: 'close' }).end(),
    );
  const upgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer) =>
    whenLoaded(
      () => server.emit('upgrade', incoming, socket, head),
      () => socket.destroy(),
    );
  server.on('request', request).on('upgrade', upgrade);
  return {
    async listen() {
      port = await listenOn(server, host, wanted);
      return port;
    },
    async close() {
      const closing = closeServer(server, limits.closeMs);
      await loading?.then(
        (app) => app.close(),
        () => undefined,
      );
      await closing;
    },
  };
}
