// What a rule would send of some instances, and to whom; never back to where they came from.
import type { Archive } from '../archive/archive.ts';
import type { Arrived } from '../arrivals/arrival-rows.ts';
import { holdsInside, looksInside, mayHold } from './match-rule.ts';
import type { RuleContent } from './rule.ts';

/** What goes to one destination. */
export interface Share {
  readonly destination: string;
  readonly instances: readonly Arrived[];
  /** Left out because the destination is who sent them. */
  readonly cameFromThere: number;
}

/** Headers are read at a time, so that a large study never stands in memory. */
const headersAtOnce = 200;

/** Those for which the rule holds. Throws ArchiveError. */
export async function held(
  rule: RuleContent,
  instances: readonly Arrived[],
  archive: Pick<Archive, 'instances' | 'header'>,
): Promise<readonly Arrived[]> {
  const possible = instances.filter((instance) => mayHold(rule, instance));
  if (!looksInside(rule)) return possible;
  const found = new Set<string>();
  for (let at = 0; at < possible.length; at += headersAtOnce) {
    const uids = possible.slice(at, at + headersAtOnce).map(({ sopInstanceUid }) => sopInstanceUid);
    for (const stored of await archive.instances({ sopInstanceUid: uids }))
      if (holdsInside(rule, await archive.header(stored))) found.add(stored.sopInstanceUid);
  }
  return possible.filter(({ sopInstanceUid }) => found.has(sopInstanceUid));
}

export const shares = ({ destinations }: RuleContent, instances: readonly Arrived[]): readonly Share[] =>
  destinations.map((destination) => {
    const others = instances.filter(({ callingAeTitle }) => callingAeTitle !== destination);
    return { destination, instances: others, cameFromThere: instances.length - others.length };
  });
