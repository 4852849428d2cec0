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
import { counted } from '../counted.ts';
import { printable } from '../printable.ts';
import type { Surroundings } from '../surroundings.ts';
import { writeWhole } from '../write-file.ts';
import type { ImportOptions } from './import-options.ts';
import { readBounded } from './sources.ts';

const formatOf = (file: string): 'text' | 'json' =>
  /^\.(json|ya?ml)$/.test(extname(file).toLowerCase()) ? 'json' : 'text';

/** A file that can be read, and is not what the model says. */
class Faulty extends Error {
  override readonly name = 'StatementError';
}

function imported(text: string, name: string, format: string): ImportedStatement {
  if (format === 'text') return importStatementText(text, name);
  const value = parseStatementText(text);
  try {
    return { statement: asStatement(value), uncertain: [] };
  } catch (cause) {
    throw cause instanceof StatementError ? new Faulty(cause.message, { cause }) : cause;
  }
}

/** Reads the file and writes the statement; doubts become notes. @throws CliError where nothing can be read of it, in one line */
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
    if (uncertain.length > 0) surroundings.note(`${counted(uncertain.length, 'place')} to look at`);
  } catch (cause) {
    if (cause instanceof Faulty) {
      surroundings.note(printable(`${file}: ${cause.message}`));
      return surroundings.fail();
    }
    if (cause instanceof StatementError) throw new CliError('failed', `${file}: ${cause.message}`, { cause });
    throw cause;
  }
}
