// N systems at once: each that opens associations against each that accepts them. PS3.2 6
import { type StatementDocument, section, table } from '../document/document.ts';
import { type ComparedDirection, type Comparison, compareStatements } from './compare.ts';
import { signs } from './comparison-document.ts';
import { type Verdict, verdicts, weakest } from './verdict.ts';

/** What one system as initiator can do with another. */
export interface MatrixCell {
  readonly initiator: string;
  readonly acceptor: string;
  readonly workflows: readonly { readonly name: string; readonly verdict: Verdict }[];
  /** How many pairs have which verdict. */
  readonly counts: Readonly<Record<Verdict, number>>;
}

export interface Matrix {
  readonly format: 'concord-matrix-1';
  readonly systems: readonly string[];
  readonly cells: readonly MatrixCell[];
  readonly comparisons: readonly Comparison[];
}

const cellOf = ({ initiator, acceptor, workflows, pairs }: ComparedDirection): MatrixCell => {
  const counts = { can: 0, 'can with limits': 0, unknown: 0, cannot: 0 };
  for (const { verdict } of pairs) counts[verdict] += 1;
  return { initiator, acceptor, workflows: workflows.map(({ name, verdict }) => ({ name, verdict })), counts };
};

/** More systems make a page that nobody can read. */
export const mostSystems = 20;

/** Compares each pair of statements once; both directions are in it. Beyond `mostSystems` the rest is left out. */
export function compareAll(statements: readonly unknown[]): Matrix {
  const taken = statements.slice(0, mostSystems);
  const comparisons = taken.flatMap((first, index) =>
    taken.slice(index + 1).map((second) => compareStatements(first, second)),
  );
  const labels = new Set(comparisons.flatMap(({ systems }) => systems.map(({ label }) => label)));
  return {
    format: 'concord-matrix-1',
    systems: [...labels],
    cells: comparisons.flatMap(({ directions }) => directions.map(cellOf)),
    comparisons,
  };
}

function cellText(cell: MatrixCell | undefined): string {
  if (!cell) return '';
  if (cell.workflows.length > 0)
    return cell.workflows.map(({ name, verdict }) => `${signs[verdict]}: ${name}`).join('\n');
  const total = verdicts.filter((verdict) => cell.counts[verdict] > 0);
  return total.length === 0 ? 'nothing to do with each other' : signs[weakest(total)];
}

/** The matrix as a document: a row for each that opens associations, a column for each that accepts. */
export function matrixDocument({ systems, cells }: Matrix): StatementDocument {
  const title = `Comparison of ${systems.length} systems`;
  const rows = systems.map((initiator) => [
    initiator,
    ...systems.map((acceptor) =>
      cellText(cells.find((cell) => cell.initiator === initiator && cell.acceptor === acceptor)),
    ),
  ]);
  return {
    title,
    cover: [title, ...systems],
    banner: title,
    sections: [
      section('1', 'Who can work with whom', {
        anchor: 'matrix',
        blocks: [
          table('matrix-table', 'Opens associations (rows) with (columns)', ['System', ...systems], rows),
          {
            kind: 'paragraph',
            text: 'This compares self-declarations. Tests have to be carried out to establish interoperability.',
          },
        ],
      }),
    ],
  };
}
