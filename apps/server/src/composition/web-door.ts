// The HTTP port, before anything is loaded that answers on it.
import { listenError } from '../start-error.ts';
import { createWebDoor } from '../web/web-door.ts';
import type { WebParts } from './web.ts';

/** Opens the port and gives it. Throws StartError where it cannot be had. */
export async function composeWebDoor(parts: WebParts): Promise<number> {
  const { configuration, log, opened } = parts;
  const { host, httpPort } = configuration;
  const door = createWebDoor({
    host,
    port: httpPort,
    log,
    load: async (server, port) => {
      const { composeWeb } = await import('./web.ts');
      return composeWeb(parts, server, port);
    },
  });
  opened.defer(door.close);
  return door.listen().catch((error: unknown) => {
    throw listenError('--http-port', host, httpPort, error);
  });
}
