// Requests about the transfer ledger, checked and passed on.
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TransferLedger } from '../transfers/ledger/open-ledger.ts';
import { asCsv, asJson, asLines } from '../transfers/ledger/proof.ts';
import type { ProofLine } from '../transfers/ledger/proof-lines.ts';
import type { WebLimits } from '../web/limits.ts';
import { HttpProblem, quote } from '../web/problem.ts';
import { checked, jsonBody } from './job-answers.ts';
import { expectRequest, proofQuery, refusedQuery, transferQuery } from './transfer-endpoints.ts';

export interface TransferAnswerParts {
  readonly ledger: TransferLedger;
  readonly limits: WebLimits;
}

const usualStudies = 50;

/** How a proof is written, as it comes: never held as a whole. */
const forms = {
  json: { type: 'application/json; charset=utf-8', write: asJson },
  lines: { type: 'application/x-ndjson; charset=utf-8', write: asLines },
  csv: { type: 'text/csv; charset=utf-8; header=present', write: asCsv },
} as const;

async function* following(first: ProofLine, rest: AsyncIterator<ProofLine>): AsyncGenerator<ProofLine> {
  yield first;
  yield* { [Symbol.asyncIterator]: () => rest };
}

const parameter = ({ params }: FastifyRequest): string => Object.values(params ?? {}).join('');

/** One answer for each endpoint of transfer-endpoints.ts. */
export const transferAnswers = ({ ledger, limits }: TransferAnswerParts) => {
  const proof = async (request: FastifyRequest, reply: FastifyReply, lines: AsyncIterable<ProofLine>) => {
    const { format } = checked(proofQuery, request.query, 'invalid-parameter');
    const { type, write } = forms[format];
    const rest = lines[Symbol.asyncIterator]();
    const first = await rest.next();
    // A proof of nothing is no proof: mostly a UID that was mistyped.
    if (first.done) throw new HttpProblem('not-found', `Nothing is known of ${quote(parameter(request))}.`);
    if (format === 'csv') reply.header('content-disposition', 'attachment; filename="transfers.csv"');
    return reply.type(type).send(Readable.from(write(following(first.value, rest))));
  };
  return {
    transfers: (request: FastifyRequest) => {
      const { before, state, limit = usualStudies } = checked(transferQuery, request.query, 'invalid-parameter');
      const which = { before: before === undefined ? '' : new Date(before).toISOString(), limit };
      return state === 'incomplete' ? ledger.incomplete(which) : ledger.recent(which);
    },
    refusedObjects: (request: FastifyRequest) => {
      const { before = '', limit = usualStudies } = checked(refusedQuery, request.query, 'invalid-parameter');
      return ledger.refused({ before, limit });
    },
    expect: async (request: FastifyRequest) => {
      const { studyInstanceUid, seriesInstanceUid = '', count } = await jsonBody(request, expectRequest, limits);
      await ledger.expect({ studyInstanceUid, seriesInstanceUid, count, source: `web ${request.ip}` });
      return { studyInstanceUid, count };
    },
    studyTransfer: async (request: FastifyRequest) => {
      const found = await ledger.study(parameter(request));
      if (!found) throw new HttpProblem('not-found', `Nothing of the study ${quote(parameter(request))} has come.`);
      return found;
    },
    studyProof: (request: FastifyRequest, reply: FastifyReply) =>
      proof(request, reply, ledger.studyProof(parameter(request))),
    associationProof: (request: FastifyRequest, reply: FastifyReply) =>
      proof(request, reply, ledger.associationProof(parameter(request))),
  };
};
