// What people have decided about a validation: findings that are waived, open rules that are attested. PS3.2 7
import { z } from 'zod';
import type { Finding, Rule } from './rule.ts';
import type { Validation } from './validate.ts';

const words = z.string().trim().min(1).max(2000);
const person = { author: words, date: z.iso.date() };

/** A list of decisions, as a file has it. */
export const judgementSchema = z.strictObject({
  waivers: z
    .array(z.strictObject({ rule: words, path: words.optional(), reason: words, ...person }))
    .max(1000)
    .default([]),
  decisions: z
    .array(z.strictObject({ rule: words, holds: z.boolean(), how: words, ...person }))
    .max(1000)
    .default([]),
});
export type Judgement = z.infer<typeof judgementSchema>;
export type Waiver = Judgement['waivers'][number];
export type Decision = Judgement['decisions'][number];

export interface Judged extends Omit<Validation, 'open'> {
  readonly waived: readonly { readonly finding: Finding; readonly waiver: Waiver }[];
  /** Nobody may waive an error. */
  readonly refused: readonly Waiver[];
  readonly open: readonly Rule[];
  readonly decided: readonly { readonly rule: Rule; readonly decision: Decision }[];
}

const matches = (finding: Finding, { rule, path }: Waiver): boolean =>
  finding.rule === rule && (path === undefined || finding.path === path || finding.path.startsWith(`${path}/`));

/** A rule that was decided against is a finding. */
const broken = ({ id, level, section, remedy }: Rule, { how, author, date }: Decision): Finding => ({
  rule: id,
  level,
  section,
  remedy,
  path: '',
  message: `${how} (${author}, ${date})`,
});

/** The validation as it stands after what people decided. */
export function judged(validation: Validation, { waivers, decisions }: Judgement): Judged {
  const waived: { finding: Finding; waiver: Waiver }[] = [];
  const refused = new Set<Waiver>();
  const findings: Finding[] = [];
  for (const finding of validation.findings) {
    const waiver = waivers.find((each) => matches(finding, each));
    if (waiver && finding.level === 'E') refused.add(waiver);
    if (waiver && finding.level !== 'E') waived.push({ finding, waiver });
    else findings.push(finding);
  }
  const decided = validation.open.flatMap((rule) => {
    const decision = decisions.find((each) => each.rule === rule.id);
    return decision ? [{ rule, decision }] : [];
  });
  const against = decided.filter(({ decision }) => !decision.holds).map(({ rule, decision }) => broken(rule, decision));
  return {
    ...validation,
    findings: [...findings, ...against],
    waived,
    refused: [...refused],
    open: validation.open.filter((rule) => !decided.some((each) => each.rule === rule)),
    decided,
  };
}
