// DELETE of a study, series or instance: rejected, not destroyed (decision 0070).
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from '../web/problem.ts';
import type { DicomwebParts } from './parts.ts';
import { allowOnly, parseQuery, single } from './query.ts';
import { absence } from './selection.ts';
import { targetOf } from './target.ts';

const longestReason = 1024;

/** Takes what the address names out of every answer; 204 when that is durable. @throws HttpProblem not-found, gone, or conflict for a protected study */
export const rejectInstances = async (request: FastifyRequest, reply: FastifyReply, { archive }: DicomwebParts) => {
  const query = parseQuery(request.url);
  allowOnly(query, ['reason']);
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = targetOf(request);
  const reason = (single(query, 'reason') ?? '').slice(0, longestReason);
  const selection = {
    ...(studyInstanceUid === undefined ? {} : { studyInstanceUid }),
    ...(seriesInstanceUid === undefined ? {} : { seriesInstanceUid }),
    ...(sopInstanceUid === undefined ? {} : { sopInstanceUid }),
  };
  const count = await archive.reject(selection, { by: `web ${request.ip}`, reason });
  if (count > 0) return reply.code(204).send();
  if ((await archive.instances(selection)).length > 0)
    throw new HttpProblem('conflict', 'The study is protected, or being put back: release it, or wait.');
  throw await absence(archive, selection);
};
