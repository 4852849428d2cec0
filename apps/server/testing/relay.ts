// Ports that pass connections on to the system behind them: what stands between two parties of a test.
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Hooks } from './programs.ts';

interface Way {
  /** A free port of this machine for 0, or the path of a socket. */
  readonly at: 0 | string;
  /** A new connection to the system behind; undefined where nobody is. */
  behind(): Socket | undefined;
  /** Moves the bytes of a connection, in both directions. */
  pass(client: Socket, behind: Socket): void;
}

/** Listens until the test ends. Where one side of a connection closes, the other one does. */
export async function startPassing(t: Hooks, { at, behind, pass }: Way): Promise<Server> {
  const open = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    open.add(socket);
    // Either side may go away at any time: that is what the test is about.
    return socket.on('error', () => undefined).on('close', () => open.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    const other = behind();
    if (other === undefined) {
      client.destroy();
      return;
    }
    client.on('close', () => other.destroy());
    keep(other).on('close', () => client.destroy());
    pass(client, other);
  });
  if (at === 0) server.listen(0, '127.0.0.1');
  else server.listen(at);
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return server;
}

export interface Relay {
  readonly port: number;
  /** Where connections go from now on; undefined: nowhere. */
  lead(to: number | undefined): void;
}

/** A port that is there before the system behind it, and stays when that moves. Ends with the test. */
export async function startRelay(t: Hooks): Promise<Relay> {
  let target: number | undefined;
  const server = await startPassing(t, {
    at: 0,
    behind: () => (target === undefined ? undefined : connect(target, '127.0.0.1')),
    pass: (client, behind) => void client.pipe(behind).pipe(client),
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return {
    port: address.port,
    lead: (to) => {
      target = to;
    },
  };
}
