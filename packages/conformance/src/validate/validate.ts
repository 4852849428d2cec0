// The validator: any JSON value against the model and the rules, every finding in one run. PS3.2 6 and 7
import { statement } from '../model/statement.ts';
import { consistencyRules } from './consistency.ts';
import { formRules } from './form.ts';
import { networkRules } from './network.ts';
import type { Finding, Rule, Sections } from './rule.ts';

export interface Validation {
  readonly findings: readonly Finding[];
  /** Rules that the statement alone cannot decide: never passed in silence. */
  readonly open: readonly Rule[];
}

const all: readonly Rule[] = [...formRules, ...networkRules, ...consistencyRules];

/** Every rule that is checked, or that is left open for something else to decide. */
export const rules = (): readonly Rule[] => all;

/** Each section that keeps to the model; one with a fault does not hide the others. */
function sectionsOf(value: unknown): Sections {
  const given = typeof value === 'object' && value !== null ? value : {};
  const claim = statement.shape.claim.safeParse(Reflect.get(given, 'claim'));
  const networking = statement.shape.networking.safeParse(Reflect.get(given, 'networking'));
  return {
    value,
    ...(claim.success && { claim: claim.data }),
    ...(networking.success && { networking: networking.data }),
  };
}

/** Checks anything; what is no statement gives findings and does not throw. */
export function validate(value: unknown): Validation {
  const sections = sectionsOf(value);
  const findings = all.flatMap(({ id: rule, level, section, check }) =>
    check ? Array.from(check(sections), (fault): Finding => ({ rule, level, ...fault, section })) : [],
  );
  return { findings, open: all.filter(({ check }) => check === undefined) };
}
