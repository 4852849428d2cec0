// Standard, extended, specialized and private SOP Classes, and whole service classes: how each may be paired. PS3.2 7.3; PS3.4 B.3.1.4
import { describeUid, isStorageSopClass } from '@concord/dicom';
import { storageServiceClass } from '../generate/names.ts';
import type { Reason } from './verdict.ts';
import type { Offer, SopClassFact } from './view.ts';

/** What the entity says of the class of an offer. */
export const factOf = (offer: Offer): SopClassFact | undefined =>
  offer.activity.ae.sopClasses.find(({ uid }) => uid === offer.uid);

const isPrivate = (uid: string): boolean => describeUid(uid) === undefined;

/** Reasons for a pair whose both sides name the UID. */
export function typeReasons(initiator: Offer, acceptor: Offer): readonly Reason[] {
  const paths = { initiator: initiator.path, acceptor: acceptor.path };
  const [ours, theirs] = [factOf(initiator), factOf(acceptor)];
  const reasons: Reason[] = [];
  for (const fact of [ours, theirs])
    if (fact?.type === 'standard extended')
      reasons.push({
        code: 'standard-extended',
        severity: 'information',
        text: `${initiator.name} is a Standard Extended SOP Class on one side: attributes that it adds are ignored by the other.`,
        ...paths,
      });
    else if (fact?.type === 'specialized')
      reasons.push({
        code: 'specialized',
        severity: 'limit',
        text: `${initiator.name} is a Specialized SOP Class: both sides name it, its added meaning has to be agreed.`,
        ...paths,
      });
  if (isPrivate(initiator.uid) && !reasons.some(({ code }) => code === 'specialized'))
    reasons.push({
      code: 'private-class',
      severity: 'limit',
      text: `${initiator.name} is private: both sides name its UID; content and semantics have to be agreed.`,
      ...paths,
    });
  if (describeUid(initiator.uid)?.retired)
    reasons.push({
      code: 'retired-class',
      severity: 'information',
      text: `${initiator.name} is retired in today's standard.`,
      ...paths,
    });
  return reasons;
}

/** Whether an offer of a whole service class may take this SOP Class. */
export const mayTake = (acceptor: Offer, initiator: Offer): boolean =>
  acceptor.uid === storageServiceClass &&
  initiator.uid !== storageServiceClass &&
  (isStorageSopClass(initiator.uid) || isPrivate(initiator.uid));

/** Reasons for a class that the acceptor takes only as one of its service class. */
export function serviceClassReasons(initiator: Offer, acceptor: Offer): readonly Reason[] {
  const paths = { initiator: initiator.path, acceptor: acceptor.path };
  const told = initiator.commonExtendedNegotiation && acceptor.commonExtendedNegotiation;
  return [
    {
      code: told ? 'service-class-negotiated' : 'service-class-without-negotiation',
      severity: told ? 'information' : 'limit',
      text: told
        ? `${initiator.name} is accepted as one of the Storage Service Class, as SOP Class Common Extended Negotiation says.`
        : `The acceptor takes all classes of the Storage Service Class that come with SOP Class Common Extended Negotiation, and that is not stated for ${initiator.name} on both sides.`,
      ...paths,
    },
  ];
}

/** A specialized class that the acceptor does not name: the ways in which it may still be taken. */
export function specializationReason(initiator: Offer, general: Offer | undefined): Reason | undefined {
  const fact = factOf(initiator);
  if (fact?.type !== 'specialized' || !general || general.uid !== fact.basedOn) return undefined;
  const paths = { initiator: initiator.path, acceptor: general.path };
  const takesSpecializations =
    general.commonExtendedNegotiation || general.negotiation.some((note) => /speciali[sz]/i.test(note));
  if (initiator.commonExtendedNegotiation && takesSpecializations)
    return {
      code: 'as-specialization',
      severity: 'limit',
      text: `${initiator.name} is taken as a specialization of ${general.name}: its added meaning is not understood.`,
      ...paths,
    };
  const { fallback } = initiator.activity;
  if (fallback === undefined || /never|\bnot\b/i.test(fallback) || !/general|convert|changed/i.test(fallback))
    return undefined;
  return {
    code: 'as-general-class',
    severity: 'limit',
    text: `${initiator.name} is refused, and sent as ${general.name} instead: ${fallback}`,
    ...paths,
  };
}
