// What is noted and told when an object has its row: what about it contradicts what was there before, and that it is there.
import type { Log } from '@concord/network';
import type { Database } from '../database/database.ts';
import type { Change } from './archive.ts';
import { addConflict } from './conflicts.ts';
import type { Added, NewInstance } from './instances.ts';
import type { Contradiction } from './place-study.ts';

export interface AnnouncingParts {
  readonly database: Database;
  readonly changed: (change: Change) => void;
  readonly log: Log;
}

export async function announce(
  parts: AnnouncingParts,
  instance: NewInstance,
  { contradictions }: Exclude<Added, 'there already'>,
): Promise<void> {
  for (const contradiction of contradictions) await noteContradiction(parts, instance, contradiction);
  const { studyInstanceUid, seriesInstanceUid } = instance.identifiers;
  parts.changed({ kind: 'instances-stored', studyInstanceUid, seriesInstanceUid, count: 1 });
}

async function noteContradiction({ database, log }: AnnouncingParts, instance: NewInstance, kind: Contradiction) {
  const { studyInstanceUid, sopInstanceUid } = instance.identifiers;
  log.warn({ studyInstanceUid, sopInstanceUid, kind }, 'an object contradicts what is stored; it is kept, and marked');
  const said = (['PatientID', 'PatientName', 'PatientBirthDate'] as const).map(
    (key) => instance.header.string(key) ?? '',
  );
  const detail = kind === 'series in two studies' ? instance.identifiers.seriesInstanceUid : said.join(', ');
  await addConflict(database, instance, kind, detail);
}
