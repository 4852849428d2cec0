// What a release has that the one before had not, line by line, for the revision history. PS3.2 A.3.1
import type { Statement } from '../model/statement.ts';
import { type Fact, factsOf } from './revision-facts.ts';

/** A history is read by people; whoever needs more compares the two releases. */
const mostLines = 2000;

const withRoom = (text: string): string => (text.length > 4000 ? `${text.slice(0, 4000)}…` : text);

/** What became of a thing that both have; undefined where nothing did. */
function changeOf({ what, values: before }: Fact, { values: after }: Fact): string | undefined {
  const gone = before.filter((value) => !after.includes(value));
  const come = after.filter((value) => !before.includes(value));
  if (gone.length + come.length === 0) return undefined;
  if (before.length === 1 && after.length === 1) return `Changed: ${what}: ${after[0]} instead of ${before[0]}.`;
  const parts = [come.length > 0 && `now also ${come.join(', ')}`, gone.length > 0 && `no longer ${gone.join(', ')}`];
  return `Changed: ${what}: ${parts.filter(Boolean).join('; ')}.`;
}

const told = (word: 'Added' | 'Removed', { what, values }: Fact): string =>
  `${word}: ${what}${values.length > 0 ? `: ${values.join(', ')}` : ''}.`;

type Facts = ReadonlyMap<string, Fact>;

/** What belongs to something that came or went as a whole, and has its line, needs none of its own. */
const isTold = ({ within = [] }: Fact, own: Facts, others: Facts): boolean =>
  within.length > 0 && within.every((key) => own.has(key) && !others.has(key));

/**
 * Product versions, SOP Classes with their roles, transfer syntaxes, statuses, parameters, objects and security that
 * differ: one sentence each, in the order of the newer statement; what is gone stands last. Empty where none does.
 */
export function revisionChanges(before: Statement, after: Statement): readonly string[] {
  const [old, now] = [factsOf(before), factsOf(after)];
  const lines = [...now].flatMap(([key, fact]) => {
    const was = old.get(key);
    if (was) return changeOf(was, fact) ?? [];
    return isTold(fact, now, old) ? [] : told('Added', fact);
  });
  for (const [key, fact] of old) if (!now.has(key) && !isTold(fact, old, now)) lines.push(told('Removed', fact));
  const shown = lines.slice(0, mostLines).map(withRoom);
  return lines.length > mostLines ? [...shown, `And ${lines.length - mostLines} differences more.`] : shown;
}
