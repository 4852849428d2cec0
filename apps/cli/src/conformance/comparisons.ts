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
} from '@concord/conformance';
import { CliError } from '../cli-error.ts';
import type { Written } from './forms.ts';

type Result = Written & { readonly failed: boolean };

/** Claims of the second that the first does not meet. */
export function claims([underTest, claiming]: readonly unknown[]): Result {
  const data = unmetClaims(underTest, claiming);
  return { data, document: () => claimsDocument(data), failed: data.unmet.length > 0 };
}

/** Two in detail, more as a matrix. @throws CliError for more than a matrix can show */
export function compared(statements: readonly unknown[], observed: readonly RunReport[] = []): Result {
  const [first, second] = statements;
  if (statements.length === 2) {
    const data = compareStatements(first, second, observed);
    const failed = data.directions.some(({ workflows }) => workflows.some(({ verdict }) => verdict === 'cannot'));
    return { data, document: () => comparisonDocument(data), failed };
  }
  if (statements.length > mostSystems) throw new CliError('usage', `at most ${mostSystems} statements`);
  const data = compareAll(statements);
  const failed = data.cells.some(({ workflows }) => workflows.some(({ verdict }) => verdict === 'cannot'));
  return { data, document: () => matrixDocument(data), failed };
}
