// A request's body without the coding that it was sent in. RFC 9110 8.4.1, PS3.18 Table 8.4.2-1.
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createInflate } from 'node:zlib';
import { HttpProblem, quote } from './problem.ts';
import { type BodyLimits, type BodyOptions, requestBody } from './request-body.ts';

const decoders = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate } as const;
type Coding = keyof typeof decoders;

const isCoding = (name: string): name is Coding => Object.hasOwn(decoders, name);

/**
 * The bytes of a body, decoded while they come; those that are decoded count for the limit too.
 * @throws HttpProblem unsupported-media-type (an unknown coding, at once), malformed-request (not that coding), and as `requestBody`
 */
export function decodedBody(
  request: IncomingMessage,
  limits: BodyLimits,
  options: BodyOptions = {},
): AsyncGenerator<Uint8Array, void> {
  const coding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (coding === 'identity') return requestBody(request, limits, options);
  if (isCoding(coding)) return decoded(requestBody(request, limits), decoders[coding](), limits.bytes);
  throw new HttpProblem('unsupported-media-type', `A body cannot be decoded from ${quote(coding)}.`, {
    headers: { 'accept-encoding': 'gzip, deflate' },
  });
}

async function* decoded(
  body: AsyncIterable<Uint8Array>,
  decoder: ReturnType<(typeof decoders)[Coding]>,
  most: number,
): AsyncGenerator<Uint8Array, void> {
  const fed = pipeline(body, decoder);
  fed.catch(() => undefined);
  let length = 0;
  try {
    for await (const chunk of decoder) {
      const bytes: Uint8Array = chunk;
      length += bytes.length;
      if (length > most) throw new HttpProblem('too-large', `A body may have at most ${most} bytes here.`);
      yield bytes;
    }
    await fed;
  } catch (error) {
    if (error instanceof HttpProblem || !isOfZlib(error)) throw error;
    throw new HttpProblem('malformed-request', 'The body is not what its Content-Encoding says.', { cause: error });
  } finally {
    decoder.destroy();
  }
}

/** Codes of zlib begin with Z_, such as Z_DATA_ERROR. */
const isOfZlib = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
