// Meta SOP Classes pair as a whole; their optional members one by one. PS3.4 Annex H
import { uidName } from '@concord/dicom';
import type { Reason } from './verdict.ts';
import type { Offer } from './view.ts';

const colour = '1.2.840.10008.5.1.1.18';
const grayscale = '1.2.840.10008.5.1.1.9';

/** SOP Classes beside a print Meta SOP Class. PS3.4 Table H.3.2.2-1 */
const optional = [
  '1.2.840.10008.5.1.1.23', // Presentation LUT
  '1.2.840.10008.5.1.1.15', // Basic Annotation Box
  '1.2.840.10008.5.1.1.14', // Print Job
  '1.2.840.10008.5.1.1.24.1', // Basic Print Image Overlay Box
  '1.2.840.10008.5.1.1.16.376', // Printer Configuration Retrieval
];

const claims = (offer: Offer, uid: string, role: 'scu' | 'scp'): boolean =>
  offer.activity.ae.sopClasses.some((fact) => fact.uid === uid && fact[role] === true) ||
  offer.activity.offers.some((other) => other.uid === uid) ||
  offer.conformance.some(({ sopClasses }) => sopClasses.includes(uid));

/** Members that the user needs and the provider has not. */
export function metaReasons(initiator: Offer, acceptor: Offer): readonly Reason[] {
  if (initiator.uid !== colour && initiator.uid !== grayscale) return [];
  return optional
    .filter((uid) => claims(initiator, uid, 'scu') && !claims(acceptor, uid, 'scp'))
    .map((uid) => ({
      code: 'member-not-supported',
      severity: 'limit',
      text: `${uidName(uid) ?? uid} is used, and is not supported on the other side.`,
      initiator: initiator.path,
      acceptor: acceptor.path,
    }));
}
