// Services that need something of the other direction: a C-MOVE its destination, a commitment its way back. PS3.4 C.4.2, J.3.3
import { isStorageSopClass } from '@concord/dicom';
import { queryRetrieveSopClasses, storageCommitmentSopClass } from '@concord/network';
import { storageServiceClass } from '../generate/names.ts';
import { offersOf } from './read-entities.ts';
import type { Reason } from './verdict.ts';
import type { Offer, StatementView } from './view.ts';

const moves: readonly string[] = [
  queryRetrieveSopClasses.patientRootMove,
  queryRetrieveSopClasses.studyRootMove,
  queryRetrieveSopClasses.patientStudyOnlyMove,
];

interface Sides {
  /** Offers of a side, or undefined where the statement does not say what it offers there. */
  readonly initiatorAccepts: readonly Offer[] | undefined;
  readonly acceptorInitiates: readonly Offer[] | undefined;
}

const isStorage = ({ uid }: Offer): boolean => isStorageSopClass(uid) || uid === storageServiceClass;

const known = (view: StatementView, side: 'initiation' | 'acceptance'): readonly Offer[] | undefined =>
  view.networking.state !== 'described' || view.networking.value.some((entity) => entity[side].state === 'unknown')
    ? undefined
    : offersOf(view.networking.value, side);

const path = '/networking/applicationEntities';

function moveReason({ initiatorAccepts, acceptorInitiates }: Sides): Reason | undefined {
  if (acceptorInitiates === undefined)
    return {
      code: 'move-sending-not-stated',
      severity: 'unknown',
      text: 'Which instances the answering side can send to a Move Destination is not stated.',
      remedy: 'Ask for the presentation contexts that it proposes for Storage.',
      acceptor: path,
      ask: 'acceptor',
    };
  if (!acceptorInitiates.some(isStorage))
    return {
      code: 'move-without-storage',
      severity: 'cannot',
      text: 'The answering side has no Storage as SCU: it cannot send to any Move Destination.',
      acceptor: path,
    };
  if (initiatorAccepts?.some(isStorage)) return undefined;
  return {
    code: 'move-elsewhere',
    severity: 'limit',
    text: `The asking side ${initiatorAccepts ? 'accepts no Storage' : 'does not state whether it accepts Storage'}: the Move Destination has to be a third system.`,
    initiator: path,
    ...(initiatorAccepts === undefined && { ask: 'initiator' as const }),
  };
}

function commitmentReason(acceptor: Offer, { initiatorAccepts, acceptorInitiates }: Sides): Reason | undefined {
  const takesBack = initiatorAccepts?.some(({ uid }) => uid === storageCommitmentSopClass);
  if (takesBack) return undefined;
  const reports = acceptorInitiates?.some(({ uid }) => uid === storageCommitmentSopClass);
  const same = acceptor.conformance.some(({ description }) => /same association/i.test(description));
  if (same || reports === false)
    return {
      code: 'commitment-same-association',
      severity: 'limit',
      text: 'The report comes over the association of the request only: the requester has to keep it open until then.',
      initiator: path,
      acceptor: acceptor.path,
    };
  const unknown = initiatorAccepts === undefined || reports === undefined;
  return {
    code: 'commitment-no-way-back',
    severity: unknown ? 'unknown' : 'cannot',
    text: unknown
      ? 'How the report comes back to the requester is not stated.'
      : 'The report comes over an association of its own, and the requester accepts none for it.',
    initiator: path,
    acceptor: acceptor.path,
    ...(unknown && { ask: initiatorAccepts === undefined ? ('initiator' as const) : ('acceptor' as const) }),
  };
}

/** Reasons beyond the pair itself. The result is made once for a direction and asked for each pair. */
export function dependencyReasons(
  initiator: StatementView,
  acceptor: StatementView,
): (initiating: Offer, accepting: Offer) => readonly Reason[] {
  const sides: Sides = {
    initiatorAccepts: known(initiator, 'acceptance'),
    acceptorInitiates: known(acceptor, 'initiation'),
  };
  return ({ uid, role }, accepting) => {
    if (role === 'SCP') return [];
    if (moves.includes(uid)) return [moveReason(sides)].filter((reason) => reason !== undefined);
    if (uid === storageCommitmentSopClass)
      return [commitmentReason(accepting, sides)].filter((reason) => reason !== undefined);
    return [];
  };
}
