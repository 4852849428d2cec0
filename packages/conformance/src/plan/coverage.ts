// Which rows of a statement a plan tests, and which it does not. PS3.2 6
import { readView } from '../compare/read-view.ts';
import { sectionOf } from '../compare/statement-section.ts';
import type { Offer } from '../compare/view.ts';
import type { Plan } from './plan.ts';
import { accepted, initiated } from './situation.ts';

export interface CoveredRow {
  readonly what: string;
  readonly path: string;
  readonly section: string;
  /** Items that test it; none: it is not covered. */
  readonly items: readonly string[];
}

function* rowsOf(offers: readonly Offer[]): Generator<{ what: string; path: string }> {
  const seen = new Set<string>();
  for (const offer of offers) {
    yield { what: `${offer.name} (${offer.role})`, path: offer.path };
    for (const { operation, statuses, keys, path } of offer.conformance) {
      if (seen.has(path)) continue;
      seen.add(path);
      for (const { code, meaning, path: at } of statuses)
        yield { what: `${operation}: status ${code} (${meaning})`, path: at };
      for (const { attribute, tag, level, path: at } of keys)
        yield { what: `${operation}: key ${attribute} ${tag} at level ${level}`, path: at };
    }
  }
}

/** Every context, status and key of the statement, with the items that test it. */
export function coverageOf(plan: Plan, statement: unknown): readonly CoveredRow[] {
  const system = readView(statement);
  const entities = system.networking.state === 'described' ? system.networking.value : [];
  const items = new Map<string, string[]>();
  for (const { id, claim, outOfScope } of plan.items)
    if (outOfScope === undefined) for (const path of claim.paths) items.set(path, [...(items.get(path) ?? []), id]);
  return entities.flatMap((entity) => {
    const situation = { system, entity, prefix: '', entities: [] };
    const offers = [...accepted(situation), ...initiated(situation)].flatMap((activity) => activity.offers);
    return Array.from(rowsOf(offers), (row) => ({
      ...row,
      section: sectionOf(row.path),
      items: items.get(row.path) ?? [],
    }));
  });
}
