// Text of a request: UTF-8 and nothing else, and JSON of no more arrays and objects than data sets of its length have. RFC 8259 8.1, PS3.18 F.2, 8.8.
import { HttpProblem, quote } from '../web/problem.ts';
import type { MediaType } from './media-range.ts';

/** What of all text is UTF-8. */
const encodings: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);

const declaredInXml = (text: string): string | undefined =>
  /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"']*)["']/u.exec(text.slice(0, 256))?.[1];

/**
 * The text of a body or a part. A byte that is no character would become one that nobody wrote, in a name or an ID.
 * @throws HttpProblem malformed-request, or unsupported-media-type where it says to be in another encoding
 */
export const utf8Text = (bytes: Uint8Array, type?: MediaType): string => {
  const charset = type?.parameters.get('charset');
  const text = decoded(bytes, charset);
  const declared = charset ?? declaredInXml(text);
  if (declared === undefined || encodings.has(declared.toLowerCase())) return text;
  throw foreign(declared);
};

const foreign = (encoding: string) =>
  new HttpProblem('unsupported-media-type', `Text is taken in UTF-8, not in ${quote(encoding)}.`, {
    members: { supported: ['UTF-8'] },
  });

const decoded = (bytes: Uint8Array, charset = 'utf-8'): string => {
  if (!encodings.has(charset.toLowerCase())) throw foreign(charset);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const declared = declaredInXml(Buffer.from(bytes.subarray(0, 256)).toString('latin1'));
    if (declared !== undefined && !encodings.has(declared.toLowerCase())) throw foreign(declared);
    throw new HttpProblem('malformed-request', 'The text is not UTF-8.', { cause });
  }
};

/** Data sets within each other are bounded by their reader; each takes three of these. */
const deepest = 4096;
/** Each takes up to two hundred times the memory of the two characters it may be written with. */
const mostStructures = 1_500_000;

/** What JSON says. @throws SyntaxError, and HttpProblem before memory is taken for what only looks like data sets */
export const parseJson = (text: string): unknown => {
  if (text.length > deepest) checkStructures(text);
  return JSON.parse(text);
};

const [quotation, backslash, openArray, openObject, closeArray, closeObject] = ['"', '\\', '[', '{', ']', '}'].map(
  (character) => character.charCodeAt(0),
);

const checkStructures = (text: string): void => {
  let depth = 0;
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quotation) at = endOfString(text, at);
    else if (code === closeArray || code === closeObject) depth -= 1;
    else if (code === openArray || code === openObject) {
      depth += 1;
      count += 1;
      if (depth > deepest)
        throw new HttpProblem('malformed-request', `The JSON is nested deeper than ${deepest} arrays and objects.`);
      if (count > mostStructures)
        throw new HttpProblem('too-large', `The JSON has more than ${mostStructures} arrays and objects.`);
    }
  }
};

/** Where the string that begins at `start` ends, or the text. */
const endOfString = (text: string, start: number): number => {
  for (let at = start + 1; ; at += 1) {
    at = text.indexOf('"', at);
    if (at < 0) return text.length;
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === backslash) escapes += 1;
    if (escapes % 2 === 0) return at;
  }
};
