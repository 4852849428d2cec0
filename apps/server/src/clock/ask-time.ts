// Asks one server for the time, over UDP. RFC 4330
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type Sample, SntpError, sntpRequest, sntpSample } from './sntp-message.ts';

export interface TimeServer {
  /** Name or address. */
  readonly host: string;
  /** Of UDP. */
  readonly port: number;
}

export interface AskOptions {
  /** Wait for an answer, in milliseconds. */
  readonly wait: number;
  readonly signal: AbortSignal;
  /** Our clock, in milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * One question. Datagrams that are no answer to it are passed over until the wait is over.
 * @throws SntpError for a server that asks not to be asked or does not know the time, and an error where no answer comes
 */
export async function askTime({ host, port }: TimeServer, { wait, signal, now }: AskOptions): Promise<Sample> {
  const { address, family } = await lookup(host);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(wait)]);
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  socket.unref();
  try {
    socket.connect(port, address);
    await once(socket, 'connect', { signal: limit });
    const nonce = randomBytes(8);
    const sent = now();
    socket.send(sntpRequest(nonce));
    for (;;) {
      const [message]: Uint8Array[] = await once(socket, 'message', { signal: limit });
      const received = now();
      if (!message) continue;
      try {
        return sntpSample(message, { nonce, sent, received });
      } catch (error) {
        if (!(error instanceof SntpError) || error.fault === 'kiss' || error.fault === 'not synchronized') throw error;
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) throw new Error(`no answer within ${wait} ms`, { cause: error });
    throw error;
  } finally {
    socket.close();
  }
}
