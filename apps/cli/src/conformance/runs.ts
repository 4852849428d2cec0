// Carries a plan out for `concord conformance run`, with a line for each item while it goes.
import {
  asPlan,
  changedResults,
  cleanerAt,
  failedIn,
  folderDrive,
  isPreCheck,
  junitXml,
  type Plan,
  PlanError,
  type PlanItem,
  type RunOptions,
  type RunReport,
  renderHtml,
  renderMarkdown,
  reportDocument,
  runPlan,
} from '@concord/conformance';
import { createTestEncoder } from '@concord/server/test-objects';
import { CliError } from '../cli-error.ts';
import { printable } from '../printable.ts';
import { tlsOf, userOf } from '../secure-options.ts';
import type { Surroundings } from '../surroundings.ts';
import { writeWhole } from '../write-file.ts';
import type { RunCommandOptions } from './run-options.ts';
import { jsonFile, namedStatement, reportFile } from './sources.ts';
import { targetsOf } from './targets.ts';

const forms: Readonly<Record<RunCommandOptions['format'], (report: RunReport) => string>> = {
  markdown: (report) => renderMarkdown(reportDocument(report)),
  html: (report) => renderHtml(reportDocument(report)),
  json: (report) => JSON.stringify(report, undefined, 2),
  junit: junitXml,
};

type Choice = (item: PlanItem) => boolean;

/** What all of the given choices take; undefined where there is none. */
function chosen(plan: Plan, { service, item, preChecks }: RunCommandOptions, before?: RunReport): Choice | undefined {
  const choices: Choice[] = [];
  if (service || item)
    choices.push((each) => (service?.includes(each.service) ?? false) || (item?.includes(each.id) ?? false));
  if (preChecks) choices.push(isPreCheck(plan));
  if (before) choices.push(failedIn(before));
  return choices.length === 0 ? undefined : (each) => choices.every((takes) => takes(each));
}

function optionsOf(options: RunCommandOptions, only: Choice | undefined, surroundings: Surroundings): RunOptions {
  const { allow, clinical, dryRun, assisted, listen, medium, tester, rate, timeout, patience, calling, cleanupUrl } =
    options;
  return {
    care: { objectsPerSecond: rate, response: timeout, patience },
    signal: surroundings.signal,
    ...(allow && { allow }),
    ...(clinical && { inClinicalUse: true }),
    ...(dryRun && { dryRun: true }),
    ...(only && { only }),
    ...(assisted && { assisted: true }),
    ...(listen !== undefined && { ourSide: { host: '0.0.0.0', port: listen, aeTitle: calling } }),
    ...(medium !== undefined && { drive: folderDrive(medium) }),
    ...(tester !== undefined && { tester }),
    ...(cleanupUrl !== undefined && { cleaner: cleanerAt(new URL(cleanupUrl)) }),
    ask: (text) => surroundings.note(printable(text)),
    onResult: ({ result, title, observed }, done, total) =>
      surroundings.note(
        printable(`${done}/${total} ${result}: ${title}${result === 'passed' ? '' : ` (${observed})`}`),
      ),
  };
}

/** Runs, reports, and fails the command where an item failed. @throws CliError for a file that is no plan, a system that is none */
export async function carryOut(
  file: string,
  systems: readonly string[],
  options: RunCommandOptions,
  surroundings: Surroundings,
): Promise<void> {
  const plan = asPlan(await jsonFile(file));
  if (!plan) throw new CliError('failed', `${file} is no test plan: make one with concord conformance plan`);
  const [tls, identity] = [await tlsOf(options), userOf(options, surroundings.environment)];
  const shared = { callingAeTitle: options.calling, ...(tls && { tls }), ...(identity && { identity }) };
  const { target, entities } = targetsOf(systems, plan, shared);
  const before = options.repeat === undefined ? undefined : await reportFile(options.repeat);
  const statement = options.statement === undefined ? undefined : await namedStatement(options.statement, surroundings);
  const encoder = createTestEncoder();
  const refused = (cause: unknown): undefined => {
    if (!(cause instanceof PlanError)) throw cause;
    surroundings.note(printable(`${cause.message}: concord conformance approve, or --draft`));
    surroundings.fail();
  };
  const report = await runPlan(plan, target, {
    ...optionsOf(options, chosen(plan, options, before), surroundings),
    entities,
    encode: encoder.encode,
    ...(!options.draft && !options.dryRun && { approved: true }),
    ...(statement !== undefined && { statement }),
  })
    .catch(refused)
    .finally(() => encoder.close());
  if (!report) return;
  for (const { title, before: was, now } of before ? changedResults(before, report) : [])
    surroundings.note(printable(`changed: ${title}: ${was} before, ${now} now`));
  if (report.counts.failed + report.counts.inconclusive > 0) surroundings.fail();
  const text = forms[options.format](report);
  if (options.to === undefined) return surroundings.print(text.trimEnd());
  await writeWhole(options.to, text);
  surroundings.note(`written: ${options.to}`);
}
