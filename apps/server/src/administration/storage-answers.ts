// Requests about storage, checked and passed on.
import type { FastifyRequest } from 'fastify';
import type { Archive, RejectionNote } from '../archive/archive.ts';
import type { Retention } from '../retention/open-retention.ts';
import type { createStorageUse } from '../retention/storage-use.ts';
import type { WebLimits } from '../web/limits.ts';
import { HttpProblem, quote } from '../web/problem.ts';
import { jsonBody } from './job-answers.ts';
import { rejectRequest } from './storage-endpoints.ts';

export interface StorageAnswerParts {
  readonly archive: Pick<Archive, 'reject' | 'hasRejected' | 'restore' | 'purge'>;
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
  restore: (request: FastifyRequest) => ofRejected(request, parts, parts.archive.restore),
  purge: (request: FastifyRequest) => ofRejected(request, parts, parts.archive.purge),
  retention: () => parts.retention.preview(),
});

async function keepingOf(study: string, { retention }: StorageAnswerParts) {
  const keeping = await retention.keepingOf(study);
  if (keeping) return keeping;
  throw new HttpProblem('not-found', `No study has the UID ${quote(study)}.`);
}

/** A person may take out what was committed to a peer, and is told of it. */
async function rejectStudy(request: FastifyRequest, parts: StorageAnswerParts) {
  const note = await noteOf(request, parts.limits);
  const { studyInstanceUid, isProtected, committed } = await keepingOf(parameter(request), parts);
  if (isProtected) throw new HttpProblem('conflict', 'The study is protected: release it first.');
  return { instances: await parts.archive.reject({ studyInstanceUid }, note), committed };
}

async function noteOf(request: FastifyRequest, limits: WebLimits): Promise<RejectionNote> {
  const { by, reason } = await jsonBody(request, rejectRequest, limits);
  return { by: [by?.trim(), `web ${request.ip}`].filter(Boolean).join(', '), reason };
}

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Whoever sends no body is known by the address. */
async function ofRejected(
  request: FastifyRequest,
  { archive, limits }: StorageAnswerParts,
  work: (study: string, note: RejectionNote) => Promise<number>,
) {
  const note = hasBody(request) ? await noteOf(request, limits) : { by: `web ${request.ip}`, reason: '' };
  const study = parameter(request);
  const instances = await work(study, note);
  if (instances > 0) return { instances };
  if (await archive.hasRejected({ studyInstanceUid: study }))
    throw new HttpProblem('conflict', 'The study is being put back, or cannot be read.');
  throw new HttpProblem('not-found', `Nothing of the study ${quote(study)} is rejected.`);
}
