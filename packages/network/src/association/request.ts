// The requestor's A-ASSOCIATE-RQ, and what an A-ASSOCIATE-AC to it means. Pure. PS3.8 7.1.1, PS3.7 Annex D.
import { uidName } from '@concord/dicom';
import type { Implementation } from '../implementation.ts';
import { NetworkError } from '../network-error.ts';
import { type AssociateAccept, type AssociateRequest, contextResults, dicomApplicationContext } from '../pdu/pdu.ts';
import { noUserInformation, type UserIdentity } from '../pdu/user-information.ts';
import type { BoundService } from '../service.ts';
import type { AcceptedContext, ContextOutcome } from './context.ts';
import type { ProposedContext } from './exchange.ts';
import { mostContexts } from './proposal.ts';

export interface RequestParts {
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
  readonly contexts: readonly ProposedContext[];
  readonly maximumLength: number;
  readonly implementation: Implementation;
  readonly identity?: UserIdentity | undefined;
  readonly window?: { readonly invoked: number; readonly performed: number } | undefined;
}

const idOf = (index: number): number => index * 2 + 1;

/** Throws NetworkError 'limit-exceeded' for more contexts than have IDs. */
export function requestFor(parts: RequestParts): AssociateRequest {
  const { contexts, identity, window } = parts;
  if (contexts.length > mostContexts)
    throw new NetworkError(
      'limit-exceeded',
      `${contexts.length} presentation contexts; ${mostContexts} fit into one association`,
    );
  return {
    protocolVersion: 1,
    calledAeTitle: parts.calledAeTitle,
    callingAeTitle: parts.callingAeTitle,
    bytes43to74: new Uint8Array(32),
    items: {
      applicationContext: dicomApplicationContext,
      presentationContexts: contexts.map(({ abstractSyntax, transferSyntaxes }, index) => ({
        id: idOf(index),
        syntax: { abstract: abstractSyntax, transfer: transferSyntaxes },
      })),
      userInformation: {
        ...noUserInformation,
        maximumLength: parts.maximumLength,
        implementationClassUid: parts.implementation.classUid,
        implementationVersionName: parts.implementation.versionName,
        asynchronousOperationsWindow: window,
        roleSelections: rolesOf(contexts),
        ...extrasOf(contexts),
        userIdentity: identity,
      },
    },
  };
}

/** One item for each SOP Class, whatever the number of its contexts. */
const byClass = (contexts: readonly ProposedContext[]): readonly ProposedContext[] => [
  ...new Map(contexts.toReversed().map((context) => [context.abstractSyntax, context])).values(),
];

const rolesOf = (contexts: readonly ProposedContext[]) =>
  byClass(contexts).flatMap(({ abstractSyntax: sopClassUid, roles }) =>
    roles ? [{ sopClassUid, scu: roles.scu ? 1 : 0, scp: roles.scp ? 1 : 0 }] : [],
  );

const extrasOf = (contexts: readonly ProposedContext[]) => ({
  extendedNegotiations: byClass(contexts).flatMap(
    ({ abstractSyntax: sopClassUid, extendedNegotiation: applicationInformation }) =>
      applicationInformation ? [{ sopClassUid, applicationInformation }] : [],
  ),
  commonExtendedNegotiations: byClass(contexts).flatMap(({ abstractSyntax: sopClassUid, commonExtendedNegotiation }) =>
    commonExtendedNegotiation ? [{ sopClassUid, ...commonExtendedNegotiation }] : [],
  ),
});

export interface Agreed {
  readonly contexts: readonly AcceptedContext[];
  readonly outcomes: readonly ContextOutcome[];
  readonly window: { readonly invoked: number; readonly performed: number };
}

/**
 * What we may do now.
 * @param serviceOf what carries out the peer's requests on a context
 */
export function agreed(
  parts: RequestParts,
  answer: AssociateAccept,
  serviceOf: (abstractSyntax: string) => BoundService | undefined,
): Agreed {
  const user = answer.items.userInformation;
  const results = new Map(answer.items.presentationContexts.map((context) => [context.id, context]));
  const roles = new Map((user?.roleSelections ?? []).map((role) => [role.sopClassUid, role]));
  const extended = new Map(
    (user?.extendedNegotiations ?? []).map((item) => [item.sopClassUid, item.applicationInformation]),
  );
  const outcomes = parts.contexts.map((context, index) => outcomeOf(context, idOf(index), results.get(idOf(index))));
  const contexts = parts.contexts.flatMap((proposed, index): readonly AcceptedContext[] => {
    const { transferSyntax, id } = outcomes[index] ?? {};
    if (transferSyntax === undefined || id === undefined) return [];
    const { abstractSyntax } = proposed;
    const role = proposed.roles && roles.get(abstractSyntax);
    return [
      {
        id,
        abstractSyntax,
        transferSyntax,
        weAreScu: role ? proposed.roles?.scu === true && role.scu === 1 : true,
        weAreScp: role ? proposed.roles?.scp === true && role.scp === 1 : false,
        service: serviceOf(abstractSyntax),
        eventService: serviceOf(abstractSyntax),
        extendedNegotiation: extended.get(abstractSyntax),
      },
    ];
  });
  return { contexts, outcomes, window: windowOf(parts, user?.asynchronousOperationsWindow) };
}

function outcomeOf(
  { abstractSyntax, transferSyntaxes }: ProposedContext,
  id: number,
  answer: AssociateAccept['items']['presentationContexts'][number] | undefined,
): ContextOutcome {
  const base = { id, abstractSyntax, offeredTransferSyntaxes: transferSyntaxes };
  const name = uidName(abstractSyntax) ?? abstractSyntax;
  if (answer === undefined) return { ...base, result: 2, reason: `the peer did not answer the context for ${name}` };
  const [transferSyntax] = answer.syntax.transfer;
  if (answer.result !== 0) {
    const words = (contextResults as Readonly<Record<number, string>>)[answer.result] ?? `result ${answer.result}`;
    return { ...base, result: answer.result, reason: `the peer refused ${name}: ${words}` };
  }
  if (transferSyntax !== undefined && transferSyntaxes.includes(transferSyntax))
    return { ...base, result: 0, transferSyntax };
  return {
    ...base,
    result: 4,
    reason: `the peer accepted ${name} in ${transferSyntax ?? 'no transfer syntax'}, which was not offered`,
  };
}

/** Zero on the wire is any number; an answer may only lower what was proposed. PS3.7 D.3.3.3. */
function windowOf(
  { window }: RequestParts,
  answer: { readonly invoked: number; readonly performed: number } | undefined,
): Agreed['window'] {
  if (!window || !answer) return { invoked: 1, performed: 1 };
  return { invoked: lower(window.invoked, answer.invoked), performed: lower(window.performed, answer.performed) };
}
export const lower = (ours: number, theirs: number): number =>
  Math.min(ours || Number.POSITIVE_INFINITY, theirs || Number.POSITIVE_INFINITY);
