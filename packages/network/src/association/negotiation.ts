// The acceptor's answer to an A-ASSOCIATE-RQ. Pure. PS3.8 7.1.1, PS3.7 Annex D.
import { describeUid, isStorageSopClass, isUid, transferSyntax as syntaxOf, uidName } from '@concord/dicom';
import type { AssociateRequest, OfferedContext } from '../pdu/pdu.ts';
import type { RoleSelection } from '../pdu/user-information.ts';
import type { KnownPeer, Policy, SyntaxPreference } from '../policy.ts';
import type { BoundService } from '../service.ts';
import type { AcceptedContext, ContextOutcome } from './context.ts';

/** What the answer to contexts depends on. */
export interface ContextSituation {
  readonly services: readonly BoundService[];
  readonly policy: Policy;
  readonly peer: KnownPeer | undefined;
}

export interface ContextAnswers {
  readonly accepted: readonly AcceptedContext[];
  readonly outcomes: readonly ContextOutcome[];
  /** Sub-items of the answer. */
  readonly roleSelections: readonly RoleSelection[];
  readonly extendedNegotiations: readonly {
    readonly sopClassUid: string;
    readonly applicationInformation: Uint8Array;
  }[];
}

/** Answers every offered context. */
export function answerContexts(request: AssociateRequest, situation: ContextSituation): ContextAnswers {
  const user = request.items.userInformation;
  const offeredRoles = new Map((user?.roleSelections ?? []).map((role) => [role.sopClassUid, role]));
  const related = new Map(
    (user?.commonExtendedNegotiations ?? []).map((item) => [item.sopClassUid, item.relatedGeneralSopClassUids]),
  );
  const extended = new Map(
    (user?.extendedNegotiations ?? []).map((item) => [item.sopClassUid, item.applicationInformation]),
  );
  const answers = request.items.presentationContexts.map((offered) => {
    const abstractSyntax = offered.syntax.abstract ?? '';
    return answerContext(offered, situation, {
      role: offeredRoles.get(abstractSyntax),
      related: related.get(abstractSyntax) ?? [],
      extended: extended.get(abstractSyntax),
    });
  });
  const accepted = answers.flatMap(({ accepted: context }) => context ?? []);
  const classes = new Map(accepted.map((context) => [context.abstractSyntax, context]));
  return {
    accepted,
    outcomes: answers.map(({ outcome }) => outcome),
    roleSelections: [...offeredRoles.values()].flatMap((role) => answerRole(role, classes.get(role.sopClassUid))),
    extendedNegotiations: [...classes.values()].flatMap(({ abstractSyntax: sopClassUid, extendedNegotiation }) =>
      extendedNegotiation ? [{ sopClassUid, applicationInformation: extendedNegotiation }] : [],
    ),
  };
}

const answerRole = (offered: RoleSelection, context: AcceptedContext | undefined): readonly RoleSelection[] =>
  context
    ? [
        {
          sopClassUid: offered.sopClassUid,
          scu: context.weAreScp ? offered.scu : 0,
          scp: context.weAreScu ? offered.scp : 0,
        },
      ]
    : [];

interface Extras {
  readonly role: RoleSelection | undefined;
  readonly related: readonly string[];
  readonly extended: Uint8Array | undefined;
}
interface Answer {
  readonly accepted?: AcceptedContext;
  readonly outcome: ContextOutcome;
}

function answerContext(offered: OfferedContext, situation: ContextSituation, extras: Extras): Answer {
  const abstractSyntax = offered.syntax.abstract ?? '';
  const base = { id: offered.id, abstractSyntax, offeredTransferSyntaxes: offered.syntax.transfer };
  const refuse = (result: number, reason: string, remedy: string): Answer => ({
    outcome: { ...base, result, reason, remedy },
  });
  const name = uidName(abstractSyntax) ?? abstractSyntax;
  const found = rolesFor(abstractSyntax, situation, extras);
  if (found === undefined) return refuse(3, ...whyNoService(abstractSyntax, name, situation));
  const { service, eventService, weAreScu, weAreScp } = found;
  if (!weAreScu && !weAreScp)
    return refuse(
      1,
      `${name} is not provided in the role that was asked for`,
      'let the calling system propose the other role',
    );
  const chosen = chooseSyntax(offered.syntax, service, situation);
  if (chosen === undefined)
    return refuse(
      4,
      `none of the offered transfer syntaxes is accepted for ${name}: ${offered.syntax.transfer.map((uid) => uidName(uid) ?? uid).join(', ')}`,
      'let the calling system offer Implicit VR Little Endian too, or accept the syntax in the settings',
    );
  const extendedNegotiation =
    extras.extended && service.declaration.extendedNegotiation?.(abstractSyntax, extras.extended);
  return {
    accepted: {
      id: offered.id,
      abstractSyntax,
      transferSyntax: chosen,
      weAreScu,
      weAreScp,
      service,
      eventService,
      extendedNegotiation,
    },
    outcome: { ...base, result: 0, transferSyntax: chosen },
  };
}

interface Roles {
  readonly service: BoundService;
  readonly eventService: BoundService | undefined;
  readonly weAreScu: boolean;
  readonly weAreScp: boolean;
}

/** Who carries out this SOP Class, and in which roles the peer wants it. PS3.7 D.3.3.4. */
function rolesFor(abstractSyntax: string, situation: ContextSituation, { role, related }: Extras): Roles | undefined {
  const peerIsScu = role === undefined || role.scu === 1;
  const peerIsScp = role?.scp === 1;
  const provider = serviceFor(abstractSyntax, related, situation, (s) => s.declaration.role !== 'SCU');
  const user = serviceFor(abstractSyntax, related, situation, (s) => s.declaration.role !== 'SCP');
  const sender = user ?? (peerIsScp ? retrieverFor(abstractSyntax, situation) : undefined);
  const service = (peerIsScu ? provider : undefined) ?? sender ?? provider;
  return (
    service && {
      service,
      eventService: user,
      weAreScp: peerIsScu && provider !== undefined,
      weAreScu: peerIsScp && sender !== undefined,
    }
  );
}

/** A C-GET sends instances over the association of the request: then we are SCU of storage classes. PS3.4 C.5.3. */
const retrieverFor = (sopClassUid: string, { services }: ContextSituation): BoundService | undefined =>
  isStorageSopClass(sopClassUid) || (isUid(sopClassUid) && describeUid(sopClassUid) === undefined)
    ? services.find((s) => s.declaration.instanceSyntaxes)
    : undefined;

function serviceFor(
  abstractSyntax: string,
  related: readonly string[],
  { services, policy, peer }: ContextSituation,
  fits: (service: BoundService) => boolean,
): BoundService | undefined {
  const candidates = services.filter(fits);
  const of = (uid: string): BoundService | undefined => candidates.find((s) => s.declaration.sopClasses.includes(uid));
  const direct = of(abstractSyntax) ?? related.map(of).find((s) => s !== undefined);
  if (direct) return direct;
  if (!isUid(abstractSyntax) || describeUid(abstractSyntax) !== undefined || !acceptsUnknown(policy, peer))
    return undefined;
  return candidates.find((s) => s.declaration.unknownSopClasses);
}

const acceptsUnknown = (policy: Policy, peer: KnownPeer | undefined): boolean =>
  (peer?.unknownSopClasses ??
    (policy.unknownSopClasses === 'known peers' ? peer && 'accept' : policy.unknownSopClasses)) === 'accept';

function whyNoService(uid: string, name: string, { services }: ContextSituation): [string, string] {
  if (!isUid(uid)) return ['the abstract syntax is not a UID', 'report this to the maker of the calling system'];
  if (describeUid(uid) === undefined && services.some((s) => s.declaration.unknownSopClasses))
    return [
      `${uid} is not a SOP Class of the standard, and unknown ones are not accepted from this peer`,
      'register the calling AE title, or accept unknown SOP Classes in the settings',
    ];
  return [`${name} is not provided here`, 'switch the service on, or let the calling system not ask for it'];
}

function chooseSyntax(
  { abstract = '', transfer }: OfferedContext['syntax'],
  { declaration: { sopClasses, transferSyntaxes, instanceSyntaxes } }: BoundService,
  { policy, peer }: ContextSituation,
): string | undefined {
  const taken = instanceSyntaxes && !sopClasses.includes(abstract) ? instanceSyntaxes : transferSyntaxes;
  const ours = taken.filter((uid) => peer?.transferSyntaxes?.includes(uid) ?? true);
  return pick(
    transfer.filter((uid) => ours.includes(uid)),
    ours,
    peer?.preference ?? policy.preference,
  );
}

function pick(common: readonly string[], ours: readonly string[], preference: SyntaxPreference): string | undefined {
  if (preference === 'own order') return ours.find((uid) => common.includes(uid));
  const explicit = preference === 'explicit first' ? common.find((uid) => syntaxOf(uid)?.explicitVr) : undefined;
  return explicit ?? common[0];
}
