// Requests about storage, passed on.
import type { FastifyRequest } from 'fastify';
import type { Retention } from '../retention/open-retention.ts';
import type { createStorageUse } from '../retention/storage-use.ts';
import { HttpProblem, quote } from '../web/problem.ts';

export interface StorageAnswerParts {
  readonly storageUse: ReturnType<typeof createStorageUse>;
  readonly retention: Pick<Retention, 'preview' | 'keepingOf'>;
}

const parameter = ({ params }: FastifyRequest): string => Object.values(params ?? {}).join('');

/** One answer for each endpoint of storage-endpoints.ts. */
export const storageAnswers = ({ storageUse, retention }: StorageAnswerParts) => ({
  storage: () => storageUse(),
  keeping: async (request: FastifyRequest) => {
    const study = parameter(request);
    const keeping = await retention.keepingOf(study);
    if (keeping) return keeping;
    throw new HttpProblem('not-found', `No study has the UID ${quote(study)}.`);
  },
  retention: () => retention.preview(),
});
