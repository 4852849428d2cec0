// Which presentation contexts to propose for what is to be sent, and over how many associations. Pure. PS3.8 7.1.1.13.
import { transferSyntax as syntaxOf } from '@concord/dicom';
import type { ProposalPolicy } from '../policy.ts';
import type { ProposedContext } from './exchange.ts';

/** Presentation context IDs are the odd numbers from 1 to 255. PS3.8 9.3.2.2. */
export const mostContexts = 128;

/** What is to be sent: a SOP Class, the syntax it is in, the syntaxes it could be converted to. */
export interface Sendable {
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly alternatives?: readonly string[];
  /** Why it is not to be sent at all. */
  readonly withheld?: string | undefined;
  /** What may be sent in place of it. */
  readonly substitutes?: readonly Sendable[];
}

/** What of it may be sent: itself, its substitutes. */
const sendableOf = (what: Sendable): readonly Sendable[] =>
  [what, ...(what.substitutes ?? [])].filter(({ withheld }) => withheld === undefined);

export const defaultProposalPolicy: ProposalPolicy = { arrangement: 'one per syntax', uncompressedFirst: false };

/** The contexts for all of them, as many as there are: see `planAssociations` for the bound of one association. */
export function contextsFor(
  what: readonly Sendable[],
  policy: Partial<ProposalPolicy> = {},
): readonly ProposedContext[] {
  const { arrangement, uncompressedFirst, syntaxesOf } = { ...defaultProposalPolicy, ...policy };
  const byClass = new Map<string, Set<string>>();
  for (const { sopClassUid, transferSyntaxUid, alternatives = [] } of what.flatMap(sendableOf)) {
    const syntaxes = byClass.get(sopClassUid) ?? new Set();
    for (const uid of [transferSyntaxUid, ...alternatives]) syntaxes.add(uid);
    byClass.set(sopClassUid, syntaxes);
  }
  return [...byClass].flatMap(([abstractSyntax, needed]) => {
    const syntaxes = syntaxesOf?.(abstractSyntax) ?? needed;
    const ordered = uncompressedFirst
      ? [...syntaxes].sort((a, b) => Number(isCompressed(a)) - Number(isCompressed(b)))
      : [...syntaxes];
    return arrange(ordered, arrangement).map((transferSyntaxes) => ({ abstractSyntax, transferSyntaxes }));
  });
}

const isCompressed = (uid: string): boolean => {
  const syntax = syntaxOf(uid);
  return syntax === undefined || syntax.encapsulated || syntax.deflated;
};

function arrange(
  syntaxes: readonly string[],
  arrangement: ProposalPolicy['arrangement'],
): readonly (readonly string[])[] {
  if (arrangement === 'all in one') return [syntaxes];
  if (arrangement === 'one per syntax') return syntaxes.map((uid) => [uid]);
  if (arrangement === 'each and all')
    return [...syntaxes.map((uid) => [uid]), ...(syntaxes.length > 1 ? [syntaxes] : [])];
  const apart = syntaxes.filter(isCompressed).map((uid) => [uid]);
  const together = syntaxes.filter((uid) => !isCompressed(uid));
  if (together.length === 0) return apart;
  return isCompressed(syntaxes[0] ?? '') ? [...apart, together] : [together, ...apart];
}

export interface PlannedAssociation<T> {
  readonly contexts: readonly ProposedContext[];
  readonly instances: readonly T[];
}

/**
 * Spreads instances over as many associations as 128 contexts each ask for, whole SOP Classes where possible. What is
 * withheld, or of a SOP Class that is not proposed, is in none of them.
 */
export function planAssociations<T extends Sendable>(
  instances: readonly T[],
  policy: Partial<ProposalPolicy> = {},
): readonly PlannedAssociation<T>[] {
  const plans: { contexts: readonly ProposedContext[]; instances: T[] }[] = [];
  const groups = Map.groupBy(
    instances.filter((instance) => sendableOf(instance).length > 0),
    ({ sopClassUid }) => sopClassUid,
  );
  for (const group of groups.values()) {
    const contexts = contextsFor(group, policy).slice(0, mostContexts);
    if (contexts.length === 0) continue;
    const room = plans.find((plan) => plan.contexts.length + contexts.length <= mostContexts);
    if (room) {
      room.contexts = [...room.contexts, ...contexts];
      room.instances.push(...group);
    } else plans.push({ contexts, instances: [...group] });
  }
  return plans;
}
