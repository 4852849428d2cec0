// Every element by itself, whatever the IOD: VR, VM, length, characters, private creators. PS3.5 6.2, 6.4, 7.8; PS3.6.

import type { Element } from '../content.ts';
import type { DataSet } from '../data-set.ts';
import { describeTag } from '../dictionary/dictionary.ts';
import { formatPath, type Step } from '../path.ts';
import { isGroupLength, isPrivate, isPrivateCreator } from '../tag.ts';
import { type Vr, vrTraits } from '../vr.ts';
import type { Rule, ValidationFinding } from './finding.ts';
import { fitsVm, textFaults } from './value-rules.ts';

type Report = (finding: ValidationFinding) => void;

/** Walks the data set and its items. */
export function checkAllValues(dataSet: DataSet, report: Report, steps: readonly Step[] = []): void {
  for (const element of dataSet.elements()) {
    checkElement(dataSet, element, steps, report);
    for (const [item, inside] of dataSet.items(element.tag).entries())
      checkAllValues(inside, report, [...steps, { tag: element.tag, item }]);
  }
}

function checkElement(dataSet: DataSet, element: Element, steps: readonly Step[], report: Report): void {
  const { tag } = element;
  const say = (rule: Rule, severity: ValidationFinding['severity'], message: string, section: string): void =>
    report({ path: formatPath(steps, tag), rule, severity, message, section });
  if (isPrivate(tag) && !isPrivateCreator(tag) && !isGroupLength(tag) && !hasCreator(dataSet, tag))
    say('private-creator', 'error', 'no private creator reserves its block', 'PS3.5 7.8.1');
  const known = describeTag(tag);
  if (!known && !isPrivate(tag)) say('unknown-attribute', 'warning', 'not in the dictionary', 'PS3.6 6');
  if (known?.retired && !isGroupLength(tag)) say('retired', 'warning', `${known.name} is retired`, 'PS3.6 6');
  if (known && known.vr.length > 0 && !known.vr.includes(element.vr) && element.vr !== 'UN')
    say('vr', 'error', `${element.vr}, the dictionary has ${known.vr.join(' or ')}`, 'PS3.6 6');
  for (const fault of faultsOf(dataSet, element)) say(fault.rule, fault.severity, fault.message, 'PS3.5 6.2');
  if (isPaddedWithZero(dataSet, element)) say('padding', 'error', 'padded with a zero byte, not a space', 'PS3.5 6.2');
  const count = countOf(dataSet, element);
  if (known && count !== undefined && count > 0 && !fitsVm(count, known.vm))
    say('vm', 'error', `${count} values, the dictionary has ${known.vm}`, 'PS3.6 6');
}

/** Only UI is padded with zeros. */
const isPaddedWithZero = (dataSet: DataSet, { tag, vr, text, reference }: Element): boolean =>
  vr !== 'UI' && vrTraits(vr).kind === 'text' && !text && !reference && dataSet.bytes(tag)?.at(-1) === 0;

const hasCreator = (dataSet: DataSet, tag: number): boolean =>
  (tag & 0xffff) >= 0x1000 && dataSet.has(((tag & 0xffff0000) | ((tag >>> 8) & 0xff)) >>> 0);

function faultsOf(dataSet: DataSet, { tag, vr, reference }: Element): ReturnType<typeof textFaults> {
  if (vrTraits(vr).kind !== 'text' || reference) return [];
  const [first, ...more] = dataSet.strings(tag).map((value) => textFaults(value, vr));
  return [...(first ?? []), ...more.flat()].slice(0, 3);
}

const bulk: ReadonlySet<Vr> = new Set<Vr>(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN', 'SQ']);

/** How many values, where they can be counted; the O VRs are one value each. */
function countOf(dataSet: DataSet, element: Element): number | undefined {
  const { vr, tag, reference } = element;
  const { kind, width } = vrTraits(vr);
  if (bulk.has(vr) || reference) return undefined;
  if (kind === 'text') {
    const values = dataSet.strings(tag);
    return values.every((value) => value === '') ? 0 : values.length;
  }
  const length = dataSet.bytes(tag)?.length ?? 0;
  return Math.floor(length / (kind === 'tag' ? 4 : width || 1));
}
