// A name server of a test's own: it knows one name, which has one address of version 4. RFC 1035 4.1.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Hooks } from './programs.ts';

const headerLength = 12;
const [typeA, classIn] = [1, 1];

/** The name that is asked for, and where the question ends. */
function questionIn(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = headerLength;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 };
}

/** Answers at port 53 of an address of this machine, which only root may open; `asked` has the names that were asked for. */
export async function startNameServer(t: Hooks, at: string, known: string, address: readonly number[]) {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (message, peer) => {
    const { name, type, end } = questionIn(message);
    asked.push(name);
    const isKnown = name === known;
    const header = Buffer.from(message.subarray(0, headerLength));
    // A response, recursion available; 3: there is no such name.
    header.writeUInt16BE(0x8180 | (isKnown ? 0 : 3), 2);
    const answers = isKnown && type === typeA ? 1 : 0;
    header.writeUInt16BE(answers, 6);
    header.writeUInt32BE(0, 8);
    const found = Buffer.from([0xc0, headerLength, 0, typeA, 0, classIn, 0, 0, 0, 60, 0, 4, ...address]);
    const question = message.subarray(headerLength, end);
    socket.send(Buffer.concat([header, question, ...(answers ? [found] : [])]), peer.port, peer.address);
  });
  socket.bind(53, at);
  await once(socket, 'listening');
  t.after(() => socket.close());
  return { asked };
}
