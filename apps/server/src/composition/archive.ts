// The archive with what watches over it: who sent what, the quota and the rules of keeping, what people put right.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { newUid } from '@concord/dicom';
import type { ImagingPool } from '@concord/imaging/node';
import { implementation } from '@concord/network';
import { openArchive } from '../archive/open-archive.ts';
import { startForgetting } from '../archive/refused-objects.ts';
import { startSweeping } from '../archive/sweeping.ts';
import { createNonPatientObjects } from '../non-patient/non-patient-objects.ts';
import { openReconciliation } from '../reconciliation/open-reconciliation.ts';
import { openRetention, type Retention } from '../retention/open-retention.ts';
import { markingTemporary } from '../retention/temporary.ts';
import { startMover } from '../tiers/mover.ts';
import { openReceptions } from '../transfers/ledger/receptions.ts';
import { createOrderNumbers } from '../worklist/order-numbers.ts';
import { createOrders } from '../worklist/orders.ts';
import type { CallingPart } from './calling.ts';
import type { Ground } from './ground.ts';
import type { Stores } from './stores.ts';

const dayMs = 86_400_000;
/** UIDs, and numbers of 12 capitals and digits, that nobody else makes. */
const orderIdentifiers = {
  uid: () => newUid(randomBytes(16)),
  number: () =>
    BigInt(`0x${randomBytes(8).toString('hex')}`)
      .toString(36)
      .toUpperCase()
      .padStart(12, '0')
      .slice(-12),
};
const megabyte = 1_000_000;
/** The network takes no more in any case: nothing has to be counted. */
const unlimitedSize = 2 ** 40;
const hourMs = 3_600_000;
/** Of all refused objects that are kept for diagnosis. */
const mostRefused = 2 ** 30;

export async function composeArchive(
  { configuration, log, now, opened }: Ground,
  {
    database,
    store,
    tiered,
    imaging,
    believedNow,
  }: Stores & Pick<CallingPart, 'believedNow'> & { readonly imaging: ImagingPool },
) {
  const { aeTitle: system, duplicates, patientConflicts, coercionWarning, transferHistory: days } = configuration;
  /** The quota is held by what works on the archive it guards. */
  const held: { retention?: Retention } = {};
  const refused = {
    folder: join(configuration.data, 'refused'),
    staysMs: configuration.temporaryTime * hourMs,
    mostBytes: mostRefused,
  };
  opened.defer((await startForgetting({ ...refused, now, log })).close);
  const kept = await openArchive({
    database,
    store,
    implementation,
    duplicates,
    patientConflicts,
    hasRoom: () => held.retention?.hasRoom() ?? true,
    largest: configuration.maximumObjectSize < unlimitedSize ? configuration.maximumObjectSize : undefined,
    incompleteImages: configuration.incompleteImages,
    storeFailures: configuration.storeFailures,
    ...(configuration.refusedObjects === 'for a while' && { refused }),
    coercionWarning,
    coercion: { ...configuration, orderNumber: createOrderNumbers(database) },
    compression: { rules: configuration.compressIncoming, imaging },
    system,
    now,
    log,
  });
  opened.defer(startSweeping({ archive: kept, log }).close);
  const receptions = await openReceptions({ database, days, now, believedNow, log });
  const archive = markingTemporary(receptions.watching(kept), { database, settings: configuration, now, log });
  const retention = await openRetention({ database, archive, settings: configuration, now, believedNow, log });
  held.retention = retention;
  opened.defer(retention.close);
  if (tiered) {
    const { moveAfter, moveRate } = configuration;
    const mover = await startMover({
      database,
      store: tiered,
      after: moveAfter * dayMs,
      bytesPerSecond: moveRate * megabyte,
      now,
      log,
    });
    opened.defer(mover.close);
  }
  const reconciliation = openReconciliation({ database, system, now, log });
  const nonPatient = createNonPatientObjects(database, now);
  const orders = createOrders({
    ...{ database, settings: configuration, identifiers: orderIdentifiers, now, believedNow },
  });
  return { archive, receptions, retention, reconciliation, nonPatient, orders };
}

export type ArchivePart = Awaited<ReturnType<typeof composeArchive>>;
