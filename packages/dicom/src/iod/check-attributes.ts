// One module or macro against the data set or item it describes: presence, items, values. PS3.5 7.4, PS3.3.

import type { DataSet } from '../data-set.ts';
import { formatPath, type Step } from '../path.ts';
import { vrTraits } from '../vr.ts';
import { holds, type Place } from './condition.ts';
import type { Rule, ValidationFinding } from './finding.ts';
import { type AttributeRule, type Module, moduleOf, type ValueRule } from './table.ts';

/** Where a check stands, and where it puts what it finds. */
export interface Check {
  readonly place: Place;
  /** The items gone into, from the top. */
  readonly steps: readonly Step[];
  readonly module: Module;
  readonly report: (finding: ValidationFinding) => void;
}

const last = (place: Place): DataSet | undefined => place.levels.at(-1);
const section = (module: Module): string => (module.table === '' ? 'PS3.3' : `PS3.3 Table ${module.table}`);

function say(check: Check, tag: number, rule: Rule, severity: ValidationFinding['severity'], message: string): void {
  check.report({ path: formatPath(check.steps, tag), rule, severity, message, section: section(check.module) });
}

/** Whether an element has a value: bytes, items, fragments; spaces alone are none. */
export function hasValue(dataSet: DataSet, tag: number): boolean {
  const element = dataSet.element(tag);
  if (!element) return false;
  if (element.vr === 'SQ' || element.items) return dataSet.items(tag).length > 0;
  if (element.length === 0) return false;
  if (vrTraits(element.vr).kind !== 'text' || element.reference) return true;
  return dataSet.strings(tag).some((value) => value.trim() !== '');
}

/** The tags of the data set that a rule is about: one, or those of a repeating group that are there. */
export function tagsOf(rule: AttributeRule, dataSet: DataSet): readonly number[] {
  if (!rule.tag.includes('x')) return [Number.parseInt(rule.tag, 16)];
  const element = Number.parseInt(rule.tag.slice(4), 16);
  const base = Number.parseInt(rule.tag.slice(0, 2), 16);
  const groups = new Set([...dataSet.elements()].map(({ tag }) => tag >>> 16));
  return [...groups]
    .filter((group) => group >>> 8 === base && group % 2 === 0)
    .map((group) => group * 0x10000 + element);
}

/** Checks every attribute of the module, and of the items of its sequences. */
export function checkModule(check: Check): void {
  for (const rule of check.module.attributes) checkAttribute(rule, check);
}

function checkAttribute(rule: AttributeRule, check: Check): void {
  const dataSet = last(check.place);
  if (!dataSet) return;
  for (const tag of tagsOf(rule, dataSet)) {
    if (!dataSet.has(tag)) checkAbsence(rule, tag, check);
    else checkPresence(rule, tag, check, dataSet);
  }
}

function checkAbsence(rule: AttributeRule, tag: number, check: Check): void {
  if (rule.type === '1' || rule.type === '2')
    say(check, tag, 'missing', 'error', `type ${rule.type} of ${check.module.name}, not there`);
  if (rule.type.endsWith('C') && rule.condition && holds(rule.condition, check.place))
    say(check, tag, 'missing', 'error', `type ${rule.type} of ${check.module.name}, its condition holds, not there`);
}

function checkPresence(rule: AttributeRule, tag: number, check: Check, dataSet: DataSet): void {
  if (rule.shallNot && rule.condition && !holds(rule.condition, check.place))
    say(check, tag, 'forbidden', 'error', `its condition in ${check.module.name} does not hold: it shall not be there`);
  if (!hasValue(dataSet, tag)) {
    const needed = rule.type === '1' || rule.type === '1C';
    if (needed) say(check, tag, 'empty', 'error', `type ${rule.type} of ${check.module.name}, without a value`);
    return;
  }
  for (const values of rule.values) checkValues(values, tag, check, dataSet);
  const items = dataSet.items(tag);
  if (items.length > 0) checkItems(rule, tag, check, items);
}

/** The same value, as text or as a number; tags are written as eight digits in both. */
function isListed(value: string, listed: readonly string[]): boolean {
  if (listed.includes(value)) return true;
  return value !== '' && listed.some((one) => one !== '' && Number(one) === Number(value));
}

function checkValues({ number, values, enumerated }: ValueRule, tag: number, check: Check, dataSet: DataSet): void {
  const given = dataSet.strings(tag);
  const asked = number === 0 ? given : given.slice(number - 1, number);
  const other = asked.find((value) => !isListed(value, values) && value !== '');
  if (other === undefined) return;
  const which = number === 0 ? '' : ` (value ${number})`;
  const kind = enumerated ? 'enumerated values' : 'defined terms';
  const shown = values.length > 12 ? `${values.slice(0, 12).join(', ')}, …` : values.join(', ');
  const message = `${JSON.stringify(other)}${which} is not among the ${kind} of ${check.module.name}: ${shown || 'none'}`;
  say(check, tag, enumerated ? 'enumerated-value' : 'defined-term', enumerated ? 'error' : 'warning', message);
}

function checkItems(rule: AttributeRule, tag: number, check: Check, items: readonly DataSet[]): void {
  const [least, most] = rule.items ?? [0, Number.POSITIVE_INFINITY];
  if (items.length < least || items.length > most)
    say(check, tag, 'items', 'error', `${items.length} items, ${check.module.name} allows ${least} to ${most}`);
  const code = rule.code ? moduleOf('$code-sequence-macro') : undefined;
  for (const [index, item] of items.entries()) {
    const place = { ...check.place, levels: [...check.place.levels, item] };
    const inside = { ...check, place, steps: [...check.steps, { tag, item: index }] };
    for (const child of rule.children) checkAttribute(child, inside);
    if (code) checkCode({ ...inside, module: code }, item);
  }
}

const codeValues = [0x00080100, 0x00080119, 0x00080120];

/** The Code Sequence Macro, and that there is one value, not none or two. PS3.3 8.1. */
function checkCode(check: Check, item: DataSet): void {
  checkModule(check);
  const given = codeValues.filter((tag) => item.has(tag)).length;
  if (given === 1) return;
  const path = formatPath(check.steps);
  const message = `${given === 0 ? 'no' : given} Code Value, Long Code Value or URN Code Value in an item`;
  check.report({ path, rule: 'code', severity: 'error', message, section: 'PS3.3 8.1' });
}
