// A peer that sends the bytes it is told and shows the PDUs that it gets: for what no program would do by itself.
import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import type { Peer } from '../src/index.ts';
import { associateRq, type ReadPdu, readCommand, type WireRequest } from './wire.ts';

export class ScriptedPeer {
  readonly socket: Socket;
  readonly #pdus: ReadPdu[] = [];
  readonly #waiting: ((pdu: ReadPdu | 'closed') => void)[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #closed = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    socket.on('error', () => undefined);
    const gone = (): void => {
      this.#closed = true;
      for (const resolve of this.#waiting.splice(0)) resolve('closed');
    };
    socket.on('end', gone);
    socket.on('close', gone);
  }

  static async connect(port: number): Promise<ScriptedPeer> {
    const socket = createConnection({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    return new ScriptedPeer(socket);
  }

  /** Connects and associates; the A-ASSOCIATE-AC has been read. */
  static async associate(port: number, request: WireRequest): Promise<ScriptedPeer> {
    const peer = await ScriptedPeer.connect(port);
    peer.send(associateRq(request));
    const answer = await peer.next();
    if (answer === 'closed' || answer.type !== 2)
      throw new Error(`no A-ASSOCIATE-AC but ${answer === 'closed' ? answer : answer.type}`);
    return peer;
  }

  #received(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    while (this.#bytes.length >= 6 && this.#bytes.length >= 6 + this.#bytes.readUInt32BE(2)) {
      const end = 6 + this.#bytes.readUInt32BE(2);
      const pdu = { type: this.#bytes[0] ?? 0, body: this.#bytes.subarray(6, end) };
      this.#bytes = this.#bytes.subarray(end);
      const waiting = this.#waiting.shift();
      if (waiting) waiting(pdu);
      else this.#pdus.push(pdu);
    }
  }

  send(...buffers: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(buffers));
  }

  /** The next PDU, or that the other side has closed. */
  next(): Promise<ReadPdu | 'closed'> {
    const pdu = this.#pdus.shift();
    if (pdu) return Promise.resolve(pdu);
    if (this.#closed) return Promise.resolve('closed');
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The next PDU as hexadecimal, header included as type only: `07 00000206`; or `closed`. */
  async nextHex(): Promise<string> {
    const pdu = await this.next();
    return pdu === 'closed' ? pdu : `${pdu.type.toString(16).padStart(2, '0')} ${pdu.body.toString('hex')}`;
  }

  /** The next command set; data sets that come between are left out. */
  async nextCommand(): Promise<ReadonlyMap<number, number | string>> {
    for (;;) {
      const pdu = await this.next();
      if (pdu === 'closed' || pdu.type !== 4)
        throw new Error(`no message but ${pdu === 'closed' ? pdu : `PDU ${pdu.type}`}`);
      if (((pdu.body[5] ?? 0) & 1) === 1) return readCommand(pdu.body.subarray(6));
    }
  }

  /** The data set that comes next, whole. */
  async nextDataSet(): Promise<Buffer> {
    const fragments: Buffer[] = [];
    for (;;) {
      const pdu = await this.next();
      if (pdu === 'closed' || pdu.type !== 4) throw new Error('no data set');
      for (let at = 0; at < pdu.body.length; at += 4 + pdu.body.readUInt32BE(at)) {
        const end = at + 4 + pdu.body.readUInt32BE(at);
        if (((pdu.body[at + 5] ?? 0) & 1) === 1) throw new Error('a command instead of a data set');
        fragments.push(pdu.body.subarray(at + 6, end));
        if (((pdu.body[at + 5] ?? 0) & 2) === 2) return Buffer.concat(fragments);
      }
    }
  }

  close(): void {
    this.socket.destroy();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

export interface ScriptedServer {
  readonly peer: Peer;
  /** Connections in the order they came. */
  readonly accepted: () => Promise<ScriptedPeer>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Listens and hands out each connection to be scripted. */
export async function scriptedServer(): Promise<ScriptedServer> {
  const connections: ScriptedPeer[] = [];
  const waiting: ((peer: ScriptedPeer) => void)[] = [];
  const server = createServer((socket) => {
    const peer = new ScriptedPeer(socket);
    const next = waiting.shift();
    if (next) next(peer);
    else connections.push(peer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const all: ScriptedPeer[] = [];
  return {
    peer: { host: '127.0.0.1', port, calledAeTitle: 'SCRIPTED', callingAeTitle: 'CONCORD' },
    accepted: async () => {
      const peer = connections.shift() ?? (await new Promise<ScriptedPeer>((resolve) => waiting.push(resolve)));
      all.push(peer);
      return peer;
    },
    [Symbol.asyncDispose]: async () => {
      for (const peer of all) peer.close();
      server.close();
    },
  };
}
