// A real archive in a folder of its own, and a web server over it, for tests that store and retrieve.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createImagingPool } from '@concord/imaging/node';
import { openArchive } from '../src/archive/open-archive.ts';
import { openSqlite } from '../src/database/sqlite.ts';
import { openFileSystemStore } from '../src/objects/file-system.ts';
import type { WebServerParts } from '../src/web/web-server.ts';
import { startWeb, testImplementation, webParts } from './web.ts';

interface Context {
  after(work: () => Promise<void> | void): void;
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** An empty archive; its folder is removed when the test is over. */
export const startArchive = async (t: Context) => {
  const folder = mkdtempSync(join(tmpdir(), 'concord-archive-'));
  const database = await openSqlite(join(folder, 'index.sqlite'));
  const store = await openFileSystemStore({ folder: join(folder, 'objects'), reserve: 0 });
  const archive = await openArchive({
    database,
    store,
    implementation: testImplementation,
    duplicates: 'keep',
    now: () => new Date(),
    log: silent,
  });
  t.after(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { archive, folder };
};

/** A web server over an empty archive. */
export const startDicomweb = async (t: Context, overrides: Partial<WebServerParts> = {}) => {
  const { archive, folder } = await startArchive(t);
  const imaging = createImagingPool({ threads: 1 });
  t.after(() => imaging.close());
  const { parts, log } = webParts({ archive, imaging, ...overrides });
  const web = await startWeb(t, parts);
  return { ...web, archive, folder, log, service: `${web.url}/dicom-web` };
};
