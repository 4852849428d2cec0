// Who may ask: host names we answer to, pages of other origins, and what only our own page may do.
// RFC 6454, the Fetch standard's CORS protocol, Fetch Metadata (Sec-Fetch-Site).
import { isIP } from 'node:net';
import { HttpProblem, quote } from './problem.ts';

export interface OriginPolicy {
  /** Origins of foreign viewers that may read and store, such as `https://viewer.example`; none by default. */
  readonly allowedOrigins: readonly string[];
  /** Host names beside IP addresses and localhost that this server answers to. Default: none on the loopback interface, elsewhere every name. */
  readonly allowedHosts?: readonly string[];
}

export interface Caller {
  readonly method: string;
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly secFetchSite?: string | undefined;
}

const hostPattern = /^(?:\[[0-9a-f:.]+\]|[0-9a-z._-]+)(?::\d{1,5})?$/iu;

/** The name in a Host header, without port and brackets; undefined where it is no host at all. */
export const hostName = (host: string | undefined): string | undefined =>
  host !== undefined && host.length <= 260 && hostPattern.test(host)
    ? host
        .replace(/:\d{1,5}$/u, '')
        .replace(/^\[|\]$/gu, '')
        .toLowerCase()
    : undefined;

/**
 * Refuses a Host that is none of ours: a page that rebinds its own name to our loopback address would otherwise be
 * of our origin, and could read every study.
 * @throws HttpProblem misdirected, malformed-request
 */
export const checkHost = (host: string | undefined, { allowedHosts }: OriginPolicy): void => {
  const name = hostName(host);
  if (name === undefined) throw new HttpProblem('malformed-request', 'The Host header is missing or malformed.');
  if (allowedHosts === undefined || isIP(name) !== 0 || name === 'localhost' || allowedHosts.includes(name)) return;
  throw new HttpProblem('misdirected', `The host ${quote(name)} is not in the setting allowedHosts.`);
};

/** The policy of a server that listens on `address`: there only our own machine can name us, and it needs no names. */
export const policyFor = (address: string, policy: OriginPolicy): OriginPolicy => {
  const isLoopback = address === 'localhost' || address === '::1' || address.startsWith('127.');
  return { ...policy, ...(policy.allowedHosts === undefined && isLoopback ? { allowedHosts: [] } : {}) };
};

/** True for methods that change nothing. RFC 9110 9.2.1. */
const isSafe = (method: string): boolean => method === 'GET' || method === 'HEAD' || method === 'OPTIONS';

const isOwnOrigin = (origin: string, host: string | undefined): boolean =>
  host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);

/**
 * Refuses a change that a page of another origin asks for. Programs send neither Origin nor Sec-Fetch-Site.
 * @throws HttpProblem foreign-origin
 */
export const checkOrigin = (caller: Caller, { allowedOrigins }: OriginPolicy): void => {
  if (isSafe(caller.method)) return;
  if (caller.origin !== undefined) {
    if (allowedOrigins.includes(caller.origin) || isOwnOrigin(caller.origin, caller.host)) return;
  } else if (caller.secFetchSite === undefined || ['same-origin', 'none'].includes(caller.secFetchSite)) return;
  throw new HttpProblem('foreign-origin', 'Only pages of this server, or of an origin in allowedOrigins, may do this.');
};

/** What a page of an allowed origin may read of an answer: among it where what it made is found. PS3.18 8.4.2, 11.4.3. */
const exposed =
  'Accept-Ranges, Content-Disposition, Content-Location, Content-Range, ETag, Location, Retry-After, Warning, X-Request-Id';

/** The CORS fields of a response: none unless the caller's origin is on the list. */
export const corsHeaders = (
  origin: string | undefined,
  { allowedOrigins }: OriginPolicy,
): Readonly<Record<string, string>> => {
  if (allowedOrigins.length === 0) return {};
  if (origin === undefined || !allowedOrigins.includes(origin)) return { vary: 'Origin' };
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': exposed,
    'cross-origin-resource-policy': 'cross-origin',
  };
};

/** What is added to answer a preflight of an allowed origin. */
export const preflightHeaders: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE, OPTIONS',
  // Authorization is for what stands in front of this server; a body may come compressed.
  'access-control-allow-headers':
    'Accept, Authorization, Content-Encoding, Content-Type, Range, If-None-Match, If-Range',
  'access-control-max-age': '600',
};
