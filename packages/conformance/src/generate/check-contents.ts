// An object that was made against the table of its contents: what is in it and not in the table, and what is missing. PS3.2 A.8.1.1
import { type DataSet, describeTag, formatTag, isPrivateCreator } from '@concord/dicom';
import type { Annexes } from '../model/annexes.ts';
import { storageServiceClass } from './names.ts';

export type CreatedObject = Extract<Annexes['createdObjects'], { state: 'described' }>['objects'][number];

export interface ContentFault {
  readonly kind:
    | 'undeclared attribute'
    | 'missing attribute'
    | 'value where none is declared'
    | 'attribute that is left out';
  readonly tag: string;
  readonly attribute: string;
}

const nameOf = (tag: number): string => describeTag(tag)?.name ?? formatTag(tag);

function hasValue(dataSet: DataSet, tag: number): boolean {
  const element = dataSet.element(tag);
  if (!element) return false;
  if (element.items) return element.items.length > 0;
  return element.text ? element.text.some((value) => value !== '') : element.length > 0;
}

/**
 * The table for a class: its own, or that of objects of any class.
 * @param variant which of several kinds of objects of the class; without it the first that is there
 */
export function tableFor(
  objects: readonly CreatedObject[],
  sopClass: string,
  variant?: string,
): CreatedObject | undefined {
  const meant = objects.filter((each) => variant === undefined || each.variant === variant);
  return (
    meant.find((each) => each.sopClass.uid === sopClass) ??
    meant.find((each) => each.sopClass.uid === storageServiceClass)
  );
}

/**
 * Every contradiction between an object and the table of its class.
 * @param source the instance that it was made from, whose other attributes it may have
 */
export function contentFaults(
  { modules, leftOut = [] }: CreatedObject,
  made: DataSet,
  source?: DataSet,
): readonly ContentFault[] {
  const rows = new Map(modules.flatMap(({ attributes }) => attributes.map((each) => [each.tag, each] as const)));
  const never = new Set(leftOut.map(({ tag }) => tag));
  const faults: ContentFault[] = [];
  for (const { tag } of made.elements()) {
    const text = formatTag(tag);
    const row = rows.get(text);
    if (never.has(text)) faults.push({ kind: 'attribute that is left out', tag: text, attribute: nameOf(tag) });
    const known = row !== undefined || source?.has(tag) === true || isPrivateCreator(tag);
    if (!known) faults.push({ kind: 'undeclared attribute', tag: text, attribute: nameOf(tag) });
    if (row?.presence === 'EMPTY' && hasValue(made, tag))
      faults.push({ kind: 'value where none is declared', tag: text, attribute: nameOf(tag) });
  }
  for (const { tag: text, attribute, presence } of rows.values()) {
    const tag = Number.parseInt(text.replaceAll(/[(),]/g, ''), 16);
    const there = presence === 'ALWAYS' ? hasValue(made, tag) : made.has(tag);
    if (presence !== 'ANAP' && !there) faults.push({ kind: 'missing attribute', tag: text, attribute });
  }
  return faults;
}
