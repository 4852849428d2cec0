// Media types and the ranges of an Accept header, read leniently: RFC 9110 8.3.1 and 12.5.1, PS3.18 8.7.3.5.

/** `type` in lower case, such as `multipart/related`; parameter names in lower case, values unquoted. */
export interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** A media type that may end in `*`, and how much it is wanted: `q` from 0 (refused) to 1. */
export interface MediaRange extends MediaType {
  readonly q: number;
}

const maximumLength = 8192;
const maximumRanges = 64;
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/u;

/** Splits at a separator that stands outside quotes. */
const splitOutsideQuotes = (text: string, separator: string): readonly string[] => {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted && character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map((part) => part.trim());
};

const unquote = (value: string): string => {
  if (!value.startsWith('"')) return value;
  const inner = value.length > 1 && value.endsWith('"') ? value.slice(1, -1) : value.slice(1);
  return inner.replace(/\\(.)/gu, '$1');
};

/** Reads `type/subtype; name=value`; undefined where it is none. Values may be quoted or not, as clients differ. */
export const parseMediaType = (text: string): MediaType | undefined => {
  if (text.length > maximumLength) return undefined;
  const [name = '', ...rest] = splitOutsideQuotes(text, ';');
  const type = name === '*' ? '*/*' : name.toLowerCase(); // a bare * comes from older Java clients
  const [main, sub, extra] = type.split('/');
  if (!main || !sub || extra !== undefined || !token.test(main) || !token.test(sub)) return undefined;
  const parameters = new Map<string, string>();
  for (const parameter of rest) {
    const equals = parameter.indexOf('=');
    if (equals < 1) continue;
    const key = parameter.slice(0, equals).trim().toLowerCase();
    if (token.test(key) && !parameters.has(key)) parameters.set(key, unquote(parameter.slice(equals + 1).trim()));
  }
  return { type, parameters: withNestedParameters(parameters) };
};

/** Some clients write `type="application/dicom; transfer-syntax=…"`, the parameter inside the quotes. */
const withNestedParameters = (parameters: Map<string, string>): ReadonlyMap<string, string> => {
  const type = parameters.get('type');
  if (!type?.includes(';')) return parameters;
  const nested = parseMediaType(type);
  if (!nested) return parameters;
  return new Map([...nested.parameters, ...parameters, ['type', nested.type]]);
};

const weight = (text: string | undefined): number => {
  if (text === undefined) return 1;
  const q = Number(text);
  return Number.isFinite(q) ? Math.min(1, Math.max(0, q)) : 0;
};

/** What clients ask for is the same again and again: the ranges of headers up to a length, so many of them. */
const recent = new Map<string, readonly MediaRange[]>();
const recentLength = 512;
const recentHeaders = 100;

/**
 * The ranges of an Accept header in the order in which they stand. What cannot be read is left out, as PS3.18 8.7.7
 * asks. An absent header accepts everything (RFC 9110 12.5.1): PS3.18 asks for 406 there, but no client expects it.
 */
export const parseAccept = (header: string | undefined): readonly MediaRange[] => {
  if (header === undefined || header.trim() === '') return [{ type: '*/*', parameters: new Map(), q: 1 }];
  if (header.length > maximumLength) return [];
  const known = recent.get(header);
  if (known) return known;
  const ranges = splitOutsideQuotes(header, ',')
    .slice(0, maximumRanges)
    .map(parseMediaType)
    .filter((type) => type !== undefined)
    .map((type) => ({ ...type, q: weight(type.parameters.get('q')) }));
  if (recent.size === recentHeaders) recent.clear();
  if (header.length <= recentLength) recent.set(header, ranges);
  return ranges;
};

/** True where the range (`image/png`, `image/*` or the one that takes everything) covers the media type `type`. */
export const covers = (range: string, type: string): boolean =>
  range === '*/*' || range === type || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)));
