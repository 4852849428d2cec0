// The validator: any JSON value against the model and the rules, every finding in one run. PS3.2 6 and 7

import { migrated } from '../model/migrate.ts';
import { annexRules } from './annexes.ts';
import { profileRules } from './application-profiles.ts';
import { claimRules } from './claims.ts';
import { consistencyRules } from './consistency.ts';
import { contentRules } from './contents.ts';
import { formRules } from './form.ts';
import { mediaRules } from './media.ts';
import { negotiationRules } from './negotiation.ts';
import { networkRules } from './network.ts';
import { operationRules } from './operations.ts';
import { ownClassRules } from './own-sop-classes.ts';
import { parameterRules } from './parameters.ts';
import { isTrue, type Place } from './place.ts';
import { printedMarkdown } from './printed.ts';
import { type Reading, readingOf } from './reading.ts';
import type { Fault, Finding, Rule } from './rule.ts';
import { standardClassRules } from './sop-classes.ts';
import { tooDeep, valueText } from './value-text.ts';
import { wordsOf } from './words-of.ts';

export type ClaimState = 'stands' | 'withdrawn' | 'not made';

export interface Validation {
  /** In the order of the template. */
  readonly findings: readonly Finding[];
  /** Rules that the statement alone cannot decide: never passed in silence. */
  readonly open: readonly Rule[];
  /** A claim stands where no rule of its group found an error. */
  readonly claims: { readonly network: ClaimState; readonly media: ClaimState };
}

/** What follows from others stands after them. */
const all: readonly Rule[] = [
  ...formRules,
  ...contentRules,
  ...standardClassRules,
  ...ownClassRules,
  ...networkRules,
  ...profileRules,
  ...mediaRules,
  ...claimRules,
  ...consistencyRules,
  ...negotiationRules,
  ...operationRules,
  ...parameterRules,
  ...annexRules,
];

/** Every rule: those that are checked, that are left open for something else to decide, and that allow something. */
export const rules = (): readonly Rule[] => all;

/** Findings of one rule that are listed; a statement with more of a kind needs no longer list. */
const most = 500;

/** Where findings of each section stand. */
const order = ['claim', 'orgRoots', 'cover', 'overview', 'introduction', 'networking', 'media', 'characterSets'];
const rank = ({ path }: Finding): number => {
  const index = order.indexOf(path.split('/')[1] ?? '');
  return index < 0 ? order.length : index;
};

/** One finding of each rule and place. */
function reported(document: Place, { id, level, section, remedy }: Rule, faults: Iterable<Fault>): Finding[] {
  const findings: Finding[] = [];
  for (const each of faults) {
    const value = valueText(document, each.path);
    findings.push({ rule: id, level, section, remedy, ...each, ...(value !== undefined && { value }) });
    if (findings.length === most) break;
  }
  return findings;
}

function run(document: Place, reading: Reading): Finding[] {
  const findings: Finding[] = [];
  for (const rule of all) {
    if (rule.check) findings.push(...reported(document, rule, rule.check(document, reading)));
    if (rule.follow) findings.push(...reported(document, rule, rule.follow(document, findings)));
  }
  return findings;
}

function validation(document: Place, findings: readonly Finding[]): Validation {
  const sorted = findings
    .map((finding, index) => ({ finding, index }))
    .sort((left, right) => rank(left.finding) - rank(right.finding) || left.index - right.index)
    .map(({ finding }) => finding);
  const claimed = (claim: 'network' | 'media'): ClaimState => {
    if (!isTrue(document, 'claim', claim)) return 'not made';
    const against = findings.some(({ path, rule }) => path === `/claim/${claim}` && /^CS-V7/.test(rule));
    return against ? 'withdrawn' : 'stands';
  };
  const claims = { network: claimed('network'), media: claimed('media') };
  return {
    findings: sorted,
    open: all.filter(
      ({ id, decided }) =>
        decided.some((each) => each !== 's') && (claims.media !== 'not made' || !/^CS-V7[245]-/.test(id)),
    ),
    claims,
  };
}

/** Checks anything; what is no statement gives findings and does not throw. */
export function validate(value: unknown): Validation {
  const deep = tooDeep(value);
  if (deep)
    return validation({ path: '', value: undefined }, reported({ path: '', value: undefined }, deepRule, [deep]));
  const document: Place = { path: '', value: migrated(value) };
  return validation(document, run(document, readingOf(document.value)));
}

const deepRule: Rule = {
  id: 'CS-MODEL-03',
  level: 'E',
  decided: ['s'],
  section: 'Annex A',
  text: 'Each value has the form of its field.',
  remedy: 'Write the value in the form that the message names.',
};

/** Rules that a text without a model can break: structure, tables, words. */
const ofText = ['CS-V71-03', 'CS-VX-01', 'CS-VX-02', 'CS-V75-01'];

/** Checks a statement in Markdown: its sections, tables and words, which is all that can be read from it. */
export function validateMarkdown(markdown: string): Validation {
  const document: Place = {
    path: '',
    value: markdown.split(/\r?\n/).map((line) => line.replaceAll(/[|*#]/g, ' ').trim()),
  };
  const reading: Reading = { ...wordsOf(document.value), faults: [], printed: printedMarkdown(markdown) };
  const findings = all
    .filter(({ id }) => ofText.includes(id))
    .flatMap((rule) => reported(document, rule, rule.check?.(document, reading) ?? []));
  return validation(document, findings);
}
