// The A-ASSOCIATE-AC to a request that is let in. Pure. PS3.8 9.3.3, PS3.7 Annex D.
import type { Implementation } from '../implementation.ts';
import { type AssociateAccept, type AssociateRequest, dicomApplicationContext } from '../pdu/pdu.ts';
import { noUserInformation } from '../pdu/user-information.ts';
import type { Policy, UserVerdict } from '../policy.ts';
import type { ContextAnswers } from './negotiation.ts';
import { lower } from './request.ts';

export interface AnswerParts {
  readonly contexts: ContextAnswers;
  readonly maximumLength: number;
  readonly implementation: Implementation;
  /** Operations of the peer that we work on at a time, and of ours that may be outstanding. */
  readonly operations: number;
  /** Whether an offered window is answered. */
  readonly operationsWindow: Policy['operationsWindow'];
  readonly verdict: UserVerdict | undefined;
}

export interface Window {
  /** What we may invoke, Infinity = any number. */
  readonly invoked: number;
  /** What the peer may invoke. */
  readonly performed: number;
}

/** One operation each way unless the requestor offers more and we allow it. PS3.7 D.3.3.3. */
export function acceptedWindow(request: AssociateRequest, operations: number): Window {
  const offered = request.items.userInformation?.asynchronousOperationsWindow;
  if (offered === undefined) return { invoked: 1, performed: 1 };
  return { invoked: lower(offered.performed, operations), performed: lower(offered.invoked, operations) };
}

export function acceptFor(request: AssociateRequest, parts: AnswerParts): AssociateAccept {
  const user = request.items.userInformation;
  const window = acceptedWindow(request, parts.operations);
  const offersWindow = user?.asynchronousOperationsWindow !== undefined && parts.operationsWindow === 'answer';
  const identityAnswer = user?.userIdentity?.positiveResponseRequested === 1 && parts.verdict?.accepted === true;
  return {
    protocolVersion: 1,
    calledAeTitle: request.calledAeTitle,
    callingAeTitle: request.callingAeTitle,
    bytes43to74: request.bytes43to74,
    items: {
      applicationContext: dicomApplicationContext,
      presentationContexts: parts.contexts.outcomes.map(({ id, result, transferSyntax, offeredTransferSyntaxes }) => ({
        id,
        result,
        // Not significant where the context is refused, but some readers insist on one.
        syntax: { transfer: [transferSyntax ?? offeredTransferSyntaxes[0] ?? implicitVrLittleEndian] },
      })),
      userInformation: {
        ...noUserInformation,
        maximumLength: parts.maximumLength,
        implementationClassUid: parts.implementation.classUid,
        asynchronousOperationsWindow: offersWindow
          ? { invoked: onWire(window.performed), performed: onWire(window.invoked) }
          : undefined,
        roleSelections: parts.contexts.roleSelections,
        implementationVersionName: parts.implementation.versionName,
        extendedNegotiations: parts.contexts.extendedNegotiations,
        userIdentityResponse: identityAnswer ? responseOf(parts.verdict) : undefined,
      },
    },
  };
}

const implicitVrLittleEndian = '1.2.840.10008.1.2';
const onWire = (count: number): number => (Number.isFinite(count) ? count : 0);
const responseOf = (verdict: UserVerdict | undefined): Uint8Array =>
  (verdict?.accepted ? verdict.response : undefined) ?? new Uint8Array(0);
