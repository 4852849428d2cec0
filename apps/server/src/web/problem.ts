// What a request that cannot be met is told: problem details in JSON. RFC 9457.

/** Every kind of failure a face of this server answers with: HTTP status and a title that never changes. */
export const problems = {
  'malformed-request': { status: 400, title: 'The request is malformed' },
  'unknown-parameter': { status: 400, title: 'A query parameter is not known here' },
  'invalid-parameter': { status: 400, title: 'A parameter has a value that is not allowed' },
  'no-user': { status: 401, title: 'A user has to be named, with the right password' },
  'not-allowed': { status: 403, title: 'The settings do not allow this' },
  'no-right': { status: 403, title: 'The user may not do this' },
  'foreign-origin': { status: 403, title: 'A page of another origin may not do this' },
  'not-found': { status: 404, title: 'There is no such resource' },
  gone: { status: 410, title: 'The resource was taken out' },
  'method-not-allowed': { status: 405, title: 'The resource does not have this method' },
  'not-acceptable': { status: 406, title: 'None of the accepted media types can be had' },
  'too-slow': { status: 408, title: 'The request did not arrive in time' },
  conflict: { status: 409, title: 'The request conflicts with what is stored' },
  'precondition-failed': { status: 412, title: 'A condition of the request does not hold' },
  'too-large': { status: 413, title: 'The request or its answer is too large' },
  'unsupported-media-type': { status: 415, title: 'The media type of the request is not supported' },
  'range-not-satisfiable': { status: 416, title: 'The range lies outside the resource' },
  misdirected: { status: 421, title: 'This server does not go by that host name' },
  'headers-too-large': { status: 431, title: 'The request line or header is too long' },
  internal: { status: 500, title: 'The server failed' },
  overloaded: { status: 503, title: 'The server has too much to do' },
  'peer-failed': { status: 502, title: 'The peer did not answer as it should' },
} as const;

export type ProblemKind = keyof typeof problems;

interface ProblemOptions {
  /** Members beside type, title, status and detail, such as `acceptable`. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** The one error of the web faces: which problem, a sentence for the reader, and what goes beside it. */
export class HttpProblem extends Error {
  readonly kind: ProblemKind;
  readonly status: number;
  readonly members: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  constructor(kind: ProblemKind, detail: string, { members = {}, headers = {}, cause }: ProblemOptions = {}) {
    super(detail, cause === undefined ? undefined : { cause });
    this.name = 'HttpProblem';
    this.kind = kind;
    this.status = problems[kind].status;
    this.members = members;
    this.headers = headers;
  }
}

/** The document that is sent, as `application/problem+json`. */
export const problemDocument = (problem: HttpProblem, requestId: string) => ({
  type: `urn:concord:problem:${problem.kind}`,
  title: problems[problem.kind].title,
  status: problem.status,
  detail: problem.message,
  ...problem.members,
  requestId,
});

/** Text from the wire as it may stand in a detail or a log line: short, quoted, printable, and no markup. */
export const quote = (text: string): string =>
  JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text).replace(/[^\x20-\x7e]|[<>&]/gu, '?');
