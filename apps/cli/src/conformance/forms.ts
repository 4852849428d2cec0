// The forms in which a statement or a report is written, and where it goes.
import { canonicalJson, renderCsv, renderers, type StatementDocument, tablesOf } from '@concord/conformance';
import { CliError } from '../cli-error.ts';
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

type Made = string | Promise<Uint8Array>;

/** Data and tables; the other forms are those that documents have. */
const own: Readonly<Partial<Record<FormName, (written: Written) => Made>>> = {
  json: ({ data }) => canonicalJson(data),
  csv: ({ document }) => csvOf(document()),
};

function made(written: Written, format: FormName): Made {
  const form = own[format];
  if (form) return form(written);
  const renderer = renderers.find(({ name }) => name === format);
  if (!renderer) throw new CliError('usage', `there is no form ${format}`);
  return renderer.render(written.document());
}

/** Prints it, or writes the file whole. */
export async function write(
  written: Written,
  { format, to }: OutputOptions,
  surroundings: Pick<Surroundings, 'print' | 'note'>,
): Promise<void> {
  const content = made(written, format);
  if (typeof content !== 'string' && to === undefined)
    throw new CliError('usage', `${format} is no text: name a file with --to`);
  if (typeof content === 'string' && to === undefined) return surroundings.print(content.trimEnd());
  if (to === undefined) return;
  await writeWhole(to, await content);
  surroundings.note(`written: ${to}`);
}
