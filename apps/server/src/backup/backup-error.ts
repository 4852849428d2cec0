// Why a backup or a restore ended: one line for a person.

export const backupFaults = {
  'target-full': 'the backup has no space left',
  'not-writable': 'the folder cannot be written',
  'no-backup': 'no complete backup is there',
  damaged: 'the backup is damaged',
  'in-use': 'another backup or restore is at work there',
  another:
    'the folder has the backup of another archive, or of a later state than the one this was put back to: take a new one',
  'not-empty': 'the data folder is not empty',
  changing: 'objects were deleted faster than they could be copied',
} as const;

/** The one error of this room. */
export class BackupError extends Error {
  readonly fault: keyof typeof backupFaults;
  constructor(fault: keyof typeof backupFaults, detail = '', cause?: unknown) {
    super(`${backupFaults[fault]}${detail && `: ${detail}`}`, { cause });
    this.name = 'BackupError';
    this.fault = fault;
  }
}

const faultOfCode: Readonly<Record<string, keyof typeof backupFaults>> = {
  ENOSPC: 'target-full',
  EDQUOT: 'target-full',
  EFBIG: 'target-full',
  EACCES: 'not-writable',
  EPERM: 'not-writable',
  EROFS: 'not-writable',
  ENOTDIR: 'not-writable',
  EEXIST: 'not-writable',
};

/** What the operating system says of a target, in this room's words; anything else as it is. */
export const targetError = (error: unknown): unknown => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const fault = faultOfCode[code];
  return fault && error instanceof Error ? new BackupError(fault, error.message, error) : error;
};
