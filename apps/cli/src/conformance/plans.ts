// The forms of a test plan.

import { coverageOf, type Plan, planCsv, planDocument, planMarkdown, renderHtml } from '@concord/conformance';
import { counted } from '../counted.ts';
import type { Surroundings } from '../surroundings.ts';
import { writeWhole } from '../write-file.ts';

const forms = {
  markdown: planMarkdown,
  json: (plan: Plan) => JSON.stringify(plan, undefined, 2),
  csv: planCsv,
  html: (plan: Plan) => renderHtml(planDocument(plan)),
} as const;

/** Prints a plan, or writes the file whole. */
export async function writePlan(
  plan: Plan,
  { format, to }: { readonly format: keyof typeof forms; readonly to?: string },
  surroundings: Pick<Surroundings, 'print' | 'note'>,
): Promise<void> {
  const text = forms[format](plan);
  if (to === undefined) return surroundings.print(text.trimEnd());
  await writeWhole(to, text);
  surroundings.note(`written: ${to} (${counted(plan.items.length, 'item')})`);
}

/** Rows of the statement that no item tests. */
export function coverageText(plan: Plan, statement: unknown): string {
  const rows = coverageOf(plan, statement);
  const open = rows.filter(({ items }) => items.length === 0);
  return [
    `${rows.length - open.length} of ${rows.length} rows have an item.`,
    ...open.map(({ what, section }) => `${section}: ${what}`),
  ].join('\n');
}
