// `concord validate`: files against the IOD of their SOP Class and the rules for values. PS3.3, PS3.5, PS3.6.
import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { withJobs } from './each-file.ts';
import { filesBelow, type NamedFile } from './files.ts';
import { printable } from './printable.ts';
import { progress } from './progress.ts';
import { timeText } from './size.ts';
import type { Surroundings } from './surroundings.ts';
import { inOrder } from './tasks/in-order.ts';
import { taskPool } from './tasks/pool.ts';
import type { Outcome } from './tasks/task.ts';
import type { FileFinding, FileFindings } from './tasks/validate.ts';
import { wholeNumber } from './whole-number.ts';

type Severity = FileFinding['severity'];

interface ValidateOptions {
  readonly json?: true;
  readonly jobs?: number;
  readonly severity: Severity;
  readonly limit: number;
}

const severities: readonly Severity[] = ['error', 'warning', 'information'];

const examples = `
Exit code 1 when a file has an error or cannot be read. Severities: an error breaks the standard, a warning may, information says what was not
or need not be checked.

Examples:
  concord validate study/
  concord validate study/ --severity information
  concord validate study/ --json | jq 'select(.findings) | .path as $p | .findings[] | [$p, .path, .rule]'`;

/** The command. */
export const validate = (surroundings: Surroundings): Command =>
  withJobs(new Command('validate'))
    .description('checks DICOM files against the standard: modules, types, values, functional groups')
    .argument('<paths...>', 'files, and folders with everything in them')
    .addOption(
      new Option('--severity <least>', 'the least severe findings to show').choices(severities).default('warning'),
    )
    .option('--limit <number>', 'most findings of one file', wholeNumber(1, 100_000), 1000)
    .option('--json', 'one JSON object per file with its findings, and one with the counts at the end')
    .addHelpText('after', examples)
    .action((paths: readonly string[], options: ValidateOptions) => validateAll(paths, options, surroundings));

async function validateAll(
  paths: readonly string[],
  options: ValidateOptions,
  surroundings: Surroundings,
): Promise<void> {
  const files = await Array.fromAsync(filesBelow(paths));
  const jobs = options.jobs ?? availableParallelism();
  const pool = await taskPool('validate', { limit: options.limit }, { jobs, files: files.length });
  const bar = progress(surroundings, files.length);
  const count = counter();
  let done = 0;
  try {
    for await (const { file, outcome } of inOrder(files, pool.lanes, surroundings.signal, (one) => pool.run(one, ''))) {
      bar.end();
      count.add(outcome);
      for (const line of told(file, outcome, options)) surroundings.print(line);
      if (outcome.kind === 'failed' && !options.json)
        surroundings.note(`${printable(file.path)}: ${printable(outcome.reason)}`);
      done += 1;
      bar.show(done, `${count.counts.withErrors} with errors`);
    }
  } finally {
    bar.end();
    await pool.close();
  }
  if (count.counts.withErrors + count.counts.failed > 0 || count.counts.files === 0) surroundings.fail();
  surroundings.print(options.json ? JSON.stringify(count.summary()) : count.words());
}

/** The lines of one file. */
function* told(
  { path }: NamedFile,
  outcome: Outcome<FileFindings>,
  { json, severity }: ValidateOptions,
): Generator<string> {
  if (outcome.kind === 'foreign') return;
  if (outcome.kind === 'failed') {
    if (json) yield JSON.stringify({ path, outcome: 'failed', reason: outcome.reason });
    return;
  }
  const shown = severities.slice(0, severities.indexOf(severity) + 1);
  const { findings, ...file } = outcome.result;
  const wanted = findings.filter((one) => shown.includes(one.severity));
  if (json) {
    yield JSON.stringify({ path, outcome: 'validated', ...file, findings: wanted });
    return;
  }
  if (wanted.length === 0) return;
  yield `${printable(path)} (${file.iod || printable(file.sopClassUid) || 'no SOP Class'})`;
  for (const one of wanted)
    yield printable(
      `  ${one.severity.padEnd(11)} ${one.path || '(data set)'}: ${one.message} [${one.rule}, ${one.section}]`,
    );
}

function counter() {
  const counts = { files: 0, withErrors: 0, withWarnings: 0, faultless: 0, failed: 0, foreign: 0 };
  const findings: Record<Severity, number> = { error: 0, warning: 0, information: 0 };
  const began = performance.now();
  const milliseconds = () => Math.round(performance.now() - began);
  return {
    counts,
    add(outcome: Outcome<FileFindings>): void {
      if (outcome.kind !== 'done') {
        counts[outcome.kind] += 1;
        return;
      }
      const has = (severity: Severity) => outcome.result.findings.some((one) => one.severity === severity);
      for (const { severity } of outcome.result.findings) findings[severity] += 1;
      counts.files += 1;
      counts[has('error') ? 'withErrors' : has('warning') ? 'withWarnings' : 'faultless'] += 1;
    },
    summary: () => ({ ...counts, findings, milliseconds: milliseconds() }),
    words: (): string => {
      const { files, withErrors, withWarnings, faultless, failed, foreign } = counts;
      const parts = [
        `${files} validated: ${withErrors} with errors, ${withWarnings} with warnings only, ${faultless} without either`,
        `${failed} failed`,
        ...(foreign > 0 ? [`${foreign} not DICOM, passed by`] : []),
      ];
      return `${parts.join(', ')} (${timeText(milliseconds())})`;
    },
  };
}
