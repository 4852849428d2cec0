// A TCP proxy that keeps what went by in both directions: the material of real captures.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Said } from './pcap.ts';

export interface RecordingProxy {
  readonly port: number;
  /** One list for each connection. */
  readonly connections: readonly Said[][];
}

function join(socket: Socket, target: Socket, said: Said[]): void {
  const pass = (from: Said['from'], input: Socket, output: Socket): void => {
    input.on('data', (bytes) => {
      said.push({ from, bytes: Uint8Array.from(bytes) });
      output.write(bytes);
    });
    input.on('end', () => output.end());
    input.on('error', () => output.destroy());
    input.on('close', () => output.destroy());
  };
  pass('client', socket, target);
  pass('server', target, socket);
}

/** What runs something at its end: a test. */
export interface Ending {
  after(work: () => void): void;
}

/** Listens on a free port in front of another one until the test ends. */
export async function recordingProxy(context: Ending, port: number): Promise<RecordingProxy> {
  const connections: Said[][] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const said: Said[] = [];
    connections.push(said);
    const target = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    for (const each of [socket, target]) sockets.add(each);
    join(socket, target, said);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections };
}
