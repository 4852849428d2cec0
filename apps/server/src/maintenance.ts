// @concord/server/maintenance: checks, copies and repairs of index and store, for the command line.
export { implementation } from '@concord/network';
export { backup } from './backup/backup.ts';
export { BackupError } from './backup/backup-error.ts';
export { copyIndex } from './backup/copy-index.ts';
export { openMender } from './backup/mender.ts';
export { putBackMissing } from './backup/put-back.ts';
export { checkBackup, restore } from './backup/restore.ts';
export { reindex } from './reindex/reindex.ts';
export { replaceIndex } from './reindex/replace-index.ts';
export { findingKinds } from './verify/finding.ts';
export { openEveryObject, openStored } from './verify/open-stored.ts';
export { verify } from './verify/verify.ts';
