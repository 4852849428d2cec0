// Carries out `concord conformance import`.
import { basename, extname } from 'node:path';
import {
  asStatement,
  type ImportedStatement,
  importStatementText,
  parseStatementText,
  StatementError,
} from '@concord/conformance';
import { CliError } from '../cli-error.ts';
import { printable } from '../printable.ts';
import type { Surroundings } from '../surroundings.ts';
import { writeWhole } from '../write-file.ts';
import type { ImportOptions } from './import-options.ts';
import { readBounded } from './sources.ts';

const formatOf = (file: string): 'text' | 'json' =>
  /^\.(json|ya?ml)$/.test(extname(file).toLowerCase()) ? 'json' : 'text';

function imported(text: string, name: string, format: string): ImportedStatement {
  if (format === 'text') return importStatementText(text, name);
  return { statement: asStatement(parseStatementText(text)), uncertain: [] };
}

/** Reads the file and writes the statement; doubts become notes. @throws CliError with what is wrong in one line */
export async function runImport(
  file: string,
  { format, name, to }: ImportOptions,
  surroundings: Surroundings,
): Promise<void> {
  const text = await readBounded(file);
  try {
    const { statement, uncertain } = imported(text, name ?? basename(file, extname(file)), format ?? formatOf(file));
    const json = `${JSON.stringify(statement, undefined, 2)}\n`;
    if (to === undefined) surroundings.print(json.trimEnd());
    else await writeWhole(to, json);
    for (const { line, text: what, reason } of uncertain)
      surroundings.note(printable(line === 0 ? reason : `line ${line}: ${reason} (${what})`));
    if (uncertain.length > 0) surroundings.note(`${uncertain.length} places to look at`);
  } catch (cause) {
    if (cause instanceof StatementError) throw new CliError('failed', `${file}: ${cause.message}`, { cause });
    throw cause;
  }
}
