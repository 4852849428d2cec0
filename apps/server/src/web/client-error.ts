// What a connection is told whose bytes are no request, before any route is asked. RFC 9112 2.2, RFC 9457.
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { HttpProblem, problemDocument, problems } from './problem.ts';
import { securityHeaders } from './security-headers.ts';

interface ClientError extends Error {
  readonly code?: string;
}

const problemOf = ({ code }: ClientError): HttpProblem => {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new HttpProblem('headers-too-large', 'The request line or header is too long.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new HttpProblem('too-slow', 'The request line and header did not arrive in time.');
  return new HttpProblem('malformed-request', 'The bytes are no HTTP request.');
};

/** Answers and closes: what follows on the connection cannot be told from what was wrong. */
export const answerClientError = (
  error: ClientError,
  socket: Socket,
  log: { info(fields: object, message: string): void },
): void => {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const problem = problemOf(error);
  const requestId = randomUUID();
  log.info({ requestId, status: problem.status, code: error.code, from: socket.remoteAddress }, 'no http request');
  const body = JSON.stringify(problemDocument(problem, requestId));
  const fields = {
    ...securityHeaders,
    'cache-control': 'no-store',
    connection: 'close',
    'content-length': String(Buffer.byteLength(body)),
    'content-type': 'application/problem+json; charset=utf-8',
    'x-request-id': requestId,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const { title } = problems[problem.kind];
  if (socket.writable) socket.write(`HTTP/1.1 ${problem.status} ${title}\r\n${lines.join('')}\r\n${body}`);
  socket.destroySoon();
};
