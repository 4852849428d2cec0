// Why a claim is not met, where that is meant so: in words, with the decision that it waits for, for the page of unmet claims.
import type { UnmetClaim } from '@concord/conformance';

interface Reason {
  readonly profile: string;
  readonly holds: (claim: Pick<UnmetClaim, 'kind' | 'text'>) => boolean;
  readonly why: string;
  /** A page of docs/decisions, by its number. */
  readonly decision: string;
}

const profile = 'reviewer';
const decision = '0181';

export const reasons: readonly Reason[] = [
  {
    profile,
    decision,
    holds: ({ text }) => /^Modality (?:Worklist|Performed Procedure Step) .* is not proposed\.$/.test(text),
    why: 'Asking a worklist and reporting what was done is what a modality does, a role of its own, which this build does not have yet; it is asked and reported to.',
  },
  {
    profile,
    decision,
    holds: ({ kind, text }) => kind === 'transfer syntax' && text.startsWith('Storage Commitment'),
    why: 'A report has no pixel data: a compressed transfer syntax says nothing about it, and it is accepted in the uncompressed ones that every archive offers.',
  },
  {
    profile,
    decision,
    holds: ({ text }) => text === 'No media of STD-GEN-DVD.',
    why: 'PS3.11 Annex H has a class of this name, and no profile: STD-GEN-DVD-JPEG and STD-GEN-DVD-J2K are stated in its place, and STD-GEN-DVD-RAM of Annex D.',
  },
  {
    profile,
    decision,
    holds: ({ text }) => text.includes('STD-GEN-SEC-') || text.includes('Media Security'),
    why: 'Secure DICOM files are neither written nor read by this build.',
  },
];

/** '' where nobody has said why: something to be done, and a test fails. */
export function reasonFor(name: string, claim: Pick<UnmetClaim, 'kind' | 'text'>): string {
  const reason = reasons.find((each) => each.profile === name && each.holds(claim));
  return reason ? `${reason.why} Decision ${reason.decision}.` : '';
}
