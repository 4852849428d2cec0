// Requests about storage, passed on.
import type { Retention } from '../retention/open-retention.ts';
import type { createStorageUse } from '../retention/storage-use.ts';

export interface StorageAnswerParts {
  readonly storageUse: ReturnType<typeof createStorageUse>;
  readonly retention: Pick<Retention, 'preview'>;
}

/** One answer for each endpoint of storage-endpoints.ts. */
export const storageAnswers = ({ storageUse, retention }: StorageAnswerParts) => ({
  storage: () => storageUse(),
  retention: () => retention.preview(),
});
