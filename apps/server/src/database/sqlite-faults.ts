// What a SQLite thread answers where something failed.
import type { databaseFaults } from './database.ts';
import type { Reply } from './sqlite-messages.ts';

/** SQLite result codes, https://www.sqlite.org/rescode.html */
const faultOf = (code: unknown): keyof typeof databaseFaults => {
  if (code === 2067 || code === 1555) return 'unique';
  if (code === 787) return 'reference';
  const primary = typeof code === 'number' ? code & 0xff : 0;
  if (primary === 5 || primary === 6) return 'busy';
  if (primary === 13) return 'full';
  return 'failed';
};

export const failure = (id: number, error: unknown): Reply => {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return { id, fault: faultOf(code), message: error instanceof Error ? error.message : String(error) };
};

export const blocksFailure = (id: number, error: unknown): Reply => ({
  id,
  fault: 'blocks',
  message: error instanceof Error ? error.message : String(error),
  code: error instanceof Error && 'code' in error ? String(error.code) : undefined,
});
