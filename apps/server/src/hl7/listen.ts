// Where messages of a hospital's systems come in: connections of many messages, each answered when what it asks for is durable. MLLP.
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Log } from '@concord/network';
import { acknowledgement } from './acknowledge.ts';
import { decoded } from './character-set.ts';
import { Er7Error, type Message, readMessage } from './er7.ts';
import { framed, MllpError, readFrames } from './mllp.ts';
import { createTaking, type Outcome, type TakingParts } from './take-message.ts';

export interface Hl7Parts extends TakingParts {
  readonly host: string;
  readonly port: number;
  /** Of messages that do not say theirs. */
  readonly characterSet: string;
  readonly log: Log;
  /** Ids of answers. */
  readonly newId: () => string;
}

/** Connections at a time, and ms that one may be silent or an answer may wait to be taken. */
const mostConnections = 100;
const patience = 300_000;

interface Read {
  readonly message?: Message;
  readonly refusal?: Outcome;
}

/** A message in a character set that nobody knows is read as ASCII: its header says who the answer is for. */
function read(bytes: Uint8Array, characterSet: string): Read {
  const found = decoded(bytes, characterSet);
  try {
    if ('text' in found) return { message: readMessage(found.text) };
    const text = `character set ${found.unknown.slice(0, 40)} is not known`;
    const message = readMessage(Buffer.from(bytes).toString('latin1'));
    return { message, refusal: { code: 'AR', text, place: 'MSH-18', error: '102' } };
  } catch (error) {
    if (!(error instanceof Er7Error)) throw error;
    return { refusal: { code: 'AR', text: error.message, error: '100' } };
  }
}

export interface Hl7Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** Throws what `node:net` throws, such as EADDRINUSE. */
export async function listenForMessages(parts: Hl7Parts): Promise<Hl7Listening> {
  const sockets = new Set<Socket>();
  const take = createTaking(parts);
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // What ends a connection is told where it is read.
    socket.on('error', () => undefined);
    socket.setTimeout(patience, () => socket.destroy());
    serve(socket, parts, take).catch((error: unknown) => {
      parts.log.error({ err: error, address: socket.remoteAddress }, 'a connection for HL7 messages failed');
      socket.destroy();
    });
  });
  server.maxConnections = mostConnections;
  server.listen(parts.port, parts.host);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : parts.port,
    close: () => close(server, sockets),
  };
}

async function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  for (const socket of sockets) socket.destroy();
  await closed;
}

/** One message after the other, as they come; an answer waits until it is taken. */
async function serve(socket: Socket, parts: Hl7Parts, take: ReturnType<typeof createTaking>): Promise<void> {
  const { log, now, newId, characterSet } = parts;
  const address = socket.remoteAddress ?? '';
  try {
    for await (const bytes of readFrames(socket)) {
      const { message, refusal } = read(bytes, characterSet);
      const outcome = refusal ?? (message ? await take(message) : unreadable);
      const { code, text, place } = outcome;
      log.info(
        { address, type: message?.type, controlId: message?.controlId, code, ...(code !== 'AA' && { text, place }) },
        'HL7 message',
      );
      const answer = framed(acknowledgement(message, outcome, { now: now(), id: newId() }));
      if (!socket.write(answer)) await once(socket, 'drain', { signal: AbortSignal.timeout(patience) });
    }
  } catch (error) {
    if (socket.destroyed || isConnectionEnd(error)) return;
    if (!(error instanceof MllpError)) throw error;
    log.warn({ address }, `HL7 connection closed: ${error.message}`);
    socket.destroy();
  }
}

const unreadable: Outcome = { code: 'AR', text: 'the message cannot be read', error: '100' };

const isConnectionEnd = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^E(?:CONNRESET|PIPE|CONNABORTED)$/.test(String(error.code));
