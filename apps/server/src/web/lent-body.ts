// Long bodies in memory that is used again: Node.js copies each 64 KiB of a body into new memory, and collecting that costs more than the copy.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as afterReads } from 'node:timers/promises';
import { createBufferPool } from '../objects/buffer-pool.ts';
import { type OwnReads, ownReadsOf, sharedMemory } from './own-reads.ts';

/** A shorter body is not worth it, in bytes. */
const shortest = 262_144;
/** What one read brings at most. */
const readSize = 262_144;
/** One is with the reader, one is filled, one waits. */
const buffersOfBody = 3;
/** Bodies that are lent at one time: 12 MiB of memory. Others come the usual way. */
const mostLent = 16;

const pool = createBufferPool(readSize, 2 * buffersOfBody);
let bodiesLent = 0;

/** Chunks of a body; each is valid until the next is asked for. */
export interface LentBody {
  /** Rejects where the connection ends before the body does. */
  next(): Promise<IteratorResult<Buffer, undefined>>;
  /** Nothing more is asked for: what still comes goes to the request's own stream. */
  stop(): void;
}

/** Node's parser of a connection, and whom it gives copies of bodies to. */
interface Parser {
  readonly parser: object;
  readonly bodyKey: number;
  readonly onBody: unknown;
}

const parserOf = (socket: Socket): Parser | undefined => {
  const parser: unknown = Reflect.get(socket, 'parser');
  if (typeof parser !== 'object' || parser === null) return undefined;
  const bodyKey: unknown = Reflect.get(parser.constructor, 'kOnBody');
  if (typeof bodyKey !== 'number') return undefined;
  const onBody: unknown = Reflect.get(parser, bodyKey);
  return typeof onBody === 'function' ? { parser, bodyKey, onBody } : undefined;
};

/** The earlier answers of a connection have to leave first: its parser is stopped until then. */
const isHeldUp = (socket: Socket): boolean => Reflect.get(socket, '_paused') === true;

/**
 * Undefined, and nothing is read, where the body comes the usual way: it is short, does not say its length, is there already, or
 * its connection cannot read into our memory.
 */
export const lendBody = async (request: IncomingMessage): Promise<LentBody | undefined> => {
  const { socket, headers } = request;
  const length = Number(headers['content-length'] ?? 0);
  const reads = ownReadsOf(socket);
  if (!reads || !(length >= shortest) || headers['transfer-encoding'] !== undefined) return undefined;
  // Behind everything that Node's parser is doing at the moment: what it has read is in the request's stream then.
  await afterReads();
  const parser = parserOf(socket);
  if (!parser || reads.take || bodiesLent >= mostLent || isHeldUp(socket)) return undefined;
  while (socket.readableLength > 0) socket.read(); // what waits in the socket goes to the parser
  return request.complete || socket.destroyed ? undefined : new Lending({ request, reads, parser }, length);
};

class Lending implements LentBody {
  readonly #request: IncomingMessage;
  readonly #reads: OwnReads;
  readonly #parser: Parser;
  /** Bytes that have not come yet. */
  #left: number;
  readonly #memories: ReadonlyMap<ArrayBufferLike, Buffer>;
  /** What may be read into. */
  #free: Buffer[];
  /** What came while the reader was busy. */
  readonly #queue: Buffer[] = [];
  /** What the reader has. */
  #held: Buffer | undefined;
  #waiting: PromiseWithResolvers<void> | undefined;
  #ended = false;

  constructor(
    { request, reads, parser }: { request: IncomingMessage; reads: OwnReads; parser: Parser },
    length: number,
  ) {
    this.#request = request;
    this.#reads = reads;
    this.#parser = parser;
    this.#left = length;
    for (let chunk: Buffer | null = request.read(); chunk !== null; chunk = request.read()) {
      this.#queue.push(chunk);
      this.#left -= chunk.length;
    }
    bodiesLent += 1;
    this.#free = Array.from({ length: buffersOfBody }, pool.take);
    this.#memories = new Map(this.#free.map((buffer) => [buffer.buffer, buffer]));
    reads.take = (size, memory) => this.#take(size, memory);
    reads.next = this.#free[0] ?? sharedMemory;
    Reflect.set(parser.parser, parser.bodyKey, null);
    // Reads come to the socket itself as soon as somebody listens to them; it may have stopped reading while its stream was full.
    request.socket.once('close', this.#closed).on('data', ignore).off('data', ignore).resume();
  }

  async next(): Promise<IteratorResult<Buffer, undefined>> {
    this.#giveBack(this.#held);
    this.#held = undefined;
    if (this.#queue.length === 0 && this.#left > 0 && !this.#ended) {
      this.#waiting = Promise.withResolvers();
      this.#request.socket.read(0); // goes on where it was stopped for want of memory
      await this.#waiting.promise;
    }
    this.#held = this.#queue.shift();
    if (this.#held) return { done: false, value: this.#held };
    this.stop();
    if (this.#left > 0) throw new Error('the connection was closed within a body');
    this.#request.resume(); // its stream ends when it is read
    return { done: true, value: undefined };
  }

  stop(): void {
    this.#end();
    for (const chunk of this.#queue.splice(0)) this.#giveBack(chunk);
    this.#giveBack(this.#held);
    this.#held = undefined;
    for (const buffer of this.#free.splice(0)) pool.give(buffer);
  }

  /** The parser sees all bytes, so that it knows where the next request begins; only copies are not made. */
  #take(length: number, memory: Buffer): boolean {
    const size = Math.min(this.#left, length);
    const bytes = memory.subarray(0, size);
    this.#left -= size;
    this.#request.socket.emit('data', bytes);
    const own = this.#memories.get(memory.buffer);
    this.#free = this.#free.filter((buffer) => buffer !== own);
    this.#queue.push(own ? bytes : Buffer.from(bytes));
    this.#reads.next = this.#free[0] ?? sharedMemory;
    if (this.#left === 0) this.#end();
    if (size < length) this.#request.socket.push(Buffer.from(memory.subarray(size, length)));
    this.#waiting?.resolve();
    return this.#ended || this.#free.length > 0;
  }

  /** The connection goes on as before. */
  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    bodiesLent -= 1;
    this.#request.socket.off('close', this.#closed);
    Reflect.set(this.#parser.parser, this.#parser.bodyKey, this.#parser.onBody);
    // After the last read of the body the next one has no place yet; else it has, and that memory is the connection's.
    if (this.#left > 0) this.#free = this.#free.filter((buffer) => buffer !== this.#reads.next);
    this.#reads.take = undefined;
    this.#reads.next = sharedMemory;
  }

  readonly #closed = (): void => {
    this.#end();
    this.#waiting?.resolve();
  };

  #giveBack(chunk: Buffer | undefined): void {
    const memory = chunk && this.#memories.get(chunk.buffer);
    if (memory) this.#free.push(memory);
  }
}

const ignore = (): void => undefined;
