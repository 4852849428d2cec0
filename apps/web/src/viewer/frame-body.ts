// The one part of a multipart/related answer. RFC 2387, RFC 2046 5.1.

/** What an answer holds that is not what was asked for. */
export class FrameBodyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FrameBodyError';
  }
}

const headerEnd = [13, 10, 13, 10];
/** Headers of a part are short; a body that has none within this is no multipart body. */
const longestHeader = 16_384;

const indexOf = (bytes: Uint8Array, wanted: readonly number[], from: number, to: number): number => {
  for (let at = from; at + wanted.length <= to; at += 1) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
};

const asciiOf = (text: string): readonly number[] => [...text].map((character) => character.charCodeAt(0) & 0xff);

const boundaryOf = (contentType: string): string | undefined => {
  const found = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/iu.exec(contentType);
  return found?.[1] ?? found?.[2];
};

/**
 * The bytes of the first part; of an answer that is not multipart, all its bytes. A view, not a copy.
 * @throws FrameBodyError where the body does not have the form its type promises
 */
export const firstPart = (body: Uint8Array, contentType: string): Uint8Array => {
  if (!/^\s*multipart\/related\b/iu.test(contentType)) return body;
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) throw new FrameBodyError('The answer has no boundary.');
  const delimiter = asciiOf(`--${boundary}`);
  const start = indexOf(body, delimiter, 0, Math.min(body.length, longestHeader));
  if (start < 0) throw new FrameBodyError('The answer does not begin with its boundary.');
  const header = indexOf(body, headerEnd, start, Math.min(body.length, start + longestHeader));
  if (header < 0) throw new FrameBodyError('The answer has no part.');
  // From the end, because the pixels may hold anything but the delimiter, and are long.
  const closing = asciiOf(`\r\n--${boundary}`);
  const from = header + headerEnd.length;
  for (let at = body.length - closing.length; at >= from; at -= 1) {
    if (closing.every((byte, index) => body[at + index] === byte)) return body.subarray(from, at);
  }
  throw new FrameBodyError('The answer broke off.');
};
