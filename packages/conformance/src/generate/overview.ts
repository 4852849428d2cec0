// The overview's tables: every SOP Class once, with the roles of all application entities joined. PS3.2 A.1
import { isStorageSopClass } from '@concord/dicom';
import { verificationSopClass } from '@concord/network';
import type { ApplicationEntityStatement } from '../model/networking.ts';
import type { OverviewService } from '../model/statement.ts';
import { storageServiceClass } from './names.ts';

type Category = OverviewService['category'];

/** In the order of table A.1-1. */
export const categories: readonly Category[] = [
  'Transfer',
  'Query/Retrieve',
  'Workflow Management',
  'Print Management',
  'Notes, Reports, Measurements Transfer',
];

const workflow = [
  '1.2.840.10008.1.20.',
  '1.2.840.10008.1.40',
  '1.2.840.10008.1.42',
  '1.2.840.10008.3.1.2.',
  '1.2.840.10008.5.1.4.31',
  '1.2.840.10008.5.1.4.32',
  '1.2.840.10008.5.1.4.33',
  '1.2.840.10008.5.1.4.34.',
];

/** Where table A.1-2 puts a SOP Class, and by its rule those that came later; private ones transfer instances. */
export function categoryOf(uid: string): Category {
  if (isStorageSopClass(uid) || uid === storageServiceClass) return 'Transfer';
  if (uid.startsWith('1.2.840.10008.5.1.1.')) return 'Print Management';
  if (workflow.some((root) => uid.startsWith(root))) return 'Workflow Management';
  return uid.startsWith('1.2.840.10008.5.1.4.') ? 'Query/Retrieve' : 'Transfer';
}

/** Rows of table A.1-1. Verification is left out where we provide it. */
export function overviewServices(entities: readonly ApplicationEntityStatement[]): OverviewService[] {
  const rows = new Map<string, OverviewService>();
  for (const { sopClasses } of entities)
    for (const { name, uid, scu, scp } of sopClasses) {
      if (uid === verificationSopClass) continue;
      const row = rows.get(uid) ?? { category: categoryOf(uid), name, uid, scu: 'No', scp: 'No' };
      if (scu === 'Yes') row.scu = 'Yes';
      if (scp === 'Yes') row.scp = 'Yes';
      rows.set(uid, row);
    }
  const order = new Map(categories.map((category, index) => [category, index]));
  return [...rows.values()].sort(
    (left, right) =>
      (order.get(left.category) ?? 0) - (order.get(right.category) ?? 0) || left.name.localeCompare(right.name, 'en'),
  );
}
