// One server per data folder: a lock that the operating system takes back when the process ends, however it ends.
import { DatabaseSync } from 'node:sqlite';

/** Undefined where another process has it; otherwise what gives it back. Throws what SQLite throws where the file cannot be made. */
export function takeLock(file: string): (() => void) | undefined {
  const connection = new DatabaseSync(file, { timeout: 0 });
  try {
    connection.exec('pragma locking_mode = exclusive; begin exclusive');
  } catch (error) {
    connection.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === 5) return undefined;
    throw error;
  }
  return () => connection.close();
}
