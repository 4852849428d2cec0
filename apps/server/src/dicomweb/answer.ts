// How an answer leaves: streamed with backpressure, conditional on its tag, without a body for HEAD. RFC 9110 8.8, 13.
import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type AnyChunks, kept } from '@concord/network';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from '../web/problem.ts';
import { takeAnswerMemory } from './answer-memory.ts';
import { gzip, wantsGzip } from './compression.ts';
import { streamInTurn } from './in-turn.ts';
import {
  aroundPart,
  multipartContentType,
  multipartLength,
  newBoundary,
  type OutgoingPart,
  type PartOfLength,
  writeMultipart,
} from './multipart.ts';

type Bytes = AnyChunks | Iterable<Uint8Array>;

/** Study data may be kept by the one who asked, and is asked about again before each use. */
const caching = 'private, no-cache';

/** A tag of what was asked for: changes whenever one of `marks` does. */
export const entityTag = (marks: readonly string[]): string => `"${hash('sha1', marks.join('\n'), 'base64url')}"`;

const tagsOf = (field: string | undefined): readonly string[] | undefined => field?.split(',').map((one) => one.trim());

/**
 * Sets the tag; true where the caller has that very thing already, and 304 is on its way.
 * @throws HttpProblem precondition-failed where the caller wants another one only. RFC 9110 13.1.1
 */
export const isNotModified = (request: FastifyRequest, reply: FastifyReply, tag: string): boolean => {
  reply.header('etag', tag).header('cache-control', caching).header('vary', 'Accept, Origin');
  const wanted = tagsOf(request.headers['if-match']);
  if (wanted?.every((one) => one !== tag && one !== '*'))
    throw new HttpProblem('precondition-failed', 'What is here has another tag than If-Match names.');
  const known = tagsOf(request.headers['if-none-match']);
  const same = known?.some((one) => one.replace(/^W\//u, '') === tag || one === '*') === true;
  if (same) reply.code(304).send();
  return same;
};

export interface SingleAnswer {
  readonly contentType: string;
  readonly contentLength?: number;
  readonly body: Bytes;
  /** True for text, which is sent compressed where the caller wants that. */
  readonly isText?: boolean;
}

/** One representation, as it is asked for. */
export const sendSingle = (request: FastifyRequest, reply: FastifyReply, answer: SingleAnswer): FastifyReply => {
  const { contentType, contentLength, body, isText = false } = answer;
  reply.header('content-type', contentType);
  locate(request, reply);
  if (isText) reply.header('vary', 'Accept, Accept-Encoding, Origin');
  const compressed = isText && wantsGzip(request.headers['accept-encoding'], request.ip);
  if (compressed) weaken(reply.header('content-encoding', 'gzip'));
  else if (contentLength !== undefined) reply.header('content-length', contentLength);
  if (request.method === 'HEAD') return reply.send();
  if (compressed)
    return reply.send(Readable.from('chunks' in body ? kept(body) : body, { objectMode: false }).compose(gzip()));
  const [only] = Array.isArray(body) && body.length === 1 ? body : [];
  if (only instanceof Uint8Array) return reply.send(Buffer.from(only.buffer, only.byteOffset, only.byteLength));
  return reply.send(Symbol.iterator in body ? Readable.from(body, { objectMode: false }) : streamInTurn(body));
};

/** Where what is answered is found. PS3.18 Table 8.4.2-1. */
const locate = (request: FastifyRequest, reply: FastifyReply): void => {
  if (!reply.hasHeader('content-location')) reply.header('content-location', request.url);
};

/** A tag stands for bytes; compressed ones are others, but mean the same. RFC 9110 8.8.1. */
const weaken = (reply: FastifyReply): void => {
  const tag = reply.getHeader('etag');
  if (typeof tag === 'string' && !tag.startsWith('W/')) reply.header('etag', `W/${tag}`);
};

export interface MultipartAnswer {
  /** Media type of the first part. */
  readonly type: string;
  readonly parts: AsyncIterable<OutgoingPart> | Iterable<OutgoingPart>;
  /** The parts without their bodies, where all of them are known beforehand: the answer then has its length. */
  readonly outline?: Iterable<Omit<OutgoingPart, 'body'>>;
}

/** A multipart answer, each part made when the one before it is gone. */
export const sendMultipart = (
  request: FastifyRequest,
  reply: FastifyReply,
  { type, parts, outline }: MultipartAnswer,
): FastifyReply => {
  const boundary = newBoundary();
  const length = outline === undefined ? undefined : multipartLength(outline, boundary);
  reply.header('content-type', multipartContentType(boundary, type));
  locate(request, reply);
  if (length !== undefined) reply.header('content-length', length);
  if (request.method === 'HEAD') return reply.send();
  return reply.send(streamInTurn(writeMultipart(parts, boundary)));
};

/**
 * A multipart answer with one part of at most `wholeAnswer` bytes, which `fill` writes into memory: all of it leaves with one write.
 * What `fill` rejects with is thrown before anything is said of the answer.
 */
export const sendOnePart = async (
  request: FastifyRequest,
  reply: FastifyReply,
  { type, part, fill }: { type: string; part: PartOfLength; fill: (memory: Uint8Array) => Promise<void> },
): Promise<FastifyReply> => {
  const boundary = newBoundary();
  const { before, after } = aroundPart(part, boundary);
  const end = before.length + part.contentLength;
  const memory = request.method === 'HEAD' ? undefined : takeAnswerMemory(end + after.length);
  if (memory) {
    await fill(memory.bytes.subarray(before.length, end));
    memory.bytes.set(before);
    memory.bytes.set(after, end);
    memory.sentBy(reply.raw);
  }
  reply.header('content-type', multipartContentType(boundary, type)).header('content-length', end + after.length);
  locate(request, reply);
  return reply.send(memory?.bytes);
};
