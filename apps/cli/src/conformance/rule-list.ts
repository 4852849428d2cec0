// The rules of PS3.2 as `concord conformance rules` lists them.
import { openBecause, rules } from '@concord/conformance';
import { CliError } from '../cli-error.ts';
import type { Surroundings } from '../surroundings.ts';
import { writeWhole } from '../write-file.ts';

/** What of a rule can be told. */
const told = () =>
  rules().map(({ id, level, decided, section, text, remedy }) => ({
    ...{ id, level, decided, section, text, remedy },
    ...(openBecause[id] !== undefined && { open: openBecause[id] }),
  }));

const forms: Readonly<Record<string, () => string>> = {
  text: () =>
    told()
      .map(({ id, level, decided, section, text, open }) => {
        const why = open === undefined ? '' : ` Open: ${open}`;
        return `${id} ${level} ${decided.join('+')} PS3.2 ${section}: ${text}${why}`;
      })
      .join('\n'),
  json: () => JSON.stringify(told(), undefined, 2),
};

/** Prints them, or writes a file. @throws CliError for a form that they do not have */
export async function listRules(
  { format, to }: { readonly format: string; readonly to?: string },
  surroundings: Pick<Surroundings, 'print' | 'note'>,
): Promise<void> {
  const form = Object.hasOwn(forms, format) ? forms[format] : undefined;
  if (!form) throw new CliError('usage', `rules are listed as ${Object.keys(forms).join(' or ')}, not as ${format}`);
  if (to === undefined) return surroundings.print(form());
  await writeWhole(to, `${form()}\n`);
  surroundings.note(`written: ${to}`);
}
