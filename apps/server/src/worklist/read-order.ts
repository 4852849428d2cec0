// An order from outside, checked value by value as the VR of each attribute asks, and completed. PS3.5 Table 6.2-1.
import { isUid, type Keyword, parseTime } from '@concord/dicom';
import {
  mayBeSeveral,
  type OrderAttribute,
  requestAttributes,
  requestNames,
  stepAttributes,
  stepNames,
  vrOf,
} from './attributes.ts';
import { type Code, type Order, type OrderValue, type StepValues, textOf } from './order.ts';

/** Why an order cannot be taken: which value, and what would be right. */
export class OrderError extends Error {
  /** `steps[0].startDate`. */
  readonly place: string;
  constructor(place: string, words: string) {
    super(`${place} ${words}`);
    this.name = 'OrderError';
    this.place = place;
  }
}

/** Steps of one order, and codes of one value. */
export const mostSteps = 100;
const mostCodes = 20;

/** Characters that a VR takes. PS3.5 Table 6.2-1 */
const longest: Readonly<Record<string, number>> = { AE: 16, CS: 16, SH: 16, LO: 64, UI: 64, ST: 1024, LT: 10_240 };

type Check = (text: string) => string | undefined;
const lengthOf =
  (vr: string): Check =>
  (text) =>
    [...text].length > (longest[vr] ?? 64) ? `has more than ${longest[vr]} characters` : undefined;
const pattern =
  (shape: RegExp, words: string): Check =>
  (text) =>
    shape.test(text) ? undefined : words;

/** Of the calendar: there is no 30 February. */
const isDay = (text: string): boolean => {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.toISOString().startsWith(`${year}-${month}-${day}`);
};

const checks: Readonly<Record<string, Check>> = {
  AE: pattern(/^[\x20-\x5b\x5d-\x7e]{1,16}$/, 'must be an AE title of 1 to 16 ASCII characters'),
  CS: pattern(/^[A-Z0-9 _]{1,16}$/, 'must be up to 16 capitals, digits, spaces and underscores'),
  DA: (text) => (isDay(text) ? undefined : 'must be a date as YYYYMMDD'),
  TM: (text) => (/^\d{4}/.test(text) && parseTime(text) ? undefined : 'must be a time as HHMM or HHMMSS'),
  DS: pattern(/^(?=.{1,16}$)[+-]?\d+(\.\d+)?$/, 'must be a number of up to 16 characters'),
  US: (text) => (/^\d{1,5}$/.test(text) && Number(text) < 65_536 ? undefined : 'must be a whole number'),
  UI: (text) => (isUid(text) ? undefined : 'must be a UID'),
  PN: (text) => {
    const groups = text.split('=');
    if (groups.length > 3) return 'has more than three groups';
    if (groups.some((group) => [...group].length > 64)) return 'has a group of more than 64 characters';
    return groups.some((group) => group.split('^').length > 5) ? 'has more than five components' : undefined;
  },
  SH: lengthOf('SH'),
  LO: lengthOf('LO'),
  ST: lengthOf('ST'),
  LT: lengthOf('LT'),
};

const lines = new Set(['ST', 'LT']);
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const controls = /[\u0000-\u001f\u007f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const controlsOfLines = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/;

/** `2026-03-01` and `08:30` are written so on pages; DICOM has neither. */
const asWritten = (vr: string, text: string): string => {
  if (vr === 'DA') return text.replace(/^(\d{4})-(\d\d)-(\d\d)$/, '$1$2$3');
  return vr === 'TM' ? text.replace(/^(\d\d):(\d\d)(?::(\d\d))?$/, '$1$2$3') : text;
};

function checkedText(place: string, keyword: Keyword, given: string): string {
  const vr = vrOf(keyword);
  const text = asWritten(vr, given.trim()).toWellFormed();
  if (text === '') return '';
  if ((lines.has(vr) ? controlsOfLines : controls).test(text)) throw new OrderError(place, 'has control characters');
  const values = mayBeSeveral(keyword) ? text.split('\\') : [text];
  if (values.length > mostCodes) throw new OrderError(place, `has more than ${mostCodes} values`);
  for (const value of values) {
    const problem = !lines.has(vr) && value.includes('\\') ? 'has a backslash' : checks[vr]?.(value);
    if (problem !== undefined) throw new OrderError(place, problem);
  }
  return text;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function checkedCodes(place: string, given: readonly unknown[]): readonly Code[] {
  if (given.length > mostCodes) throw new OrderError(place, `has more than ${mostCodes} codes`);
  return given.map((each) => {
    if (!isRecord(each)) throw new OrderError(place, 'must be a list of codes, each with value, scheme and meaning');
    const part = (name: string, keyword: Keyword): string => {
      const { [name]: text } = each;
      const checked = typeof text === 'string' ? checkedText(`${place}.${name}`, keyword, text) : '';
      if (checked === '') throw new OrderError(`${place}.${name}`, 'is missing');
      return checked;
    };
    const scheme = part('scheme', 'CodingSchemeDesignator');
    return { value: part('value', 'CodeValue'), scheme, meaning: part('meaning', 'CodeMeaning') };
  });
}

function checkedValue(place: string, { keyword }: OrderAttribute, given: unknown): OrderValue {
  if (vrOf(keyword) === 'SQ') {
    if (Array.isArray(given)) return checkedCodes(place, given);
    throw new OrderError(place, 'must be a list of codes, each with value, scheme and meaning');
  }
  if (typeof given !== 'string') throw new OrderError(place, 'must be text');
  return checkedText(place, keyword, given);
}

function checkedValues(
  place: string,
  names: readonly string[],
  attributes: Readonly<Record<string, OrderAttribute>>,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, OrderValue>> {
  const values: Record<string, OrderValue> = {};
  for (const name of names) {
    const attribute = attributes[name];
    const value = given[name] ?? '';
    if (!attribute) continue;
    if (value !== '') {
      const checked = checkedValue(`${place}${name}`, attribute, value);
      if (checked.length > 0) values[name] = checked;
    }
    if (attribute.needed && values[name] === undefined) throw new OrderError(`${place}${name}`, 'is missing');
  }
  return values;
}

function refuseUnknown(place: string, known: readonly string[], given: Readonly<Record<string, unknown>>): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new OrderError(`${place}${unknown.slice(0, 64)}`, 'is not a value of an order');
}

/** An order as JSON has it. @throws OrderError that names the first value that is wrong */
export function readOrder(given: unknown): Order {
  if (!isRecord(given)) throw new OrderError('the order', 'must be an object');
  const { steps, ...rest } = given;
  refuseUnknown('', requestNames, rest);
  const request = checkedValues('', requestNames, requestAttributes, rest);
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > mostSteps)
    throw new OrderError('steps', `must be a list of 1 to ${mostSteps}`);
  const checked = steps.map((step: unknown, index): StepValues => {
    const place = `steps[${index}].`;
    if (!isRecord(step)) throw new OrderError(`steps[${index}]`, 'must be an object');
    refuseUnknown(place, stepNames, step);
    return checkedValues(place, stepNames, stepAttributes, step);
  });
  const ids = checked.map(({ stepId }) => textOf(stepId)).filter((id) => id !== '');
  if (new Set(ids).size < ids.length) throw new OrderError('steps', 'have the same stepId twice');
  return { ...request, steps: checked };
}

/** Where identifiers come from that nobody gave. */
export interface Identifiers {
  readonly uid: () => string;
  /** Up to 12 letters and digits that nothing else has. */
  readonly number: () => string;
}

/** One text for whatever describes the procedure and is not given itself. */
const descriptionOf = ({ requestedProcedureCode: codes, ...order }: Order): string =>
  [
    order.requestedProcedureDescription,
    order.studyDescription,
    typeof codes === 'string' ? '' : codes?.[0]?.meaning,
    order.steps[0]?.stepDescription,
  ]
    .map(textOf)
    .find((text) => text !== '') ?? 'Examination';

/** The order with everything that PS3.4 Table K.6-1 never leaves empty; what `before` has stays the same. */
export function completed(order: Order, { uid, number }: Identifiers, before?: Order): Order {
  const requestedProcedureId = order.requestedProcedureId ?? before?.requestedProcedureId ?? number();
  const description = descriptionOf(order);
  const taken = new Set(order.steps.map(({ stepId }) => textOf(stepId)));
  const freeId = (): string => {
    for (let next = 1; ; next += 1) {
      const id = `${textOf(requestedProcedureId).slice(0, 12)}-${next}`;
      if (taken.has(id)) continue;
      taken.add(id);
      return id;
    }
  };
  return {
    ...order,
    studyInstanceUid: order.studyInstanceUid ?? before?.studyInstanceUid ?? uid(),
    requestedProcedureId,
    ...(order.requestedProcedureCode === undefined && { requestedProcedureDescription: description }),
    studyDescription: order.studyDescription ?? description,
    steps: order.steps.map((step) => ({
      ...step,
      stepId: step.stepId ?? freeId(),
      ...(step.protocolCode === undefined && { stepDescription: step.stepDescription ?? description }),
    })),
  };
}
