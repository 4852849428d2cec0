// Carries out `concord conformance validate`: reads, checks, writes what was found.
import {
  asRunReport,
  contentDigest,
  decisionsOfRun,
  type Judgement,
  judged,
  judgementSchema,
  parseStatementText,
  StatementError,
  type Validation,
  validate,
  validateMarkdown,
  validationDocument,
  validationText,
} from '@concord/conformance';
import { CliError } from '../cli-error.ts';
import { printable } from '../printable.ts';
import type { Surroundings } from '../surroundings.ts';
import { writeWhole } from '../write-file.ts';
import { write } from './forms.ts';
import { listRules } from './rule-list.ts';
import { jsonFile, readBounded, serverStatement } from './sources.ts';
import type { ValidateOptions } from './validate-options.ts';

/** A parsed file. @throws CliError with what is wrong in one line */
async function parsedFile(path: string): Promise<unknown> {
  try {
    return parseStatementText(await readBounded(path));
  } catch (cause) {
    if (cause instanceof StatementError) throw new CliError('failed', `${path}: ${cause.message}`, { cause });
    throw cause;
  }
}

interface Checked {
  readonly validation: Validation;
  /** Of the statement; a printed one has none. */
  readonly digest?: string;
}

const checked = (statement: unknown): Checked => ({
  validation: validate(statement),
  digest: contentDigest(statement),
});

async function validationOf(
  file: string | undefined,
  { url, edition }: ValidateOptions,
  surroundings: Surroundings,
): Promise<Checked> {
  if (url !== undefined) return checked(await serverStatement({ server: url }, edition, surroundings));
  if (file === undefined) throw new CliError('usage', 'name a file, or a running Concord with --url');
  if (/\.(md|markdown)$/i.test(file)) return { validation: validateMarkdown(await readBounded(file)) };
  return checked(await parsedFile(file));
}

async function judgementsOf(path: string | undefined): Promise<Judgement> {
  if (path === undefined) return { waivers: [], decisions: [] };
  const result = judgementSchema.safeParse(await parsedFile(path));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new CliError('failed', `${path}: ${issue?.path.join('.')}: ${issue?.message}`);
}

/** What a run decides. @throws CliError for a file that is no report, or one about another statement */
async function decisionsFrom(path: string | undefined, digest: string | undefined): Promise<Judgement['decisions']> {
  if (path === undefined) return [];
  const report = asRunReport(await jsonFile(path));
  if (!report)
    throw new CliError('failed', `${path} is no report: make one with concord conformance run --format json`);
  if (report.system.digest !== digest)
    throw new CliError('failed', `${path} is about another statement, or another state of it (${report.system.label})`);
  return decisionsOfRun(report);
}

/** Text may hold what a statement of somebody else says: each line is made safe to show. */
const safe = (text: string): string => text.split('\n').map(printable).join('\n');

/** The command. */
export async function runValidation(
  file: string | undefined,
  options: ValidateOptions,
  surroundings: Surroundings,
): Promise<void> {
  if (options.rules) return listRules(options, surroundings);
  if (file !== undefined && options.url !== undefined) throw new CliError('usage', 'name a file or --url, not both');
  const { waivers, decisions } = await judgementsOf(options.judgements);
  const { validation, digest } = await validationOf(file, options, surroundings);
  const decided = [...decisions, ...(await decisionsFrom(options.report, digest))];
  const result = judged(validation, { waivers, decisions: decided });
  if (result.findings.some(({ level }) => level === 'E')) surroundings.fail();
  const { format, to } = options;
  if (format !== 'text') {
    const document = () => validationDocument(options.url ?? file ?? '', result);
    return write({ data: result, document }, { format, ...(to !== undefined && { to }) }, surroundings);
  }
  if (to === undefined) return surroundings.print(safe(validationText(result)));
  await writeWhole(to, `${validationText(result)}\n`);
  surroundings.note(`written: ${to}`);
}
