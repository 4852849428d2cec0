// Carries out `concord conformance report`.
import { asRunReport, changedResults, junitXml, type RunReport, reportDocument } from '@concord/conformance';
import { CliError } from '../cli-error.ts';
import { printable } from '../printable.ts';
import { ask } from '../running-server.ts';
import type { Surroundings } from '../surroundings.ts';
import { writeWhole } from '../write-file.ts';
import { write } from './forms.ts';
import type { ReportOptions } from './report-options.ts';
import { reportFile } from './sources.ts';

async function reportOf(
  file: string | undefined,
  { run, server }: ReportOptions,
  surroundings: Surroundings,
): Promise<RunReport> {
  if ((file === undefined) === (run === undefined))
    throw new CliError('usage', 'name a report, or a run of a running Concord with --run');
  if (file !== undefined) return reportFile(file);
  const path = `/conformance/runs/${encodeURIComponent(run ?? '')}/report?format=json`;
  const report = asRunReport(await ask(path, { method: 'GET' }, server === undefined ? {} : { server }, surroundings));
  if (!report) throw new CliError('failed', 'what the server answers is no report');
  return report;
}

/** Writes the report, and fails the command where an item failed. @throws CliError where there is none */
export async function writeReport(
  file: string | undefined,
  options: ReportOptions,
  surroundings: Surroundings,
): Promise<void> {
  const report = await reportOf(file, options, surroundings);
  const before = options.before === undefined ? undefined : await reportFile(options.before);
  for (const { title, before: was, now } of before ? changedResults(before, report) : [])
    surroundings.note(printable(`changed: ${title}: ${was} before, ${now} now`));
  if (report.counts.failed + report.counts.inconclusive > 0) surroundings.fail();
  const { format, to } = options;
  if (format !== 'junit')
    return write(
      { data: report, document: () => reportDocument(report) },
      { format, ...(to !== undefined && { to }) },
      surroundings,
    );
  if (to === undefined) return surroundings.print(junitXml(report).trimEnd());
  await writeWhole(to, junitXml(report));
  surroundings.note(`written: ${to}`);
}
