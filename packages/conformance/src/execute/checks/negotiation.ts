// Checks of negotiation: contexts in as many associations as they need, each answer against the foretold one. PS3.8 7.1.1
import { uidName } from '@concord/dicom';
import { type Association, NetworkError, type ProposedContext } from '@concord/network';
import type { ExpectedContext } from '../../plan/check.ts';
import { byDifferences, type Outcome, outcomeOfError } from '../outcome.ts';
import type { RunContext } from '../run-context.ts';

/** Of one association. PS3.8 9.3.2.2 */
export const mostContexts = 128;

const name = (uid: string): string => uidName(uid) ?? uid;

const proposalOf = ({ abstractSyntax, transferSyntaxes, role }: ExpectedContext): ProposedContext => ({
  abstractSyntax,
  transferSyntaxes,
  ...(role && { roles: { scu: role === 'BOTH', scp: true } }),
});

/** Contexts for one association each; classes with a role stay together, as a role belongs to the class. */
export function batches<T>(contexts: readonly T[], size = mostContexts): readonly (readonly T[])[] {
  const count = Math.ceil(contexts.length / size);
  return Array.from({ length: count }, (_, index) => contexts.slice(index * size, (index + 1) * size));
}

function difference(expected: ExpectedContext, association: Association, id: number): string | undefined {
  const accepted = association.accepted.find((context) => context.id === id);
  const what = `${name(expected.abstractSyntax)} in ${expected.transferSyntaxes.map(name).join(', ')}`;
  if (expected.open) return undefined;
  if (expected.accepted.length === 0)
    return accepted ? `${what} is accepted (${name(accepted.transferSyntax)}), and that is not stated` : undefined;
  if (!accepted) {
    const refused = association.rejected.find((context) => context.id === id);
    return `${what} is refused (result ${refused?.result ?? 'missing'}), and it is stated that it is accepted`;
  }
  if (!expected.accepted.includes(accepted.transferSyntax))
    return `${what}: ${name(accepted.transferSyntax)} is chosen, ${expected.accepted.map(name).join(' or ')} was foretold`;
  if (expected.role && !accepted.weAreScp) return `${what}: the role of a provider is not granted to us`;
  return undefined;
}

type Observation = NonNullable<Outcome['observations']>[number];

async function differencesOf(
  run: RunContext,
  batch: readonly ExpectedContext[],
  seen: Observation[],
): Promise<readonly string[]> {
  const opened = await run.associate(batch.map(proposalOf)).catch((error: unknown) => {
    // Some reject an association of which no context is acceptable: then each is refused.
    const allRefused = batch.every(({ accepted, open }) => accepted.length === 0 || open);
    if (allRefused && error instanceof NetworkError && error.fault === 'rejected') return undefined;
    throw error;
  });
  if (!opened) {
    run.evidence.note('The association is rejected, as none of its contexts is acceptable.');
    return [];
  }
  await using association = opened;
  for (const { abstractSyntax, transferSyntax } of association.accepted) seen.push({ abstractSyntax, transferSyntax });
  // Identifiers are odd numbers in the order of the proposal.
  return batch.flatMap((expected, index) => difference(expected, association, index * 2 + 1) ?? []);
}

/** Proposes them all. */
export async function negotiation(run: RunContext, contexts: readonly ExpectedContext[]): Promise<Outcome> {
  const expected = `${contexts.length} contexts answered as foretold`;
  const differences: string[] = [];
  const seen: Observation[] = [];
  try {
    for (const batch of batches(contexts)) differences.push(...(await differencesOf(run, batch, seen)));
  } catch (error) {
    const outcome = outcomeOfError(error, expected);
    return { ...outcome, ...(differences.length > 0 && { differences }) };
  }
  // Only what nobody foretold is kept: all the rest stands in the statement.
  const open = new Set(contexts.filter((each) => each.open).map(({ abstractSyntax }) => abstractSyntax));
  const observations = seen.filter(({ abstractSyntax }) => open.has(abstractSyntax));
  return { ...byDifferences(expected, expected, differences), ...(observations.length > 0 && { observations }) };
}
