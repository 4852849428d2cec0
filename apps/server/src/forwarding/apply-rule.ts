// What a rule would send of some instances, and to whom; never back to where they came from.
import type { Arrived } from '../arrivals/arrival-rows.ts';
import { type HeaderParts, headersOf } from './headers-of.ts';
import { holdsInside, looksInside, mayHold } from './match-rule.ts';
import type { RuleContent } from './rule.ts';

/** What goes to one destination. */
export interface Share {
  readonly destination: string;
  readonly instances: readonly Arrived[];
  /** Left out because the destination is who sent them. */
  readonly cameFromThere: number;
}

/** Those for which the rule holds. Throws ArchiveError. */
export async function held(
  rule: RuleContent,
  instances: readonly Arrived[],
  parts: HeaderParts,
): Promise<readonly Arrived[]> {
  const possible = instances.filter((instance) => mayHold(rule, instance));
  if (!looksInside(rule)) return possible;
  const found = new Set<string>();
  for await (const [uid, header] of headersOf(possible, parts)) if (holdsInside(rule, header)) found.add(uid);
  return possible.filter(({ sopInstanceUid }) => found.has(sopInstanceUid));
}

export const shares = ({ destinations }: RuleContent, instances: readonly Arrived[]): readonly Share[] =>
  destinations.map((destination) => {
    const others = instances.filter(({ callingAeTitle }) => callingAeTitle !== destination);
    return { destination, instances: others, cameFromThere: instances.length - others.length };
  });
