// Why a claim is not met, where that is meant so: in words, for the page of unmet claims.
import type { UnmetClaim } from '@concord/conformance';

interface Reason {
  readonly profiles: readonly string[];
  readonly holds: (claim: Pick<UnmetClaim, 'kind' | 'text'>) => boolean;
  readonly why: string;
}

const reasons: readonly Reason[] = [
  {
    profiles: ['reviewer'],
    holds: ({ text }) => /Worklist|Performed Procedure Step/.test(text),
    why: 'Asking a worklist and reporting what was done is what a modality does, a role of its own, which this build does not have yet; it is asked and reported to.',
  },
  {
    profiles: ['reviewer'],
    holds: ({ text }) => /^Stored Print Storage .* no status C00/.test(text),
    why: 'A service of printing, which this build does not have yet; its codes say why a print job failed. Objects of the class are stored like any other, with the codes of Storage.',
  },
  {
    profiles: ['reviewer'],
    holds: ({ kind, text }) => kind === 'transfer syntax' && text.startsWith('Storage Commitment'),
    why: 'A report has no pixel data: a compressed transfer syntax says nothing about it, and it is accepted in the uncompressed ones that every archive offers.',
  },
  {
    profiles: ['reviewer'],
    holds: ({ text }) => text === 'No media of STD-GEN-DVD.',
    why: 'PS3.11 Annex H has a class of this name, and no profile: STD-GEN-DVD-JPEG and STD-GEN-DVD-J2K are stated in its place, and STD-GEN-DVD-RAM of Annex D.',
  },
  {
    profiles: ['reviewer'],
    holds: ({ text }) => text.includes('STD-GEN-SEC-') || text.includes('Media Security'),
    why: 'Secure DICOM files are neither written nor read by this build.',
  },
];

/** '' where nobody has said why: something to be done. */
export const reasonFor = (profile: string, claim: Pick<UnmetClaim, 'kind' | 'text'>): string =>
  reasons.find(({ profiles, holds }) => profiles.includes(profile) && holds(claim))?.why ?? '';
