// A port in front of our side whose connections can be cut without a word, as a pulled cable or a dead process does. PS3.8 9.2
import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

/** More at a time are closed at once. */
const mostConnections = 32;

export interface CuttablePort {
  readonly port: number;
  /** Cuts the connection that reaches the inner side from this port of ours. */
  cut(innerPort: number): void;
  close(): void;
}

/** Listens at `port` (0: any that is free) and passes all bytes on to `innerPort` of this machine. Rejects where the port cannot be had. */
export async function openCuttablePort(host: string, port: number, innerPort: number): Promise<CuttablePort> {
  const pairs = new Set<readonly [outer: Socket, inner: Socket]>();
  const end = ([outer, inner]: readonly [Socket, Socket]): void => {
    outer.resetAndDestroy(); // no FIN: the other side is not told that all has been said
    inner.destroy();
  };
  const server = createServer((outer) => {
    if (pairs.size >= mostConnections) return void outer.destroy();
    const inner = createConnection({ host: '127.0.0.1', port: innerPort });
    const pair = [outer, inner] as const;
    pairs.add(pair);
    for (const [from, to] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      from.on('error', () => to.destroy()); // the close that follows tells the rest
      from.on('close', () => {
        pairs.delete(pair);
        to.destroySoon();
      });
      from.pipe(to);
    }
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    cut: (inner) => {
      for (const pair of pairs) if (pair[1].localPort === inner) end(pair);
    },
    close: () => {
      server.close();
      for (const pair of pairs) end(pair);
    },
  };
}
