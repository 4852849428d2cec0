// One byte range of a representation: RFC 9110 14, as PS3.18 8.4 allows it for bulk data.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from '../web/problem.ts';

/** First and one past the last byte. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * What a Range header asks of `length` bytes; undefined where there is none, or one that may be ignored (another
 * unit, several ranges, nonsense: RFC 9110 14.2).
 * @throws HttpProblem range-not-satisfiable where it begins behind the end
 */
export const parseRange = (header: string | undefined, length: number): ByteRange | undefined => {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/u.exec(header?.replaceAll(' ', '') ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first !== '' && last !== '' && Number(first) > Number(last)) return undefined;
  const start = first === '' ? Math.max(0, length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? length : Math.min(length, Number(last) + 1);
  if (start >= length || start >= end) {
    throw new HttpProblem('range-not-satisfiable', `The resource has ${length} bytes.`, {
      headers: { 'content-range': `bytes */${length}` },
      members: { length },
    });
  }
  return { start, end };
};

/** The Content-Range of an answer that carries `range`. */
export const contentRange = ({ start, end }: ByteRange, length: number): string =>
  `bytes ${start}-${end - 1}/${length}`;

/**
 * The range that is asked for, said in the answer, or all of `length` bytes. With If-Range a part is for a caller who has another part
 * of the same bytes: the tag of the answer has to be set before. RFC 9110 13.1.5, 14.2.
 * @throws HttpProblem range-not-satisfiable
 */
export const answerRange = (request: FastifyRequest, reply: FastifyReply, length: number): ByteRange => {
  reply.header('accept-ranges', 'bytes');
  const { 'if-range': condition, range: wanted } = request.headers;
  const isFor = request.method === 'GET' && (condition === undefined || condition === reply.getHeader('etag'));
  const range = isFor ? parseRange(wanted, length) : undefined;
  if (range !== undefined) reply.code(206).header('content-range', contentRange(range, length));
  return range ?? { start: 0, end: length };
};
