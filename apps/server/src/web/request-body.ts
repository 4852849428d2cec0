// A request's body as it arrives, ended when it is too long or too slow. RFC 9110 15.5.9, 15.5.14.
import type { IncomingMessage } from 'node:http';
import { lendBody } from './lent-body.ts';
import type { WebLimits } from './limits.ts';
import { HttpProblem } from './problem.ts';

export type BodyLimits = Pick<WebLimits, 'bodyWaitMs' | 'bodyBytesPerSecond'> & { readonly bytes: number };

const closing = { headers: { connection: 'close' } };

export interface BodyOptions {
  /** True: a chunk is valid only until the next is asked for, and costs less where the body is long. */
  readonly lent?: boolean;
}

/**
 * The bytes of a body. Only time spent waiting for the sender counts: a slow disk on our side is no fault of theirs.
 * Leaves the request readable when it ends early, so that an answer can still be sent.
 * @throws HttpProblem too-slow, too-large, malformed-request (the sender went away).
 */
export async function* requestBody(
  request: IncomingMessage,
  limits: BodyLimits,
  { lent = false }: BodyOptions = {},
): AsyncGenerator<Buffer, void> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limits.bytes) throw tooLarge(limits.bytes);
  const lending = lent ? await lendBody(request) : undefined;
  try {
    yield* inTime(lending ?? request.iterator({ destroyOnReturn: false }), limits);
  } finally {
    lending?.stop();
  }
}

interface Chunks {
  next(): Promise<IteratorResult<Buffer>>;
}

async function* inTime(chunks: Chunks, limits: BodyLimits): AsyncGenerator<Buffer, void> {
  let received = 0;
  let waitedMs = 0;
  for (;;) {
    const started = performance.now();
    const next = await within(limits.bodyWaitMs, () => chunks.next());
    waitedMs += performance.now() - started;
    if (next.done) return;
    const chunk: Buffer = next.value;
    received += chunk.length;
    if (received > limits.bytes) throw tooLarge(limits.bytes);
    if (waitedMs > limits.bodyWaitMs && (received * 1000) / waitedMs < limits.bodyBytesPerSecond) throw tooSlow();
    yield chunk;
  }
}

const within = async <T>(milliseconds: number, work: () => Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow()), milliseconds);
  });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    throw new HttpProblem('malformed-request', 'The body ended before it was complete.', { ...closing, cause: error });
  } finally {
    clearTimeout(timer);
  }
};

const tooLarge = (bytes: number) =>
  new HttpProblem('too-large', `A body may have at most ${bytes} bytes here.`, closing);
const tooSlow = () => new HttpProblem('too-slow', 'The body of the request arrives too slowly.', closing);

/** A whole body of at most `limits.bytes`. */
export const wholeBody = async (request: IncomingMessage, limits: BodyLimits): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(requestBody(request, limits)));

/**
 * Takes in what is still coming, for a moment: a sender in the middle of its body reads an early answer only if the
 * connection is not reset under it. The bounds keep an endless sender from holding us.
 */
export const discardRest = async (request: IncomingMessage, bounds = { bytes: 8_388_608, ms: 500 }): Promise<void> => {
  if (request.complete || request.destroyed) return;
  let seen = 0;
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  const count = (chunk: Buffer): void => {
    seen += chunk.length;
    if (seen > bounds.bytes) resolve();
  };
  const timer = setTimeout(resolve, bounds.ms);
  const over = (): void => resolve();
  request.on('data', count).once('end', over).once('close', over);
  await enough;
  clearTimeout(timer);
  request.off('data', count).off('end', over).off('close', over);
};
