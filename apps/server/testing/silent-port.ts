// Addresses where nobody answers: a port that takes connections and says nothing, and one that nobody listens on.
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Hooks } from './programs.ts';

/** Takes every connection and never sends a byte. */
export async function silentPort(t: Hooks): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return address.port;
}
