// Which service of today's template an activity, a SOP Class or a web service belongs to. PS3.2 N.1.2, N.1.3, N.5.2, N.5.3
import { isStorageSopClass } from '@concord/dicom';
import { storageServiceClass } from '../generate/names.ts';
import type { Statement } from '../model/statement.ts';

export interface ServiceGroup {
  readonly title: string;
  readonly holds: (uid: string) => boolean;
}

const under =
  (...roots: readonly string[]) =>
  (uid: string): boolean =>
    roots.some((root) => uid === root || uid.startsWith(`${root}.`));
const isStorage = (uid: string): boolean => isStorageSopClass(uid) || uid === storageServiceClass;

/** In the order of N.5.2; what the template has no place for stands last. */
export const dimseServices: readonly ServiceGroup[] = [
  { title: 'Basic Worklist Management Service', holds: under('1.2.840.10008.5.1.4.31') },
  { title: 'Modality Performed Procedure Step Service', holds: under('1.2.840.10008.3.1.2.3') },
  { title: 'Unified Worklist and Procedure Step Service', holds: under('1.2.840.10008.5.1.4.34') },
  { title: 'Instance Availability Notification Service', holds: under('1.2.840.10008.5.1.4.33') },
  { title: 'Storage Service', holds: isStorage },
  { title: 'Storage Commitment Service', holds: under('1.2.840.10008.1.20') },
  {
    title: 'Query/Retrieve Service',
    holds: under(
      '1.2.840.10008.5.1.4.1.2',
      '1.2.840.10008.5.1.4.37',
      '1.2.840.10008.5.1.4.38',
      '1.2.840.10008.5.1.4.39',
    ),
  },
  { title: 'Print Management Service', holds: under('1.2.840.10008.5.1.1') },
  { title: 'Verification Service', holds: under('1.2.840.10008.1.1') },
];

/** The last group: of what no other holds. */
export const otherServices = 'Other Services';

/** Where a SOP Class belongs; the number of groups for none of them. */
export function groupOf(uid: string): number {
  const found = dimseServices.findIndex(({ holds }) => holds(uid));
  return found < 0 ? dimseServices.length : found;
}

/** Parts of the overview, with the groups above that each of them holds. N.1.2 */
export const overviewGroups: readonly { readonly title: string; readonly groups: readonly number[] }[] = [
  { title: 'Verification', groups: [8] },
  { title: 'Storage', groups: [4, 5] },
  { title: 'Workflow Management', groups: [0, 1, 2, 3] },
  { title: 'Query/Retrieve', groups: [6] },
  { title: 'Printing', groups: [7] },
];

/** In the order of N.1.3 and N.5.3. */
export const webServiceGroups: readonly { readonly title: string; readonly names: RegExp }[] = [
  { title: 'URI Web Service', names: /URI Service/i },
  { title: 'Studies Web Service', names: /Studies Service/i },
  { title: 'Worklist Web Service', names: /Worklist Service/i },
  { title: 'Non-Patient Instance Web Service', names: /Non-Patient/i },
  { title: 'Notification Web Service', names: /Notification/i },
  { title: 'Storage Commitment Web Service', names: /Storage Commitment/i },
  { title: 'Modality Scheduled Procedure Step Web Service', names: /Scheduled Procedure Step/i },
  { title: 'Modality Performed Procedure Step Web Service', names: /Performed Procedure Step/i },
];

export type WebServices = Extract<Statement['webServices'], { state: 'described' }>['rows'];

/** Rows of a web service group. */
export const webServicesOf = ({ webServices }: Statement, names: RegExp): WebServices =>
  webServices.state === 'described' ? webServices.rows.filter(({ service }) => names.test(service)) : [];
