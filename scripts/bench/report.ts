// Figures to a Markdown table: one row a workload, one column a server, ratios to Concord in brackets.
import { cpus, totalmem } from 'node:os';
import type { Figure } from './workloads.ts';

export interface Measurement extends Figure {
  readonly target: string;
}

export interface Row {
  readonly workload: string;
  readonly unit: string;
  readonly better: Figure['better'];
  /** The runs' values by target. */
  readonly values: ReadonlyMap<string, readonly number[]>;
}

/** What the figures were measured on. */
export const machine = (): string =>
  `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}.`;

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return Number.isInteger(middle) ? (at(middle - 1) + at(middle)) / 2 : at(Math.floor(middle));
};

/** Rows in the order in which their workloads were first measured. */
export const rowsOf = (measurements: readonly Measurement[]): readonly Row[] => {
  const rows = new Map<string, Row & { values: Map<string, number[]> }>();
  for (const { workload, unit, better, target, value } of measurements) {
    const row = rows.get(workload) ?? { workload, unit, better, values: new Map<string, number[]>() };
    rows.set(workload, row);
    row.values.set(target, [...(row.values.get(target) ?? []), value]);
  }
  return [...rows.values()];
};

const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** How many times better the first target is than this one: above 1, Concord wins. */
export const ratio = (row: Row, reference: string, target: string): number | undefined => {
  const [ours, theirs] = [row.values.get(reference), row.values.get(target)];
  if (!ours || !theirs) return undefined;
  return row.better === 'more' ? median(ours) / median(theirs) : median(theirs) / median(ours);
};

/** The table; `targets` names the columns, the first is the reference of the ratios. */
export const table = (rows: readonly Row[], targets: readonly string[]): string => {
  const [reference = ''] = targets;
  const cell = (row: Row, target: string): string => {
    const values = row.values.get(target);
    if (!values) return '';
    const times = target === reference ? undefined : ratio(row, reference, target);
    return `${figure(median(values))}${times === undefined ? '' : ` (${times.toFixed(2)}x)`}`;
  };
  const lines = rows.map(
    (row) => `| ${row.workload} | ${row.unit} | ${targets.map((target) => cell(row, target)).join(' | ')} |`,
  );
  return [
    `| workload | unit | ${targets.join(' | ')} |`,
    `| --- | --- | ${targets.map(() => '---').join(' | ')} |`,
    ...lines,
  ].join('\n');
};
