// The statement as a document in the order of Annex A. PS3.2 A.0 to A.8
import type { Statement } from '../model/statement.ts';
import { closingSections } from './closing.ts';
import { type Section, type StatementDocument, section, walk } from './document.ts';
import { coverLines, introductionSection, overviewSection } from './front.ts';
import { networkingSection } from './networking.ts';
import { withStaleMarks } from './stale-texts.ts';

/** All words of sections, for the abbreviations that they use. */
function wordsOf(sections: readonly Section[]): string {
  const words: string[] = [];
  for (const { section: each } of walk(sections)) {
    words.push(each.title);
    for (const block of each.blocks) {
      if (block.kind === 'paragraph') words.push(block.text);
      else if (block.kind === 'list') words.push(...block.items);
      else if (block.kind === 'diagram') words.push(...block.relations);
      else
        words.push(
          block.title,
          ...block.columns,
          ...block.rows.flatMap((row) => ('heading' in row ? [row.heading] : row)),
        );
    }
  }
  return words.join(' ');
}

/** What the table of contents lists. PS3.2 A.2 */
export const numberedHeadings = (statement: Statement): NonNullable<Statement['toc']> =>
  Array.from(walk(statementDocument(statement).sections), ({ section: { number, title } }) => ({
    number,
    title,
  })).filter(({ number }) => number !== '');

/** The document; `draft` names the rules that keep it from being final. */
export function statementDocument(described: Statement, draft: readonly string[] = []): StatementDocument {
  const statement = withStaleMarks(described);
  const name =
    statement.cover.state === 'described' ? (statement.cover.products[0]?.name ?? statement.id) : statement.id;
  const overview = overviewSection(statement);
  const rest = [networkingSection(statement), ...closingSections(statement)];
  const introduction = introductionSection(statement, wordsOf([overview, ...rest]));
  const title = `${name} DICOM Conformance Statement`;
  const mark = draft.length > 0 ? `DRAFT, not conformant: ${draft.join(', ')}` : '';
  return {
    title,
    cover: [title, ...coverLines(statement), ...(mark ? [mark] : [])],
    banner: [statement.id, statement.edition, mark].filter(Boolean).join(' · '),
    sections: [overview, section('2', 'Table of Contents'), introduction, ...rest],
  };
}
