// The index as it is at one moment, in a new file: a running server goes on reading and writing.
import { open, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { DatabaseError } from '../database/database.ts';
import { BackupError } from './backup-error.ts';

/** https://www.sqlite.org/rescode.html */
const sqliteReadOnly = 8;
const sqliteFull = 13;
const sqliteCannotOpen = 14;

/** How long a lock of the server is waited for, in ms. */
const patience = 30_000;

/** Durable when the promise resolves. Throws BackupError for the new file, DatabaseError for the old one. */
export async function copySqlite(from: string, to: string): Promise<void> {
  await rm(to, { force: true });
  try {
    const connection = new DatabaseSync(from, { readOnly: true, timeout: patience });
    try {
      // One read transaction: rows that come meanwhile are not in the copy, and nobody waits for it.
      connection.prepare('vacuum into ?').run(to);
    } finally {
      connection.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
    const words = error instanceof Error ? error.message : String(error);
    if (code === sqliteFull) throw new BackupError('target-full', words, error);
    if (code === sqliteCannotOpen || code === sqliteReadOnly) throw new BackupError('not-writable', words, error);
    throw new DatabaseError('failed', words, error);
  }
  const file = await open(to, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
