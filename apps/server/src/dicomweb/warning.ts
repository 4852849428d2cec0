// Warning fields: what a caller should know of an answer that is given all the same. PS3.18 8.3, RFC 7234 5.5.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { baseUrl } from '../web/base-url.ts';
import { quote } from '../web/problem.ts';
import type { DicomwebParts } from './parts.ts';
import { parseQuery, type Query } from './query.ts';

/** One exchange: what was asked, what is answered, and the address of the service that warns. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly parts: Pick<DicomwebParts, 'publicUrl'>;
}

/** Puts a warning beside those that are there. `text` holds nothing from the wire but what `quote` made of it. */
export const warn = ({ request, reply, parts }: Exchange, text: string): void => {
  const earlier = reply.getHeader('warning');
  const warning = `299 ${baseUrl(request, parts.publicUrl)}/dicom-web: ${text}`;
  reply.header('warning', typeof earlier === 'string' ? `${earlier}, ${warning}` : warning);
};

/** Says which parameters were left out of account, as PS3.18 8.3 asks for those that are not supported. */
export const warnOfIgnored = (exchange: Exchange, names: readonly string[]): void => {
  if (names.length === 0) return;
  const listed = names.slice(0, 8).map(quote).join(', ');
  warn(exchange, `The following parameters are not supported and were ignored: ${listed}`);
};

/** The query of a request; what is none of `names` has no effect, and a warning says so. @throws HttpProblem as `parseQuery` */
export const queryOf = (exchange: Exchange, names: readonly string[]): Query => {
  const query = parseQuery(exchange.request.url);
  warnOfIgnored(
    exchange,
    [...query.keys()].filter((name) => !names.includes(name)),
  );
  return query;
};
