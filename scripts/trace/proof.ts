// Which requirements the last test run proved, and what its titles claim that no ledger knows.
import type { Result } from '../test-run/result.ts';
import { type Ledger, requirementId } from './ledger.ts';

const bracket = new RegExp(`\\[(${requirementId.source}(?:[,;\\s]+${requirementId.source})*)\\]`, 'g');

/** Requirements that a title names in brackets: `[QR-FIND-06] ...`, `[QR-FIND-06, QR-FIND-07] ...`. */
export const idsInTitle = (title: string): readonly string[] =>
  [...title.matchAll(bracket)].flatMap(([, ids = '']) => ids.split(/[,;\s]+/));

export interface LedgerProof {
  readonly name: string;
  readonly rows: number;
  readonly proven: readonly string[];
  readonly failing: readonly string[];
}

export interface Trace {
  readonly ledgers: readonly LedgerProof[];
  /** Identifiers in titles that stand in no ledger, with a test that names each. */
  readonly unknown: readonly { readonly id: string; readonly title: string; readonly file: string }[];
}

/** A row is proven when at least one test that names it passed and none failed. A skipped test proves nothing. */
export function trace(ledgers: readonly Ledger[], results: readonly Result[]): Trace {
  const named = results.flatMap((result) => {
    const title = result.titles.join(' > ');
    return idsInTitle(title).map((id) => ({ id, title, file: result.file, outcome: result.outcome }));
  });
  const having = (outcome: Result['outcome']) =>
    new Set(named.filter((one) => one.outcome === outcome).map(({ id }) => id));
  const [passed, failed] = [having('passed'), having('failed')];
  const known = new Set(ledgers.flatMap(({ ids }) => ids));
  return {
    ledgers: ledgers.map(({ name, ids }) => ({
      name,
      rows: ids.length,
      proven: ids.filter((id) => passed.has(id) && !failed.has(id)),
      failing: ids.filter((id) => failed.has(id)),
    })),
    unknown: [...new Map(named.map((one) => [one.id, one])).values()].filter(({ id }) => !known.has(id)),
  };
}
