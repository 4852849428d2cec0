// The validation of the own statement: what the rules find, and what the running system decides of those that are open. PS3.2 6, 7
import { judged, type Statement, statementDigest, validate } from '@concord/conformance';
import { systemDecisions } from './decisions.ts';
import type { SystemParts } from './describe-system.ts';
import type { ValidationOf } from './kept-validation.ts';

/** Rules of level E that are broken, other findings, and what nobody has decided. */
export function selfValidation(parts: SystemParts, statement: Statement, validationOf: ValidationOf = validate) {
  const decisions = systemDecisions({
    configuration: parts.configuration,
    entities: parts.entities(parts.configuration),
    statement,
    date: new Date().toISOString().slice(0, 10),
  });
  const { findings, open, claims, decided } = judged(validationOf(statement), { waivers: [], decisions });
  const count = (level: string): number => findings.filter((finding) => finding.level === level).length;
  return {
    errors: count('E'),
    warnings: count('W'),
    notes: count('I'),
    open: open.map(({ id }) => id),
    decided: decided.map(({ decision }) => decision),
    claims,
    findings,
  };
}

/** Numbers of the validation. */
export interface ConformanceStatus {
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  readonly open: number;
  /** ISO 8601, when the statement as it is now was validated. */
  readonly at: string;
}

/** The status of what runs now: validated again only when the statement is another. */
export function statusKeeper(
  parts: SystemParts,
  { present, validationOf }: { readonly present: () => Promise<Statement>; readonly validationOf: ValidationOf },
): () => Promise<ConformanceStatus> {
  let last: { readonly digest: string; readonly status: ConformanceStatus } | undefined;
  return async () => {
    const statement = await present();
    const digest = statementDigest(statement);
    if (last?.digest !== digest) {
      const { errors, warnings, notes, open } = selfValidation(parts, statement, validationOf);
      const status = { errors, warnings, notes, open: open.length, at: new Date().toISOString() };
      last = { digest, status };
    }
    return last.status;
  };
}
