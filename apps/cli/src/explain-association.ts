// Carries out `concord validate-association`: reads the recording piece by piece, and writes it in words.
import { createReadStream } from 'node:fs';
import {
  type Explanation,
  explainRecording,
  explanationDocument,
  explanationText,
  renderHtml,
  renderMarkdown,
} from '@concord/conformance';
import { CliError } from './cli-error.ts';
import type { ExplainOptions } from './explain-options.ts';
import { printable } from './printable.ts';
import type { Surroundings } from './surroundings.ts';

import { writeWhole } from './write-file.ts';

const forms: Readonly<Record<ExplainOptions['format'], (explanation: Explanation) => string>> = {
  // What peers call themselves may hold anything: each line is made safe to show.
  text: (explanation) => explanationText(explanation).split('\n').map(printable).join('\n'),
  json: (explanation) => JSON.stringify(explanation, null, 2),
  markdown: (explanation) => renderMarkdown(explanationDocument(explanation)),
  html: (explanation) => renderHtml(explanationDocument(explanation)),
};

async function explanationOf(file: string): Promise<Explanation> {
  try {
    return await explainRecording(createReadStream(file));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause)
      throw new CliError('failed', `${file} cannot be read: ${cause.message}`, { cause });
    throw cause;
  }
}

/** The command. */
export async function runExplanation(
  file: string,
  { format, to }: ExplainOptions,
  surroundings: Surroundings,
): Promise<void> {
  const explanation = await explanationOf(file);
  const wrong = explanation.associations.some(({ findings }) => findings.some(({ severity }) => severity === 'error'));
  if (wrong || explanation.associations.length === 0) surroundings.fail();
  const text = forms[format](explanation);
  if (to === undefined) return surroundings.print(text.trimEnd());
  await writeWhole(to, text);
  surroundings.note(`written: ${to}`);
}
