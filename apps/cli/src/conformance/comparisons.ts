// What `concord conformance compare` writes, and whether it failed.
import {
  claimsDocument,
  compareAll,
  compareStatements,
  comparisonDocument,
  matrixDocument,
  mostSystems,
  type RunReport,
  unmetClaims,
  type Verdict,
} from '@concord/conformance';
import { CliError } from '../cli-error.ts';
import type { Written } from './forms.ts';

type Result = Written & { readonly failed: boolean };

/** Claims of the second that the first does not meet. */
export function claims([underTest, claiming]: readonly unknown[]): Result {
  const data = unmetClaims(underTest, claiming);
  return { data, document: () => claimsDocument(data), failed: data.unmet.length > 0 };
}

interface Judged {
  readonly name: string;
  readonly verdict: Verdict;
}

/** Work that cannot be done, and that is not among what nobody needs. */
const isMissing =
  (notNeeded: readonly string[]) =>
  ({ name, verdict }: Judged): boolean =>
    verdict === 'cannot' && !notNeeded.some((each) => name.toLowerCase().includes(each.toLowerCase()));

/** Two in detail, more as a matrix. @throws CliError for more than a matrix can show */
export function compared(
  statements: readonly unknown[],
  observed: readonly RunReport[] = [],
  notNeeded: readonly string[] = [],
): Result {
  const [first, second] = statements;
  if (statements.length === 2) {
    const data = compareStatements(first, second, observed);
    const failed = data.directions.some(({ workflows }) => workflows.some(isMissing(notNeeded)));
    return { data, document: () => comparisonDocument(data), failed };
  }
  if (statements.length > mostSystems) throw new CliError('usage', `at most ${mostSystems} statements`);
  const data = compareAll(statements);
  const failed = data.cells.some(({ workflows }) => workflows.some(isMissing(notNeeded)));
  return { data, document: () => matrixDocument(data), failed };
}
