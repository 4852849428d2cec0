// Query parameters as they came: decoded strictly, bounded, none unknown and none twice. PS3.18 8.3.1.
import { HttpProblem, quote } from '../web/problem.ts';

/** Values by name, in the order in which they stand. */
export type Query = ReadonlyMap<string, readonly string[]>;

const maximumParameters = 256;

/** The query of a request's address. @throws HttpProblem malformed-request, and invalid-parameter for a character set that is not to be had */
export const parseQuery = (url: string): Query => {
  const start = url.indexOf('?');
  const query = new Map<string, string[]>();
  if (start < 0) return query;
  const parameters = url
    .slice(start + 1)
    .split('&')
    .filter((parameter) => parameter !== '');
  if (parameters.length > maximumParameters) {
    throw new HttpProblem('malformed-request', `A query may have at most ${maximumParameters} parameters.`);
  }
  for (const parameter of parameters) {
    const equals = parameter.indexOf('=');
    const name = decode(equals < 0 ? parameter : parameter.slice(0, equals));
    const value = equals < 0 ? '' : decode(parameter.slice(equals + 1));
    const values = query.get(name);
    if (values === undefined) query.set(name, [value]);
    else values.push(value);
  }
  checkCharset(query);
  return query;
};

/** Text is sent as UTF-8: a list that leaves it out cannot be met. PS3.18 8.3.3.2. @throws HttpProblem invalid-parameter */
const checkCharset = (query: Query): void => {
  const charset = single(query, 'charset');
  if (charset === undefined) return;
  const names = charset.split(',').map((name) => name.split(';', 1)[0]?.trim().toLowerCase());
  if (!names.includes('utf-8')) throw invalid('charset', 'has to have UTF-8 among its values: all text here is that');
};

/** Percent decoding with `+` for a space, as forms and Python's clients write it. */
const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new HttpProblem('malformed-request', `${quote(text)} is not percent-encoded UTF-8.`);
  }
};

/** @throws HttpProblem unknown-parameter, naming what is known */
export const allowOnly = (query: Query, names: readonly string[]): void => {
  for (const name of query.keys()) {
    if (names.includes(name)) continue;
    const known = names.length === 0 ? 'This resource has no query parameters.' : `Known here: ${names.join(', ')}.`;
    throw new HttpProblem('unknown-parameter', `The query parameter ${quote(name)} is not known. ${known}`);
  }
};

/** The one value of a parameter; undefined where it is absent. @throws HttpProblem invalid-parameter where it stands twice */
export const single = (query: Query, name: string): string | undefined => {
  const values = query.get(name);
  if (values !== undefined && values.length > 1) throw invalid(name, 'may stand only once');
  return values?.[0];
};

export const invalid = (name: string, why: string): HttpProblem =>
  new HttpProblem('invalid-parameter', `The query parameter ${quote(name)} ${why}.`, { members: { parameter: name } });
