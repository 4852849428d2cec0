// Multipart bodies read and written as they stream by: RFC 2046 5.1, RFC 2387, PS3.18 8.6.1.2.
import { randomUUID } from 'node:crypto';
import { type AnyChunks, type LentChunks, lentFrom } from '@concord/network';
import { HttpProblem } from '../web/problem.ts';

/** What a sender may make us hold or do before it is refused. */
export interface MultipartLimits {
  /** Bytes of one part's header. */
  readonly header: number;
  /** Bytes before the first boundary. */
  readonly preamble: number;
  /** Parts in one body. */
  readonly parts: number;
}

export const multipartLimits: MultipartLimits = { header: 8192, preamble: 65536, parts: 1_000_000 };

/** One part: header fields by lower-case name, and its bytes, to be read before the next part is asked for. */
export interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: AsyncIterable<Uint8Array>;
}

const lineEnd = Buffer.from('\r\n');
const headerEnd = Buffer.from('\r\n\r\n');
const maximumPadding = 128;

/**
 * True for a boundary of 1 to 200 printable characters: more than RFC 2046 5.1.1 allows, which says 70 and fewer kinds of them.
 * Orthanc's boundaries have 73 characters.
 */
export const isBoundary = (text: string): boolean => /^[ -~]{0,199}[!-~]$/u.test(text) && !text.includes('"');

/** The bytes at hand and the source of more. */
interface Window {
  bytes: Buffer;
  /** Puts the next chunk behind the bytes at hand; false at the end of the source. */
  more(): Promise<boolean>;
}

const open = (source: AsyncIterable<Uint8Array>): Window => {
  const iterator = source[Symbol.asyncIterator]();
  const window: Window = {
    bytes: lineEnd, // so that a boundary in the first line is found like any other
    async more() {
      const rest = Buffer.from(window.bytes); // a chunk is valid until the next one is asked for
      const next = await iterator.next();
      if (next.done) return false;
      const chunk = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
      window.bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      return true;
    },
  };
  return window;
};

const malformed = (detail: string) => new HttpProblem('malformed-request', `multipart: ${detail}`);

/**
 * Reads a multipart body part by part; a part that is not read to its end is skipped.
 * Holds one chunk of the source and one header, never a part. The source may lend its chunks: each is done with before the next is
 * asked for, and what a part gives is valid as long.
 * @throws HttpProblem where the body ends without its closing boundary, has no boundary, or passes a limit.
 */
export async function* readMultipart(
  source: AsyncIterable<Uint8Array>,
  boundary: string,
  limits: MultipartLimits = multipartLimits,
): AsyncGenerator<Part, void> {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  const window = open(source);
  let skipped = 0;
  for await (const bytes of untilDelimiter(window, delimiter)) {
    skipped += bytes.length;
    if (skipped > limits.preamble) throw malformed('no boundary where the body should begin');
  }
  for (let count = 0; await anotherPart(window); count += 1) {
    if (count === limits.parts) throw malformed(`more than ${limits.parts} parts`);
    const headers = await readHeader(window, limits.header);
    const body = untilDelimiter(window, delimiter);
    let failure: unknown;
    const next = () =>
      body.next().catch((error: unknown) => {
        failure = error;
        throw error;
      });
    yield { headers, body: { [Symbol.asyncIterator]: () => ({ next }) } }; // no return(): who stops early ends nothing
    for (let rest = await next(); !rest.done; ) rest = await next();
    if (failure !== undefined) throw failure; // the reader of the part saw it first: nothing follows
  }
}

/** The bytes up to the next delimiter line, which is taken from the window. */
async function* untilDelimiter(window: Window, delimiter: Buffer): AsyncGenerator<Uint8Array, void> {
  let from = 0;
  for (;;) {
    const at = window.bytes.indexOf(delimiter, from);
    if (at >= 0) {
      const end = await endOfDelimiter(window, at + delimiter.length);
      if (end === undefined) {
        from = at + 1; // the boundary is only the beginning of another word
        continue;
      }
      const before = window.bytes.subarray(0, at);
      window.bytes = window.bytes.subarray(at + delimiter.length);
      if (before.length > 0) yield before;
      return;
    }
    const keep = startOfDelimiter(window.bytes, delimiter);
    const ready = window.bytes.subarray(0, window.bytes.length - keep);
    window.bytes = window.bytes.subarray(window.bytes.length - keep);
    from = 0;
    if (ready.length > 0) yield ready;
    if (!(await window.more())) throw malformed('the body ends without its closing boundary');
  }
}

/** How many bytes at the end could be the beginning of the delimiter: they wait for the next chunk. */
const startOfDelimiter = (bytes: Buffer, delimiter: Buffer): number => {
  const first = Math.max(0, bytes.length - delimiter.length + 1);
  for (let at = bytes.indexOf(13, first); at >= 0; at = bytes.indexOf(13, at + 1)) {
    const length = bytes.length - at;
    if (bytes.compare(delimiter, 0, length, at) === 0) return length;
  }
  return 0;
};

/** Where the delimiter line goes on after the boundary: `--`, or blanks and a line end. Undefined: no delimiter. */
const endOfDelimiter = async (window: Window, at: number): Promise<number | undefined> => {
  for (let end = at; ; end += 1) {
    while (window.bytes.length < end + 2) if (!(await window.more())) return undefined;
    const [byte, next] = [window.bytes[end], window.bytes[end + 1]];
    if (byte === 45 && next === 45 && end === at) return end;
    if (byte === 13 && next === 10) return end;
    if ((byte !== 32 && byte !== 9) || end - at > maximumPadding) return undefined;
  }
};

/** Takes the rest of a delimiter line; false after the closing one. */
const anotherPart = async (window: Window): Promise<boolean> => {
  if (window.bytes[0] === 45) return false;
  window.bytes = window.bytes.subarray(window.bytes.indexOf(lineEnd)); // keeps the line end: see readHeader
  return true;
};

/** A header block, which begins with the line end of the delimiter line, so that an empty one looks the same. */
const readHeader = async (window: Window, limit: number): Promise<ReadonlyMap<string, string>> => {
  let end = window.bytes.indexOf(headerEnd);
  while (end < 0) {
    if (window.bytes.length > limit) throw malformed(`a part header of more than ${limit} bytes`);
    if (!(await window.more())) throw malformed('the body ends inside a part header');
    end = window.bytes.indexOf(headerEnd);
  }
  if (end > limit) throw malformed(`a part header of more than ${limit} bytes`);
  const headers = new Map<string, string>();
  for (const line of window.bytes.toString('latin1', 0, end).split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  window.bytes = window.bytes.subarray(end + headerEnd.length);
  return headers;
};

/** A part to be sent. `contentType` and `contentLocation` are made by us, never taken from the wire. */
export interface OutgoingPart {
  readonly contentType: string;
  readonly contentLocation?: string;
  readonly contentLength?: number;
  readonly body: AnyChunks | Iterable<Uint8Array>;
}

export const newBoundary = (): string => `concord-${randomUUID()}`;

/** The delimiter line and the header of a part; `before` ends the part that stands before it. */
const partHeader = (part: Omit<OutgoingPart, 'body'>, boundary: string, before: string): Buffer => {
  const fields = [
    `Content-Type: ${part.contentType}`,
    ...(part.contentLength === undefined ? [] : [`Content-Length: ${part.contentLength}`]),
    ...(part.contentLocation === undefined ? [] : [`Content-Location: ${part.contentLocation}`]),
  ];
  return Buffer.from(`${before}--${boundary}\r\n${fields.join('\r\n')}\r\n\r\n`, 'latin1');
};

const lastLine = (boundary: string, before: string): Buffer => Buffer.from(`${before}--${boundary}--\r\n`, 'latin1');

/** The body of a multipart response, as it is asked for: lent, as bodies of parts may be. */
export const writeMultipart = (
  parts: AsyncIterable<OutgoingPart> | Iterable<OutgoingPart>,
  boundary: string,
): LentChunks =>
  lentFrom(async function* (borrowed) {
    let before = '';
    for await (const part of parts) {
      yield partHeader(part, boundary, before);
      yield* Symbol.iterator in part.body ? part.body : borrowed(part.body);
      before = '\r\n';
    }
    yield lastLine(boundary, before);
  });

export type PartOfLength = Omit<OutgoingPart, 'body'> & { readonly contentLength: number };

/** What stands around the body of a part that is the only one. */
export const aroundPart = (part: PartOfLength, boundary: string): { before: Buffer; after: Buffer } => ({
  before: partHeader(part, boundary, ''),
  after: lastLine(boundary, '\r\n'),
});

/** How many bytes `writeMultipart` will write; undefined where the length of a part is not known beforehand. */
export const multipartLength = (parts: Iterable<Omit<OutgoingPart, 'body'>>, boundary: string): number | undefined => {
  let length = 0;
  let before = '';
  for (const part of parts) {
    if (part.contentLength === undefined) return undefined;
    length += partHeader(part, boundary, before).length + part.contentLength;
    before = '\r\n';
  }
  return length + lastLine(boundary, before).length;
};

/** The Content-Type of a multipart response. */
export const multipartContentType = (boundary: string, type: string): string =>
  `multipart/related; type="${type}"; boundary=${boundary}`;
