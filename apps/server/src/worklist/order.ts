// An order as people and programs write it, and as worklist items: one data set for each scheduled procedure step. Pure. PS3.4 Table K.6-1.
import { DataSet, type Keyword, type Value } from '@concord/dicom';
import {
  mayBeSeveral,
  type OrderAttribute,
  type RequestName,
  requestAttributes,
  requestNames,
  type StepName,
  stepAttributes,
  stepNames,
  stepSequence,
  vrOf,
} from './attributes.ts';

/** A code; the version of its scheme is rarely known. */
export interface Code {
  readonly value: string;
  readonly scheme: string;
  readonly meaning: string;
}

/** Text as DICOM writes it, several values with backslashes between; codes where the attribute is one. */
export type OrderValue = string | readonly Code[];
export type StepValues = Readonly<Partial<Record<StepName, OrderValue>>>;
export type RequestValues = Readonly<Partial<Record<RequestName, OrderValue>>>;

/** What is requested, and the steps that are scheduled for it. Absent values are not known. */
export interface Order extends RequestValues {
  readonly steps: readonly StepValues[];
}

/** Text of a value, '' for what is absent or a code. */
export const textOf = (value: OrderValue | undefined): string => (typeof value === 'string' ? value : '');

/** The worklist items of an order whose identifiers are all there: the same request, each with one step. */
export const itemsOf = (order: Order): readonly DataSet[] =>
  order.steps.map((step) => {
    const item = new DataSet();
    item.set('SpecificCharacterSet', 'ISO_IR 192');
    for (const name of requestNames) put(item, '', requestAttributes[name], order[name]);
    for (const name of stepNames) put(item, `${stepSequence}[0].`, stepAttributes[name], step[name]);
    return item;
  });

/** As text: a type of every keyword behind every place has no end. */
const pathIn = (place: string, keyword: string): string => `${place}${keyword}`;

function put(item: DataSet, place: string, { keyword }: OrderAttribute, value: OrderValue | undefined): void {
  if (value === undefined || value === '') return;
  const path = pathIn(place, keyword);
  if (typeof value === 'string') {
    item.set(path, written(keyword, value));
    return;
  }
  for (const [index, code] of value.entries()) {
    item.set(`${path}[${index}].CodeValue`, code.value);
    item.set(`${path}[${index}].CodingSchemeDesignator`, code.scheme);
    item.set(`${path}[${index}].CodeMeaning`, code.meaning);
  }
}

const written = (keyword: Keyword, text: string): Value => {
  if (vrOf(keyword) === 'US') return Number(text);
  return mayBeSeveral(keyword) ? text.split('\\') : text;
};

/** The order of one of its items, with that step alone. */
export function orderOf(item: DataSet): Order {
  const request = Object.fromEntries(requestNames.flatMap((name) => entryOf(item, '', name, requestAttributes[name])));
  const step = Object.fromEntries(
    stepNames.flatMap((name) => entryOf(item, `${stepSequence}[0].`, name, stepAttributes[name])),
  );
  return { ...request, steps: [step] };
}

function entryOf(
  item: DataSet,
  place: string,
  name: string,
  { keyword }: OrderAttribute,
): readonly (readonly [string, OrderValue])[] {
  const path = pathIn(place, keyword);
  if (vrOf(keyword) === 'SQ') {
    const codes = item.items(path).map((code) => ({
      value: code.string('CodeValue') ?? '',
      scheme: code.string('CodingSchemeDesignator') ?? '',
      meaning: code.string('CodeMeaning') ?? '',
    }));
    return codes.length === 0 ? [] : [[name, codes]];
  }
  const text = item.strings(path).join('\\');
  return text === '' ? [] : [[name, text]];
}
