// What a message says of orders: each order with what is to be done with it, fields read as IHE Radiology maps them. Pure.
// HL7 v2.3.1 ORM^O01, v2.5.1 OMI^O23; IHE RAD TF-2 Appendix B.
import type { RequestName, StepName } from '../worklist/attributes.ts';
import type { OrderValue } from '../worklist/order.ts';
import type { Message, Segment } from './er7.ts';
import { readMapped, requestFields, type Segments, stepFields } from './field-mapping.ts';

/** '' takes a value out; absent leaves it as it is. */
export type RequestChanges = Partial<Record<RequestName, OrderValue>>;
export type StepChanges = Partial<Record<StepName, OrderValue>>;

export interface OrderChange {
  readonly what: 'put' | 'cancel' | 'nothing';
  readonly request: RequestChanges;
  readonly steps: readonly StepChanges[];
}

/** HL7 table 0119: what ORC-1 asks for; anything else is refused. */
const controls: Readonly<Record<string, OrderChange['what']>> = {
  ...{ NW: 'put', XO: 'put', RP: 'put', PA: 'put', CH: 'put', SN: 'put' },
  ...{ CA: 'cancel', OC: 'cancel', DC: 'cancel', OD: 'cancel' },
  ...{ SC: 'nothing', SS: 'nothing', NA: 'nothing', OK: 'nothing', RE: 'nothing', DE: 'nothing' },
};

/** A value of a message that cannot be taken: which field, and why. */
export class FieldError extends Error {
  /** `ORC-1`. */
  readonly field: string;
  constructor(field: string, words: string) {
    super(`${field} ${words}`);
    this.name = 'FieldError';
    this.field = field;
  }
}

interface Group {
  readonly control: Segment;
  readonly of: Segments;
}

/** Segments from each ORC to the next. */
function groupsOf({ segments }: Message): readonly Group[] {
  const starts = segments.flatMap(({ name }, index) => (name === 'ORC' ? [index] : []));
  return starts.map((start, index): Group => {
    const own = segments.slice(start, starts[index + 1]);
    const of: Segments = (name) => own.filter((segment) => segment.name === name);
    return { control: own[0] ?? { name: '', repetitions: () => [], text: () => '' }, of };
  });
}

/** What PID says of a patient. */
export const patientOf = (pid: Segment): RequestChanges =>
  readMapped(requestFields, (name) => (name === 'PID' ? [pid] : []));

/** One step for each IPC, or the only one of an order without. */
function stepsOf(segments: Segments): readonly StepChanges[] {
  const items = segments('IPC');
  if (items.length === 0) return [readMapped(stepFields, segments)];
  return items.map((item) => readMapped(stepFields, (name) => (name === 'IPC' ? [item] : segments(name))));
}

/** Segments that are of the message, and hold for each of its orders. */
const ofMessage = ['PID', 'PV1', 'AL1'];

/** The orders of a message. @throws FieldError */
export function ordersIn(message: Message): readonly OrderChange[] {
  const named = (name: string) => message.segments.filter((segment) => segment.name === name);
  if (named('PID').length === 0) throw new FieldError('PID', 'is missing');
  const groups = groupsOf(message);
  if (groups.length === 0) throw new FieldError('ORC', 'is missing');
  return groups.map(({ of, control: { text } }): OrderChange => {
    const control = text(1).toUpperCase();
    const what = controls[control];
    if (what === undefined) throw new FieldError('ORC-1', `is ${control.slice(0, 8) || 'missing'}, which is not taken`);
    if (what === 'put' && of('OBR').length === 0) throw new FieldError('OBR', 'is missing');
    const segments: Segments = (name) => (ofMessage.includes(name) ? named(name) : of(name));
    return { what, request: readMapped(requestFields, segments), steps: stepsOf(segments) };
  });
}
