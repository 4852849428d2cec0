// The archive of what open media show: a temporary one in the data folder, made when something is to be shown.
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { implementation } from '@concord/network';
import { openArchive } from '../archive/open-archive.ts';
import { openSqlite } from '../database/sqlite.ts';
import { createShelf, type OpenedShelf, type Shelf } from '../media/shelf.ts';
import { openFileSystemStore } from '../objects/file-system.ts';
import { createStatesOfStudy } from '../presentation-states/states-of-study.ts';
import type { Ground } from './ground.ts';

const mebibyte = 1024 * 1024;
/** Shown as the medium has them. */
const asTheyAre = { incomingDefaults: [], incomingNames: 'as sent', incomingSex: 'as sent' } as const;

export const composeShelf = (ground: Pick<Ground, 'configuration' | 'now' | 'log'>): Shelf =>
  createShelf(() => openShelf(ground));

async function openShelf({
  configuration,
  now,
  log,
}: Pick<Ground, 'configuration' | 'now' | 'log'>): Promise<OpenedShelf> {
  await using opened = new AsyncDisposableStack();
  const folder = join(configuration.data, 'media', `shown-${randomBytes(8).toString('hex')}`);
  await mkdir(folder, { recursive: true });
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const database = await openSqlite(join(folder, 'index.sqlite'));
  opened.defer(database.close);
  const store = await openFileSystemStore({
    folder: join(folder, 'objects'),
    reserve: configuration.diskReserve * mebibyte,
    failed: (err) => log.error({ err }, 'what media show could not be kept'),
  });
  opened.defer(store.close);
  const archive = await openArchive({
    ...{ database, store, implementation, now, log },
    duplicates: 'replace',
    patientConflicts: 'accept',
    coercionWarning: 'off',
    coercion: asTheyAre,
    system: configuration.aeTitle,
  });
  const presentationStates = createStatesOfStudy({ database, archive, maskStates: configuration.maskStates });
  const all = opened.move();
  return { archive, presentationStates, close: () => all.disposeAsync() };
}
