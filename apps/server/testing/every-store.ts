// Archives on every combination of index and store, opened as the server opens them: what tests of checks, copies and repairs share.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import type { OpenedArchive } from '../src/archive/open-archive.ts';
import { openArchive } from '../src/archive/open-archive.ts';
import { backup } from '../src/backup/backup.ts';
import { copyIndex } from '../src/backup/copy-index.ts';
import { openStores, type Stores } from '../src/composition/stores.ts';
import { createClient } from '../src/objects/s3/s3-client.ts';
import { reindex } from '../src/reindex/reindex.ts';
import { replaceIndex } from '../src/reindex/replace-index.ts';
import { readConfiguration } from '../src/settings/read-configuration.ts';
import type { Configuration } from '../src/settings/settings.ts';
import { startMover } from '../src/tiers/mover.ts';
import { openEveryObject, openStored } from '../src/verify/open-stored.ts';
import { verify } from '../src/verify/verify.ts';
import { ctSlice, encoded, explicitVrLittleEndian, inPieces } from './data-sets.ts';
import type { PostgresServer } from './postgres.ts';
import { temporaryFolder } from './real-archive.ts';
import type { S3Server } from './s3-server.ts';

export const indexes = ['SQLite', 'PostgreSQL'] as const;
export const stores = ['files', 'containers', 'S3', 'tiered'] as const;
export interface Place {
  readonly index: (typeof indexes)[number];
  readonly store: (typeof stores)[number];
}

const nothing = () => undefined;
export const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Makes new, empty places, named after the test file that asks. */
export function createPlaces(name: string, postgres: Pick<PostgresServer, 'emptyIndex'>, s3: S3Server) {
  let count = 0;
  // The server may be shared, and be the same in the next run.
  const run = randomBytes(4).toString('hex');
  const credentials = { accessKeyId: s3.accessKey, secretAccessKey: s3.secretKey };
  const client = createClient({ bucket: '', prefix: '', region: 'us-east-1', endpoint: s3.endpoint, credentials });
  const bucket = name;
  const made = client.send(new CreateBucketCommand({ Bucket: bucket }));
  made.catch(nothing);
  return {
    client,
    bucket,
    async configuration({ index, store }: Place): Promise<Configuration> {
      await made;
      count += 1;
      const own = `${name.replaceAll('-', '_')}_${run}_${count}`;
      const address = `s3://${bucket}/${own}`;
      return readConfiguration(
        [
          ...['--data', join(await temporaryFolder(), 'data'), '--disk-reserve', '0'],
          ...['--store-layout', store === 'containers' ? 'containers' : 'files'],
          ...(index === 'PostgreSQL' ? ['--database-url', await postgres.emptyIndex(own)] : []),
          ...(store === 'S3' ? ['--store', address] : store === 'tiered' ? ['--move-to', address] : []),
          ...['--s3-endpoint', s3.endpoint, '--s3-access-key', s3.accessKey, '--s3-secret-key', s3.secretKey],
        ],
        {},
      );
    },
  };
}

export const uid = (index: number) => `1.2.3.1.1.${index}`;

/** Opens stores and archive, and closes them when the work has ended. */
export async function withArchive<T>(
  configuration: Configuration,
  work: (archive: OpenedArchive, stores: Stores) => Promise<T>,
): Promise<T> {
  await using opened = new AsyncDisposableStack();
  const parts = await openStores(configuration, { opened }, quiet);
  const archive = await openArchive({
    ...parts,
    implementation: { classUid: '1.2.3.4', versionName: 'TEST' },
    duplicates: 'keep',
    coercionWarning: 'off',
    coercion: { incomingDefaults: [], incomingNames: 'as sent', incomingSex: 'as sent' },
    patientConflicts: 'quarantine',
    system: 'TEST',
    now: () => new Date('2026-01-02T03:04:05Z'),
    log: quiet,
  });
  return await work(archive, parts);
}

export async function put(archive: OpenedArchive, index: number, more: Parameters<typeof ctSlice>[0] = {}) {
  const dataSet = ctSlice({ SOPInstanceUID: uid(index), InstanceNumber: String(index), ...more });
  const { status, instance } = await archive.receive({
    dataSet: inPieces(encoded(dataSet), 1000),
    transferSyntaxUid: explicitVrLittleEndian,
    origin: { via: 'import' },
  });
  assert.ok(status.code === 0 || (status.code & 0xf000) === 0xb000, `${status.code.toString(16)} ${status.comment}`);
  return instance;
}

/** Moves what lies in files to the second store, as it would when it is old. */
export async function moveAll(parts: Stores): Promise<void> {
  assert.ok(parts.tiered);
  const now = () => new Date('2026-06-01T00:00:00Z');
  const mover = await startMover({
    ...{ database: parts.database, store: parts.tiered, after: 0, bytesPerSecond: 0, now, log: quiet },
    stayMs: 3_600_000,
  });
  await mover.round();
  await mover.close();
}

const bounds = () => ({ parallel: 2, bytesPerSecond: 0, signal: new AbortController().signal });

/** What a check of everything finds, and how many rows it saw. */
export async function check(configuration: Configuration) {
  await using stored = await openStored(configuration);
  const kinds: string[] = [];
  const found = ({ kind, key, detail }: { kind: string; key: string; detail: string }) =>
    void kinds.push(`${kind} ${key} ${detail}`);
  const { rows } = await verify({ ...stored, running: false }, { content: true, ...bounds(), found });
  return { kinds, rows };
}

export async function copyTo(configuration: Configuration, target: string) {
  await using stored = await openStored(configuration);
  return backup(
    { ...stored, copyIndex: (file) => copyIndex(configuration, file) },
    { target, ...bounds(), recheck: false, now: () => new Date(), found: ({ detail }) => assert.fail(detail) },
  );
}

export async function rebuild(configuration: Configuration, useBefore: boolean) {
  const complaints: string[] = [];
  let summary: Awaited<ReturnType<typeof reindex>> | undefined;
  const { kept } = await replaceIndex(configuration, useBefore, async (database, before) => {
    const objects = await openEveryObject(configuration, { fresh: database, before });
    summary = await reindex(
      { objects, database, before, implementation: { classUid: '1.2.3.4', versionName: 'TEST' }, log: quiet },
      {
        signal: new AbortController().signal,
        now: () => new Date('2026-05-05T05:05:05Z'),
        skipped: (key, reason) => complaints.push(`${key}: ${reason}`),
        differs: ({ kind, key, detail }) => complaints.push(`${kind} ${key} ${detail}`),
      },
    );
    await objects.close();
    return true;
  });
  assert.ok(summary);
  return { summary, complaints, kept };
}

/** How a restore is asked for. */
export const from = (source: string) => ({
  source,
  ...bounds(),
  damaged: (key: string, detail: string) => assert.fail(`${key}: ${detail}`),
});
