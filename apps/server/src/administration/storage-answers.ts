// Requests about storage, checked and passed on.
import type { FastifyRequest } from 'fastify';
import type { Archive } from '../archive/archive.ts';
import type { Retention } from '../retention/open-retention.ts';
import type { createStorageUse } from '../retention/storage-use.ts';
import type { WebLimits } from '../web/limits.ts';
import { HttpProblem, quote } from '../web/problem.ts';
import { jsonBody } from './job-answers.ts';
import { rejectRequest } from './storage-endpoints.ts';

export interface StorageAnswerParts {
  readonly archive: Pick<Archive, 'reject'>;
  readonly storageUse: ReturnType<typeof createStorageUse>;
  readonly retention: Pick<Retention, 'preview' | 'keepingOf'>;
  readonly limits: WebLimits;
}

const parameter = ({ params }: FastifyRequest): string => Object.values(params ?? {}).join('');

/** One answer for each endpoint of storage-endpoints.ts. */
export const storageAnswers = (parts: StorageAnswerParts) => ({
  storage: () => parts.storageUse(),
  keeping: (request: FastifyRequest) => keepingOf(parameter(request), parts),
  rejectStudy: (request: FastifyRequest) => rejectStudy(request, parts),
  retention: () => parts.retention.preview(),
});

async function keepingOf(study: string, { retention }: StorageAnswerParts) {
  const keeping = await retention.keepingOf(study);
  if (keeping) return keeping;
  throw new HttpProblem('not-found', `No study has the UID ${quote(study)}.`);
}

/** A person may take out what was committed to a peer, and is told of it. */
async function rejectStudy(request: FastifyRequest, parts: StorageAnswerParts) {
  const { by, reason } = await jsonBody(request, rejectRequest, parts.limits);
  const { studyInstanceUid, isProtected, committed } = await keepingOf(parameter(request), parts);
  if (isProtected) throw new HttpProblem('conflict', 'The study is protected: release it first.');
  const who = [by?.trim(), `web ${request.ip}`].filter(Boolean).join(', ');
  return { instances: await parts.archive.reject({ studyInstanceUid }, { by: who, reason }), committed };
}
