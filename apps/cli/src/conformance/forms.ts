// The forms in which a statement or a report is written, and where it goes.
import {
  canonicalJson,
  renderCsv,
  renderDocBook,
  renderHtml,
  renderMarkdown,
  type StatementDocument,
  tablesOf,
} from '@concord/conformance';
import type { Surroundings } from '../surroundings.ts';
import { writeWhole } from '../write-file.ts';
import type { FormName, OutputOptions } from './output-options.ts';

/** Something with a printed form, and the data behind it. */
export interface Written {
  readonly data: unknown;
  readonly document: () => StatementDocument;
}

const csvOf = (document: StatementDocument): string =>
  Array.from(tablesOf(document), (table) => `${table.title}\r\n${renderCsv(table)}`).join('\r\n');

const forms: Readonly<Record<FormName, (written: Written) => string>> = {
  markdown: ({ document }) => renderMarkdown(document()),
  html: ({ document }) => renderHtml(document()),
  json: ({ data }) => canonicalJson(data),
  docbook: ({ document }) => renderDocBook(document()),
  csv: ({ document }) => csvOf(document()),
};

/** Prints it, or writes the file whole. */
export async function write(
  written: Written,
  { format, to }: OutputOptions,
  surroundings: Pick<Surroundings, 'print' | 'note'>,
): Promise<void> {
  const text = forms[format](written);
  if (to === undefined) return surroundings.print(text.trimEnd());
  await writeWhole(to, text);
  surroundings.note(`written: ${to}`);
}
