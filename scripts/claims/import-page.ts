// The page that says how much the importer finds in documents whose statements were also made by hand.
import {
  documentedSystems,
  kinds,
  type Measured,
  measureSystem,
} from '../../packages/conformance/testing/import-facts.ts';

/** Where it is kept. */
export const importPage = 'docs/seeds/import.md';

const cell = ({ wanted, found, recall, precision }: Measured): string =>
  wanted === 0 && found === 0 ? '' : `${recall.toFixed(2)} / ${precision.toFixed(2)} of ${wanted}`;

/** The page; undefined where the documents are not here. */
export function measuredImports(): string | undefined {
  const columns = documentedSystems.map((name) => ({ name, measured: measureSystem(name) }));
  const rows: string[] = [];
  for (const kind of kinds) {
    const cells: string[] = [];
    for (const { measured } of columns) {
      if (!measured) return undefined;
      cells.push(cell(measured[kind]));
    }
    rows.push(`| ${kind} | ${cells.join(' | ')} |`);
  }
  const lines = [
    '# What the importer finds',
    '',
    'Made by `npm run claims`: the statement that `concord conformance import` makes of the text of each document, against the',
    '[statement](README.md) made of the same document by hand. Each cell is the share of the facts that were found, the share of',
    'what was found that is right, and how many facts there are; an empty cell has none. A test fails where this page is not what a',
    'build gives, so that no share can fall unseen.',
    '',
    `| fact | ${documentedSystems.join(' | ')} |`,
    `| --- |${' --- |'.repeat(documentedSystems.length)}`,
    ...rows,
    '',
    'What is lower has its reason in the documents: the viewer lists sixteen SOP Classes in its overview alone and without UIDs;',
    'the keys of the information system that PS3.4 requires are not printed, only the optional ones; matching that a hand-made',
    'statement has was corrected by PS3.4 where the document offers wildcards for dates and numbers; the echoes server tells some of',
    'its transfer syntaxes and parameters in sentences. The twelfth document is the template of PS3.2, which has no values to find.',
  ];
  return `${lines.join('\n')}\n`;
}
