// The archive with what watches over it: who sent what, the quota and the rules of keeping, what people put right.
import { implementation } from '@concord/network';
import { openArchive } from '../archive/open-archive.ts';
import { openReconciliation } from '../reconciliation/open-reconciliation.ts';
import { openRetention, type Retention } from '../retention/open-retention.ts';
import { openReceptions } from '../transfers/ledger/receptions.ts';
import type { Ground } from './ground.ts';
import type { Stores } from './stores.ts';

export async function composeArchive({ configuration, log, now, opened }: Ground, { database, store }: Stores) {
  const { aeTitle: system, duplicates, patientConflicts, coercionWarning, transferHistory: days } = configuration;
  /** The quota is held by what works on the archive it guards. */
  const held: { retention?: Retention } = {};
  const kept = await openArchive({
    database,
    store,
    implementation,
    duplicates,
    patientConflicts,
    hasRoom: () => held.retention?.hasRoom() ?? true,
    coercionWarning,
    coercion: configuration,
    system,
    now,
    log,
  });
  const receptions = await openReceptions({ database, days, now, log });
  const archive = receptions.watching(kept);
  const retention = await openRetention({ database, archive, settings: configuration, now, log });
  held.retention = retention;
  opened.defer(retention.close);
  const reconciliation = openReconciliation({ database, system, now, log });
  return { archive, receptions, retention, reconciliation };
}

export type ArchivePart = Awaited<ReturnType<typeof composeArchive>>;
