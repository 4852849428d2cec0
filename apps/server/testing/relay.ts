// A port that is there before the system behind it, and stays when that moves: connections are passed on, or ended where nobody is.
import { connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

export interface Relay {
  readonly port: number;
  /** Where connections go from now on; undefined: nowhere. */
  lead(to: number | undefined): void;
}

/** Ends with the test. */
export async function startRelay(t: TestContext): Promise<Relay> {
  let target: number | undefined;
  const open = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    open.add(socket);
    // Either side may go away at any time: that is what the test is about.
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    return socket;
  };
  const server = createServer((socket) => {
    keep(socket);
    if (target === undefined) {
      socket.destroy();
      return;
    }
    const behind = keep(connect(target, '127.0.0.1'));
    socket.pipe(behind).pipe(socket);
    socket.on('close', () => behind.destroy());
    behind.on('close', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    for (const socket of open) socket.destroy();
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
