// A request to an acceptor and its answer, byte by byte: for tests of who is let in and what is accepted.
import assert from 'node:assert/strict';
import type { ListenOptions } from '../src/index.ts';
import { testAcceptor } from './acceptor.ts';
import { memoryArchive } from './archive.ts';
import { ScriptedPeer } from './scripted-peer.ts';
import { associateRq, readAccept, type WireContext } from './wire.ts';

const [implicit, echo] = ['1.2.840.10008.1.2', '1.2.840.10008.1.1'];
/** Of a small archive in memory. */
export const services = memoryArchive().services;

/** What an A-ASSOCIATE-RQ asks for; without contexts, Verification. */
export interface Asked {
  readonly contexts?: readonly WireContext[];
  readonly user?: readonly Buffer[];
  readonly called?: string;
  readonly calling?: string;
}
/** The PDU that came back, and of an A-ASSOCIATE-AC the results by context and the user information by item type. */
export interface Answer {
  readonly type: number;
  readonly body: Buffer;
  readonly contexts: ReadonlyMap<number, readonly [number, string]>;
  readonly user: ReadonlyMap<number, readonly Buffer[]>;
}
export const one = (abstract: string, ...transfer: readonly string[]): readonly WireContext[] => [
  { id: 1, abstract, transfer },
];

/** Sends the request and leaves the connection open. */
export async function call(
  port: number,
  asked: Asked,
): Promise<{ readonly answer: Answer; readonly peer: ScriptedPeer }> {
  const peer = await ScriptedPeer.connect(port);
  peer.send(associateRq({ contexts: one(echo, implicit), ...asked }));
  const pdu = await peer.next();
  assert.ok(pdu !== 'closed');
  const nothing = { contexts: new Map(), user: new Map() };
  return { peer, answer: { ...pdu, ...(pdu.type === 2 ? readAccept(pdu.body) : nothing) } };
}
/** The answer of an acceptor with every service of a small archive, or with what `options` say. */
export async function answerTo(asked: Asked, options: Partial<ListenOptions> = {}): Promise<Answer> {
  await using acceptor = await testAcceptor(services, options);
  const { answer, peer } = await call(acceptor.port, asked);
  peer.close();
  return answer;
}
export const hexOf = ({ type, body }: Answer): string => `${type} ${body.toString('hex')}`;
