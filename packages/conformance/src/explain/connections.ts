// The TCP connections of a capture, each a conversation; what it was is known when it ends. RFC 9293
import type { Packet } from './capture.ts';
import { Conversation } from './conversation.ts';
import type { ObservedAssociation, Side } from './observed.ts';
import { Reassembly } from './reassembly.ts';
import { isReadable, type Segment, segmentOf } from './segment.ts';

/** Connections that are followed at a time; the one that began first is given up for another. */
const mostOpen = 2000;

interface Connection {
  readonly conversation: Conversation;
  /** By address: which side it is, and its bytes. */
  readonly sides: ReadonlyMap<string, { readonly side: Side; readonly stream: Reassembly }>;
  readonly finished: Set<Side>;
  payload: boolean;
}

const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1));

/** Who called: the one that began, or sent an A-ASSOCIATE-RQ, or has the port that nobody chose. */
function callerOf(segment: Segment): string {
  const { from, to, synchronize, acknowledges, payload } = segment;
  if (synchronize) return acknowledges ? to : from;
  if (payload[0] === 0x01) return from;
  if (payload[0] === 0x02 || payload[0] === 0x03) return to;
  return portOf(from) >= portOf(to) ? from : to;
}

function newConnection(segment: Segment): Connection {
  const caller = callerOf(segment);
  const called = caller === segment.from ? segment.to : segment.from;
  const conversation = new Conversation(segment.synchronize);
  const stream = (side: Side): Reassembly =>
    new Reassembly({
      bytes: (chunk, first) => conversation.bytes(side, chunk, first),
      gap: (count) => conversation.gap(side, count),
    });
  conversation.association.requestor.address = caller;
  conversation.association.acceptor.address = called;
  if (segment.time !== undefined) conversation.association.began = segment.time;
  return {
    conversation,
    sides: new Map([
      [caller, { side: 'requestor', stream: stream('requestor') }],
      [called, { side: 'acceptor', stream: stream('acceptor') }],
    ]),
    finished: new Set(),
    payload: false,
  };
}

export interface CaptureCounts {
  packets: number;
  segments: number;
  /** Packets of link layers that cannot be read, by number. */
  readonly unreadable: Map<number, number>;
  cut: number;
}

/** One per capture. */
export class Connections {
  readonly #open = new Map<string, Connection>();
  readonly counts: CaptureCounts = { packets: 0, segments: 0, unreadable: new Map(), cut: 0 };

  /** What ended with this packet, or had to be given up for it. */
  *packet(packet: Packet): Generator<ObservedAssociation> {
    this.counts.packets += 1;
    if (packet.cut) this.counts.cut += 1;
    if (!isReadable(packet.linkType)) {
      this.counts.unreadable.set(packet.linkType, (this.counts.unreadable.get(packet.linkType) ?? 0) + 1);
      return;
    }
    const segment = segmentOf(packet);
    if (!segment) return;
    this.counts.segments += 1;
    yield* this.#segment(segment);
  }

  /** What never ended. */
  *rest(): Generator<ObservedAssociation> {
    for (const key of [...this.#open.keys()]) yield* this.#finish(key);
  }

  *#segment(segment: Segment): Generator<ObservedAssociation> {
    const key = [segment.from, segment.to].sort().join(' ');
    const begins = segment.synchronize && !segment.acknowledges;
    const before = this.#open.get(key);
    // The same ports again: another connection, unless the first packet was only repeated.
    if (before && begins && before.payload) yield* this.#finish(key);
    let connection = this.#open.get(key);
    if (!connection) {
      if (segment.payload.length === 0 && !segment.synchronize) return;
      if (this.#open.size >= mostOpen) yield* this.#finish(this.#open.keys().next().value ?? '');
      connection = newConnection(segment);
      this.#open.set(key, connection);
    }
    if (this.#take(connection, segment)) yield* this.#finish(key);
  }

  /** True when both sides have ended the connection. */
  #take(connection: Connection, segment: Segment): boolean {
    const own = connection.sides.get(segment.from);
    if (!own) return false;
    const { conversation, finished } = connection;
    if (segment.time !== undefined) conversation.association.ended = segment.time;
    if (segment.synchronize) own.stream.start(segment.sequence);
    else if (segment.payload.length > 0 || segment.missing > 0) {
      connection.payload = true;
      own.stream.segment(segment.sequence, segment.payload, segment.missing);
    }
    if (segment.reset) {
      for (const { stream } of connection.sides.values()) stream.end();
      conversation.closed(own.side, 'reset');
      return true;
    }
    if (segment.finish) {
      if (finished.size === 0) own.stream.end();
      finished.add(own.side);
      if (finished.size === 2) conversation.closed([...finished][0] ?? own.side, 'closed');
    }
    return finished.size === 2;
  }

  *#finish(key: string): Generator<ObservedAssociation> {
    const connection = this.#open.get(key);
    if (!connection) return;
    this.#open.delete(key);
    for (const { stream } of connection.sides.values()) stream.end();
    const { association } = connection.conversation;
    association.end ??= { kind: 'not seen' };
    yield association;
  }
}
