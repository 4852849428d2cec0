// Functional groups of multi-frame objects: shared or per frame, required or not. PS3.3 C.7.6.16.

import type { DataSet } from '../data-set.ts';
import { formatPath } from '../path.ts';
import { type Check, checkModule } from './check-attributes.ts';
import { holds, type Place } from './condition.ts';
import type { ValidationFinding } from './finding.ts';
import { type Module, macroOf, type Use } from './table.ts';

const shared = 0x52009229;
const perFrame = 0x52009230;
const numberOfFrames = 0x00280008;
const section = 'PS3.3 C.7.6.16';

interface Frames {
  readonly dataSet: DataSet;
  readonly common: DataSet | undefined;
  readonly items: readonly DataSet[];
  readonly hasModule: Place['hasModule'];
  readonly report: (finding: ValidationFinding) => void;
}

/** The sequence a macro puts into an item: its attributes at the top, mostly one. */
const sequences = (macro: Module): readonly number[] =>
  macro.attributes.filter(({ tag }) => !tag.includes('x')).map(({ tag }) => Number.parseInt(tag, 16));

const placeOf = ({ dataSet, common, hasModule }: Frames, item: DataSet): Place => ({
  levels: [dataSet, item],
  groups: common && common !== item ? [common, item] : [item],
  hasModule,
});

/** Checks every functional group macro of an IOD. Frames beyond the first that are wrong in the same way are not listed. */
export function checkGroups(
  dataSet: DataSet,
  uses: readonly Use[],
  others: Pick<Frames, 'hasModule' | 'report'>,
): void {
  if (uses.length === 0 || !(dataSet.has(shared) || dataSet.has(perFrame))) return;
  const frames: Frames = { dataSet, common: dataSet.items(shared)[0], items: dataSet.items(perFrame), ...others };
  const count = dataSet.number(numberOfFrames);
  if (count !== undefined && dataSet.has(perFrame) && count !== frames.items.length)
    others.report({
      path: formatPath([], perFrame),
      rule: 'frame-count',
      severity: 'error',
      message: `${frames.items.length} items for ${count} frames`,
      section,
    });
  for (const use of uses) {
    const macro = macroOf(use.id);
    if (macro && macro.attributes.length > 0) checkUse(use, macro, frames);
  }
}

function checkUse(use: Use, macro: Module, frames: Frames): void {
  const tags = sequences(macro);
  const inShared = frames.common !== undefined && tags.some((tag) => frames.common?.has(tag));
  // Without an item for a frame there is none with the group either.
  const without = frames.items.length === 0 ? 0 : frames.items.findIndex((item) => !tags.some((tag) => item.has(tag)));
  const inFrames = frames.items.some((item) => tags.some((tag) => item.has(tag)));
  const say = (rule: 'missing-functional-group' | 'doubled-functional-group', message: string): void =>
    frames.report({
      path: formatPath([], tags[0]),
      rule,
      severity: 'error',
      message,
      section: `PS3.3 Table ${macro.table}`,
    });
  if (inShared && inFrames) say('doubled-functional-group', `${macro.name} is both shared and per frame`);
  if (!inShared && without >= 0 && isRequired(use, frames, without))
    say('missing-functional-group', `${macro.name} is neither shared nor in the item of frame ${without + 1}`);
  checkMacro(macro, tags, frames);
}

function isRequired(use: Use, frames: Frames, index: number): boolean {
  const item = frames.items[index] ?? frames.common ?? frames.dataSet;
  if (use.usage === 'M') return true;
  return use.usage === 'C' && use.condition !== undefined && holds(use.condition, placeOf(frames, item));
}

function checkMacro(macro: Module, tags: readonly number[], frames: Frames): void {
  const said = new Set<string>();
  const report = (finding: ValidationFinding): void => {
    const alike = `${finding.path.replace(/\[\d+\]/g, '')} ${finding.rule} ${finding.message}`;
    if (!said.has(alike)) frames.report(finding);
    said.add(alike);
  };
  const places = [
    ...(frames.common ? [{ item: frames.common, step: { tag: shared, item: 0 } }] : []),
    ...frames.items.map((item, index) => ({ item, step: { tag: perFrame, item: index } })),
  ];
  for (const { item, step } of places) {
    if (!tags.some((tag) => item.has(tag))) continue;
    const check: Check = { place: placeOf(frames, item), steps: [step], module: macro, report };
    checkModule(check);
  }
}
