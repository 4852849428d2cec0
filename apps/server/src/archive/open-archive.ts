// Puts the archive together: receiver, query engine and retriever over one database and one object store.
import type { Log } from '@concord/network';
import { type Database, DatabaseError, sql } from '../database/database.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import type { Configuration } from '../settings/settings.ts';
import { type Archive, ArchiveError, type Change, type Statistics } from './archive.ts';
import { type CoercionRules, createCoercion } from './coerce.ts';
import { completeImage } from './complete-image.ts';
import { type CompressionParts, compressing } from './compress-incoming.ts';
import { createFileMetaWriter } from './file-meta.ts';
import { count, find, findForPeer, findTexts } from './find.ts';
import { createInstances } from './instances.ts';
import { refusal } from './outcome.ts';
import { withChanges } from './outgoing-changes.ts';
import { splitPart10 } from './part10-stream.ts';
import { createReceiver } from './receive.ts';
import { createRecentHeaders } from './recent-headers.ts';
import { recover } from './recover.ts';
import { keepingRefused, type RefusedParts } from './refused-objects.ts';
import { createRejection } from './rejection.ts';
import { createRetriever } from './retrieve.ts';
import { selectInstances } from './selection.ts';
import type { Implementation } from './take-in.ts';

export interface ArchiveParts {
  readonly database: Database;
  readonly store: ObjectStore;
  readonly implementation: Implementation;
  readonly duplicates: Configuration['duplicates'];
  readonly coercionWarning: Configuration['coercionWarning'];
  readonly coercion: Pick<Configuration, 'incomingDefaults' | 'incomingNames' | 'incomingSex'> &
    Pick<CoercionRules, 'accessionFromOrders' | 'orderNumber'>;
  /** What images are compressed with, where rules of `compressIncoming` ask for it; absent: they stay as they come. */
  readonly compression?: Pick<CompressionParts, 'rules' | 'imaging'>;
  /** Whether another object may be taken in; absent: always. */
  readonly hasRoom?: () => boolean;
  /** Bytes of the largest data set that is taken; absent: any number. */
  readonly largest?: number | undefined;
  readonly storeFailures?: Configuration['storeFailures'];
  /** Images that lack what showing them takes; absent: they are kept. */
  readonly incompleteImages?: Configuration['incompleteImages'];
  /** Where objects are kept that were refused because of what is in them; absent: nowhere. */
  readonly refused?: Pick<RefusedParts, 'folder' | 'staysMs' | 'mostBytes'> | undefined;
  readonly patientConflicts: Configuration['patientConflicts'];
  /** (0400,0563) Modifying System of what is changed here. */
  readonly system: string;
  readonly now: () => Date;
  readonly log: Log;
}

export interface OpenedArchive extends Archive {
  /** Deals with what nodes that died meanwhile left behind, as the start does. Throws DatabaseError and StoreError. */
  sweep(): Promise<void>;
}

/** For so long, in ms, a node that decided something is taken to be carrying it out. */
const othersAtWork = 600_000;

/** Resolves when what an earlier run left behind has been dealt with. Throws DatabaseError and StoreError. */
export async function openArchive(parts: ArchiveParts): Promise<OpenedArchive> {
  const { database, store, log } = parts;
  const listeners = new Set<(change: Change) => void>();
  const changed = (change: Change) => {
    for (const listener of listeners) listener(change);
  };
  const instances = createInstances(database, { ...parts, conflicts: parts.patientConflicts });
  const headers = createRecentHeaders();
  const writeMeta = createFileMetaWriter();
  const wayOut = withChanges(createRetriever(database, store, headers));
  const incoming = { ...parts, instances, writeMeta, coerce: createCoercion({ ...parts, ...parts.coercion }), changed };
  const receiver = createReceiver({
    ...incoming,
    headers,
    asSent: wayOut.dataSetBytes,
    ...(parts.incompleteImages === 'refuse' && { complete: completeImage }),
  });
  const { adopt } = receiver;
  const compressed = parts.compression
    ? compressing(receiver.receive, { ...parts, ...parts.compression })
    : receiver.receive;
  const receive = parts.refused
    ? keepingRefused(compressed, { ...parts, ...parts.refused }, { ...parts, writeMeta })
    : compressed;
  await recover(database, store, adopt, log);
  const { finishDecided, ...rejection } = createRejection({ ...incoming, forget: instances.forget });
  await finishDecided(0);
  return {
    async sweep() {
      if (await store.takeOver?.()) await recover(database, store, adopt, log);
      await finishDecided(othersAtWork);
    },
    receive,
    async receivePart10(file, origin, signal) {
      const split = await splitPart10(file);
      if (!split) return { status: refusal(0xc000, 'this is not a DICOM Part 10 file') };
      const transferSyntaxUid = split.meta.string('TransferSyntaxUID');
      if (!transferSyntaxUid) return { status: refusal(0xc000, 'the file does not say its transfer syntax') };
      return receive({ dataSet: split.dataSet, transferSyntaxUid, origin, ...(signal && { signal }) });
    },
    find: (level, keys, options) => withArchiveErrors(find(database, level, keys, options)),
    findForPeer: (level, keys, options) => withArchiveErrors(findForPeer(database, level, keys, options)),
    findTexts: (level, keys, options) => withArchiveErrors(findTexts(database, level, keys, options)),
    count: (level, keys, options) => count(database, level, keys, options).catch(throwArchiveError),
    instances: (selection) => selectInstances(database, selection).catch(throwArchiveError),
    ...wayOut,
    ...rejection,
    watch(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    statistics: () => readStatistics(database).catch(throwArchiveError),
  };
}

const throwArchiveError = (error: unknown): never => {
  throw error instanceof DatabaseError ? new ArchiveError('index-failed', error.message, error) : error;
};

async function* withArchiveErrors<T, R>(answers: AsyncGenerator<T, R>): AsyncGenerator<T, R> {
  try {
    return yield* answers;
  } catch (error) {
    return throwArchiveError(error);
  }
}

async function readStatistics(database: Database): Promise<Statistics> {
  const [row] = await database.all<Statistics>(sql`
    select (select count(*) from patient) as patients, count(*) as studies, coalesce(sum(series_count), 0) as series,
      coalesce(sum(instance_count), 0) as instances, coalesce(sum(bytes), 0) as bytes
    from study`);
  return row ?? { patients: 0, studies: 0, series: 0, instances: 0, bytes: 0 };
}
