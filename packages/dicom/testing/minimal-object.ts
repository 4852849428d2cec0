// The smallest object of an IOD that its tables allow: every required attribute with a plausible value. PS3.3 Annex A.
import { DataSet, type Value } from '../src/data-set.ts';
import { describeTag } from '../src/dictionary/dictionary.ts';
import { hasValue } from '../src/iod/check-attributes.ts';
import { holds, type Place } from '../src/iod/condition.ts';
import {
  type AttributeRule,
  type Iod,
  iodOf,
  type Module,
  macroOf,
  moduleOf,
  type Use,
  type ValueRule,
} from '../src/iod/table.ts';
import { anyValue, bits, fixedValues, imageTypes, modalities } from './minimal-values.ts';

const shared = 0x52009229;
const perFrame = 0x52009230;
/** Functional groups that can only be per frame. */
const ownOfFrame: ReadonlySet<string> = new Set(['frame-content', 'segmentation', 'plane-position-patient']);

/** Type 2 here, and type 1 in a module further on. */
const given: ReadonlySet<number> = new Set([0x00200020]);

interface Filling {
  readonly iod: Iod;
  readonly levels: readonly DataSet[];
  readonly groups: readonly DataSet[];
}

const placeOf = ({ iod, levels, groups }: Filling): Place => ({
  levels,
  groups,
  hasModule: (id) => iod.modules.some((use) => use.id === id && use.usage === 'M'),
});

const allowed = (values: readonly ValueRule[], number: number): string | undefined =>
  [...values].reverse().find((rule) => rule.number === number && rule.values[0] !== undefined)?.values[0];

function valueFor(rule: AttributeRule, tag: number, iod: Iod): Value {
  const known = describeTag(tag);
  const keyword = known?.keyword ?? '';
  if (keyword === 'Modality') return modalities[iod.id] ?? allowed(rule.values, 0) ?? 'OT';
  const listed = allowed(rule.values, 0);
  const first = [1, 2, 3, 4].map((number) => allowed(rule.values, number));
  const last = first.findLastIndex((value) => value !== undefined);
  if (keyword === 'ImageType') return imageTypes[iod.id] ?? ['ORIGINAL', 'PRIMARY'];
  const filler = anyValue(known?.vr[0] ?? 'CS');
  if (last >= 0 && !(filler instanceof Uint8Array)) return first.slice(0, last + 1).map((one) => one ?? filler);
  const allows = (value: string): boolean => rule.values.some(({ values }) => values.includes(value));
  if (keyword === 'PhotometricInterpretation' && allows('MONOCHROME2')) return 'MONOCHROME2';
  const cells = bits[iod.id] ?? bits.other;
  if (cells && Object.hasOwn(cells, keyword)) return cells[keyword] ?? null;
  const value =
    listed ??
    (Object.hasOwn(fixedValues, keyword) ? fixedValues[keyword] : undefined) ??
    anyValue(known?.vr[0] ?? 'LO');
  const least = Number(/^\d+/.exec(rule.vm ?? known?.vm ?? '1')?.[0] ?? 1);
  if (least < 2 || Array.isArray(value) || value instanceof Uint8Array) return value;
  return Array.from({ length: least }, () => value as string | number);
}

function fillSequence(rule: AttributeRule, tag: number, filling: Filling): void {
  const dataSet = filling.levels.at(-1);
  const item = new DataSet();
  dataSet?.set(tag, [item]);
  const own = dataSet?.items(tag)[0] ?? item;
  const inside = { ...filling, levels: [...filling.levels, own] };
  fill(rule.children, inside);
  if (rule.code) {
    own.set('CodeValue', '113000');
    own.set('CodingSchemeDesignator', 'DCM');
    own.set('CodeMeaning', 'Of Interest');
  }
  if (own.size === 0) own.set('UID', '1.2.826.0.1.3680043.10.1511.9.3');
}

function isNeeded(rule: AttributeRule, filling: Filling): boolean {
  if (rule.type === '1' || rule.type === '2') return true;
  return rule.type.endsWith('C') && rule.condition !== undefined && holds(rule.condition, placeOf(filling));
}

function fillOne(rule: AttributeRule, filling: Filling): void {
  const dataSet = filling.levels.at(-1);
  if (!dataSet || rule.tag.includes('x') || !isNeeded(rule, filling)) return;
  const tag = Number.parseInt(rule.tag, 16);
  const empty = rule.type.startsWith('2') && !given.has(tag);
  if (hasValue(dataSet, tag) && describeTag(tag)?.vr[0] !== 'SQ') {
    const value = valueFor(rule, tag, filling.iod);
    if (rule.values.length > 0) dataSet.set(tag, value);
  } else if (empty && !dataSet.has(tag)) dataSet.set(tag, null);
  else if (describeTag(tag)?.vr[0] === 'SQ') {
    if (!dataSet.has(tag) || dataSet.items(tag).length === 0) fillSequence(rule, tag, filling);
    else {
      const item = dataSet.items(tag)[0];
      if (item) fill(rule.children, { ...filling, levels: [...filling.levels, item] });
    }
  } else if (!empty) dataSet.set(tag, valueFor(rule, tag, filling.iod));
}

/** Attributes first whose conditions others name: the rules are gone through until nothing is added. */
function fill(rules: readonly AttributeRule[], filling: Filling): void {
  for (let round = 0; round < 3; round += 1) for (const rule of rules) fillOne(rule, filling);
}

function modulesOf(iod: Iod, dataSet: DataSet): Module[] {
  const place = placeOf({ iod, levels: [dataSet], groups: [] });
  const needed = ({ usage, condition }: Use): boolean =>
    usage === 'M' || (usage === 'C' && condition !== undefined && holds(condition, place));
  return iod.modules.filter(needed).flatMap((use) => moduleOf(use.id) ?? []);
}

function fillGroups(iod: Iod, dataSet: DataSet): void {
  if (iod.functionalGroups.length === 0) return;
  dataSet.set(shared, [new DataSet()]);
  dataSet.set(perFrame, [new DataSet()]);
  const [common, frame] = [dataSet.items(shared)[0], dataSet.items(perFrame)[0]];
  if (!common || !frame) return;
  for (let round = 0; round < 2; round += 1)
    for (const use of iod.functionalGroups) {
      const target = ownOfFrame.has(use.id) ? frame : common;
      const filling = { iod, levels: [dataSet, target], groups: [common, frame] };
      const needed =
        use.usage === 'M' ||
        (use.usage === 'C' && use.condition !== undefined && holds(use.condition, placeOf(filling)));
      if (needed) for (const rule of macroOf(use.id)?.attributes ?? []) fillOne({ ...rule, type: '1' }, filling);
    }
}

/** The smallest valid object of a SOP Class, the same for the same number. Throws for a class without an IOD. */
export function minimalObject(sopClassUid: string, number = 1): DataSet {
  const iod = iodOf(sopClassUid);
  if (!iod) throw new TypeError(`${sopClassUid} has no IOD`);
  const dataSet = new DataSet();
  const root = `1.2.826.0.1.3680043.10.1511.${number}`;
  dataSet.set('SOPClassUID', sopClassUid);
  dataSet.set('SOPInstanceUID', `${root}.3`);
  dataSet.set('StudyInstanceUID', `${root}.1`);
  dataSet.set('SeriesInstanceUID', `${root}.2`);
  for (let round = 0; round < 3; round += 1)
    for (const module of modulesOf(iod, dataSet)) fill(module.attributes, { iod, levels: [dataSet], groups: [] });
  fillGroups(iod, dataSet);
  makePixelsFit(dataSet);
  return dataSet;
}

/** Pixel data of the size its attributes make, and the bits in agreement. */
function makePixelsFit(dataSet: DataSet): void {
  const bits = dataSet.number('BitsAllocated');
  if (bits === undefined) return;
  const stored = dataSet.number('BitsStored') ?? bits;
  if (stored > bits) dataSet.set('BitsStored', bits);
  if (dataSet.has('HighBit')) dataSet.set('HighBit', (dataSet.number('BitsStored') ?? bits) - 1);
  if (!dataSet.has('PixelData')) return;
  const frames = dataSet.number('NumberOfFrames') ?? 1;
  const cells =
    (dataSet.number('Rows') ?? 0) * (dataSet.number('Columns') ?? 0) * (dataSet.number('SamplesPerPixel') ?? 1);
  const bytes = Math.ceil((cells * bits * frames) / 8);
  dataSet.set('PixelData', new Uint8Array(bytes + (bytes % 2)), bits > 8 ? 'OW' : 'OB');
}
