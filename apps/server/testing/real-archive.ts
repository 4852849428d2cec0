// An archive over a real database and a real object store in a temporary folder.

import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { DataSet } from '@concord/dicom';
import type { Archive, Level, Receipt } from '../src/archive/archive.ts';
import { type ArchiveParts, openArchive } from '../src/archive/open-archive.ts';
import type { Database } from '../src/database/database.ts';
import type { ObjectStore } from '../src/objects/object-store.ts';
import type { Configuration } from '../src/settings/settings.ts';
import { encoded, explicitVrLittleEndian, inPieces } from './data-sets.ts';
import { openTestIndex } from './test-index.ts';
import { keysInStore, openTestStore } from './test-store.ts';

interface Options {
  readonly folder?: string;
  readonly reserve?: number;
  readonly journal?: number;
  readonly duplicates?: Configuration['duplicates'];
  readonly hasRoom?: () => boolean;
  readonly coercionWarning?: Configuration['coercionWarning'];
  readonly coercion?: Partial<Pick<Configuration, 'incomingDefaults' | 'incomingNames' | 'incomingSex'>>;
  readonly patientConflicts?: Configuration['patientConflicts'];
  readonly compression?: ArchiveParts['compression'];
  /** What else of it is not as usual. */
  readonly more?: Pick<ArchiveParts, 'incompleteImages' | 'refused' | 'storeFailures'>;
  /** Stands between the archive and its parts, to make them fail. */
  readonly database?: (real: Database) => Database;
  readonly store?: (real: ObjectStore) => ObjectStore;
}

export interface RealArchive {
  readonly archive: Archive;
  readonly database: Database;
  readonly folder: string;
  /** Lines of level warn and error, as text. */
  readonly complaints: string[];
  put(dataSet: DataSet, transferSyntaxUid?: string): Promise<Receipt>;
  /** Answers as texts of the keys that were asked for, in the order found. */
  ask(level: Level, keys: DataSet, ...wanted: string[]): Promise<string[]>;
  /** Keys of the objects in the store, without files made in advance. */
  files(): Promise<string[]>;
  close(): Promise<void>;
}

const nothing = () => undefined;

const folders: string[] = [];
/** Not after each test: hooks run in the order they are made, and the archive in the folder is closed by a later one. */
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone when the process ends. */
export const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'concord-archive-'));
  folders.push(folder);
  return folder;
};

export async function openRealArchive(t: TestContext, options: Options = {}): Promise<RealArchive> {
  const folder = options.folder ?? (await temporaryFolder());
  const complaints: string[] = [];
  const complain = (fields: object, message: string) => void complaints.push(`${message} ${JSON.stringify(fields)}`);
  const database = await openTestIndex(folder);
  const store = await openTestStore({
    folder,
    reserve: options.reserve ?? 0,
    journal: options.journal ?? 1024 * 1024,
    database,
    failed: (error) => complaints.push(String(error)),
  });
  const archive = await openArchive({
    database: options.database?.(database) ?? database,
    store: options.store?.(store) ?? store,
    implementation: { classUid: '1.2.3.4', versionName: 'TEST' },
    duplicates: options.duplicates ?? 'keep',
    hasRoom: options.hasRoom ?? (() => true),
    coercionWarning: options.coercionWarning ?? 'off',
    coercion: { incomingDefaults: [], incomingNames: 'as sent', incomingSex: 'as sent', ...options.coercion },
    patientConflicts: options.patientConflicts ?? 'quarantine',
    ...(options.compression && { compression: options.compression }),
    ...options.more,
    system: 'TEST',
    now: () => new Date('2026-01-02T03:04:05Z'),
    log: { debug: nothing, info: nothing, warn: complain, error: complain },
  });
  let open = true;
  const close = async () => {
    if (!open) return;
    open = false;
    await store.close();
    await database.close();
  };
  t.after(close);
  return {
    archive,
    database,
    folder,
    complaints,
    close,
    put: (dataSet, transferSyntaxUid = explicitVrLittleEndian) =>
      archive.receive({
        dataSet: inPieces(encoded(dataSet, transferSyntaxUid), 1000),
        transferSyntaxUid,
        origin: { via: 'import' },
      }),
    async ask(level, keys, ...wanted) {
      const answers = await Array.fromAsync(archive.find(level, keys));
      return answers.map((answer) => wanted.map((path) => answer.strings(path).join('\\')).join('|'));
    },
    files: () => keysInStore(folder, store),
  };
}
