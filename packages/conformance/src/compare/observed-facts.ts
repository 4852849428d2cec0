// What runs have seen flows back: transfer syntaxes that a statement does not give become known, marked as observed. PS3.2 6
import { entriesIn, member } from './lenient.ts';

/** As much of the report of a run as says what was seen. */
export interface ObservingReport {
  readonly system: { readonly digest: string };
  readonly dryRun: boolean;
  readonly results: readonly {
    readonly observations?: readonly { readonly abstractSyntax: string; readonly transferSyntax: string }[];
  }[];
}

/** What a run saw of contexts: which were accepted, by class. */
export type ObservedSyntaxes = ReadonlyMap<string, ReadonlySet<string>>;

/** Accepted contexts of all reports about the statement with this digest. */
export function observedSyntaxes(reports: readonly ObservingReport[], digest: string): ObservedSyntaxes {
  const seen = new Map<string, Set<string>>();
  for (const { system, results, dryRun } of reports)
    if (system.digest === digest && !dryRun)
      for (const { observations = [] } of results)
        for (const { abstractSyntax, transferSyntax } of observations)
          seen.set(abstractSyntax, (seen.get(abstractSyntax) ?? new Set()).add(transferSyntax));
  return seen;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A context whose syntaxes are not stated gets those that were seen. */
function withSeen(context: unknown, seen: ObservedSyntaxes): unknown {
  if (!isRecord(context)) return context;
  const uid = member(context.abstractSyntax, 'uid');
  const syntaxes = typeof uid === 'string' ? seen.get(uid) : undefined;
  if (!syntaxes || entriesIn(context, 'transferSyntaxes', '').length > 0) return context;
  return {
    ...context,
    transferSyntaxes: [...syntaxes].map((each) => ({ name: each, uid: each })),
    provenance: 'observed',
  };
}

function mapped(value: unknown, name: string, change: (entry: unknown) => unknown): unknown {
  if (!isRecord(value)) return value;
  const list = value[name];
  return Array.isArray(list) ? { ...value, [name]: list.map(change) } : value;
}

/** The statement with what was seen in place of what it does not say. It is not changed itself; what it states stays as it is. */
export function withObservations(statement: unknown, seen: ObservedSyntaxes): unknown {
  if (!isRecord(statement) || seen.size === 0) return statement;
  const networking = mapped(statement.networking, 'applicationEntities', (entity) => {
    if (!isRecord(entity)) return entity;
    const acceptance = mapped(entity.acceptance, 'activities', (activity) =>
      mapped(activity, 'contexts', (context) => withSeen(context, seen)),
    );
    return { ...entity, acceptance };
  });
  return { ...statement, networking };
}
