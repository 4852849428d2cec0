// Content items of reports, acquisition contexts and specimen preparations, by what they are about. PS3.15 E.3.4.

import type { DataSet } from '../data-set.ts';
import type { Vr } from '../vr.ts';
import { contentItemRules } from './content-items.generated.ts';
import { dummyValue } from './dummy.ts';
import type { Action, ConfidentialityOption } from './profile.ts';
import { options } from './profile.ts';

/** Sequences whose items are content items. PS3.3 C.17.3, C.7.6.14, C.7.6.22 */
export const contentSequences: ReadonlySet<number> = new Set([0x0040a730, 0x00400555, 0x00400612]);

interface Rule {
  readonly basic: Action;
  readonly byOption: ReadonlyMap<string, string>;
}

let parsed: ReadonlyMap<string, Rule> | undefined;

function rules(): ReadonlyMap<string, Rule> {
  parsed ??= new Map(
    contentItemRules.split('\n').map((line) => {
      const [code = '', scheme = '', valueType = '', basic = '', marks = ''] = line.split('|');
      const byOption = new Map(marks.split(' ').map((mark) => [mark.slice(0, 1), mark.slice(1)]));
      // X/D: what a template requires is not known here, so a dummy stands for either.
      return [`${scheme} ${code} ${valueType}`, { basic: basic === 'X' ? 'X' : 'D', byOption }];
    }),
  );
  return parsed;
}

/** What is to be done with a content item, by its concept name and value type; undefined for one the table does not list. */
export function contentAction(item: DataSet, chosen: ReadonlySet<ConfidentialityOption>): Action | undefined {
  const [name] = item.items('ConceptNameCodeSequence');
  const code = name?.string('CodeValue') ?? name?.string('LongCodeValue');
  const rule = rules().get(`${name?.string('CodingSchemeDesignator')} ${code} ${item.string('ValueType')}`);
  if (!rule) return undefined;
  for (const letter of ['f', 'u', 'd', 'i', 'c', 'm', 't']) {
    const asked = [...chosen].some((option) => options[option].letter === letter);
    const action = asked ? rule.byOption.get(letter) : undefined;
    if (action === 'K' || action === 'C') return action;
  }
  return rule.basic;
}

/** The values of a content item that can identify; codes, numbers and references are cleaned as attributes. PS3.3 Table C.18.1-1 ff. */
const values: readonly (readonly [number, Vr])[] = [
  [0x0040a160, 'UT'],
  [0x0040a123, 'PN'],
  [0x0040a121, 'DA'],
  [0x0040a122, 'TM'],
  [0x0040a120, 'DT'],
];

/** How one value is cleaned: similar text or a shifted date; undefined where neither can be. */
export type CleanOne = (value: string, vr: Vr) => string | undefined;

/**
 * The values of an item after its attributes were cleaned.
 * @param before the item as it was
 * @param action undefined for an item the table does not list: its values are then cleaned by their kind, more carefully than the table
 */
export function cleanContentValues(
  item: DataSet,
  before: DataSet,
  action: Action | undefined,
  chosen: ReadonlySet<ConfidentialityOption>,
  cleanOne: CleanOne,
): void {
  for (const [tag, vr] of values) {
    const original = before.string(tag);
    if (original === undefined) continue;
    const dated = vr === 'DA' || vr === 'TM' || vr === 'DT';
    const kept = action === 'K' || (dated && chosen.has('retain-longitudinal-full-dates'));
    const cleanable = action !== 'D' && action !== 'X' && vr !== 'PN';
    const time = vr === 'TM' && chosen.has('retain-longitudinal-modified-dates');
    const cleaned = kept || (cleanable && time) ? original : cleanable ? cleanOne(original, vr) : undefined;
    item.set(tag, cleaned ?? dummyValue(vr), vr);
  }
}

/** Whether an item names another by its position in the tree: then none may be taken out. PS3.3 C.17.3.2.5 */
export const hasPositions = (dataSet: DataSet): boolean =>
  dataSet.items(0x0040a730).some((item) => item.has('ReferencedContentItemIdentifier') || hasPositions(item));
