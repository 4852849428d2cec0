// In which rows of their tables two statements differ: what a reader of the newer one has to look at again. PS3.2 A.3.1
import { type Statement, statementDocument, tablesOf } from '@concord/conformance';

export interface ChangedRow {
  /** Title of the table. */
  readonly table: string;
  readonly change: 'added' | 'removed';
  /** Cells, with bars between them. */
  readonly row: string;
}

/** It tells of other releases, not of what a system does. */
const revisionHistory = 't-a-3-1';

/** Rows of every table by its anchor; the date of the document is no change of the system. */
function rowsOf(statement: Statement): ReadonlyMap<string, { title: string; rows: ReadonlySet<string> }> {
  const tables = new Map<string, { title: string; rows: ReadonlySet<string> }>();
  for (const { anchor, title, rows } of tablesOf(statementDocument(statement))) {
    if (anchor === revisionHistory) continue;
    tables.set(anchor, {
      title,
      rows: new Set(rows.flatMap((row) => ('heading' in row ? [] : [row.join(' | ')]))),
    });
  }
  return tables;
}

/** In the order of the newer document; tables that are gone come last. */
export function changesBetween(before: Statement, after: Statement): readonly ChangedRow[] {
  const [old, now] = [rowsOf(before), rowsOf(after)];
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((anchor) => {
    const [was, is] = [old.get(anchor), now.get(anchor)];
    const table = is?.title ?? was?.title ?? anchor;
    const removed = [...(was?.rows ?? [])].filter((row) => !is?.rows.has(row));
    const added = [...(is?.rows ?? [])].filter((row) => !was?.rows.has(row));
    return [
      ...removed.map((row) => ({ table, change: 'removed' as const, row })),
      ...added.map((row) => ({ table, change: 'added' as const, row })),
    ];
  });
}
