// The page that lists how our validator and dciodvfy differ.
import type { Comparable } from './dciodvfy.ts';

/** What only one of the two says. */
export interface Difference extends Comparable {
  /** Who says it. */
  readonly side: 'dciodvfy' | 'concord';
  readonly subjects: ReadonlySet<string>;
  readonly why: string | undefined;
}

interface Totals {
  readonly real: number;
  readonly generated: number;
  readonly agreed: number;
  readonly unreadable: number;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').slice(0, 160);
const row = (one: Difference): string =>
  `| ${one.side} | ${one.kind} | ${one.keyword || '-'} | ${one.subjects.size} | ${cell(one.text)} | ${one.why ?? 'not explained yet'} |`;

/** The whole page. */
export function render(differences: readonly Difference[], totals: Totals, classes: readonly string[]): string {
  const sorted = [...differences].sort(
    (a, b) => a.side.localeCompare(b.side) || b.subjects.size - a.subjects.size || a.keyword.localeCompare(b.keyword),
  );
  return `# Validation beside dciodvfy

Written by \`scripts/compare-validation.ts\`; do not edit. Errors of \`validate\` (\`@concord/dicom/iod\`) and of dciodvfy
(dicom3tools) on ${totals.real} real files and ${totals.generated} generated objects: the smallest object of ${classes.join(', ')}, and each
of them once more without each attribute of its top level. Compared is the kind of error and the attribute; warnings are not compared.

${totals.agreed} errors are said by both. ${totals.unreadable} files neither a data set nor an object can be read from.
${sorted.length} kinds of error are said by one only; each was looked up in the tables of PS3.3, in the templates of dicom3tools and
in the objects themselves. The script fails where a difference has no explanation.

| only | kind | attribute | objects | says | because |
| --- | --- | --- | ---: | --- | --- |
${sorted.map(row).join('\n')}
`;
}
