// A message carried out: orders put into the store or called off, patients put right in those that wait; then acknowledged. HL7 v2.5.1 2.9.
import { counted } from '../counted.ts';
import { DatabaseError } from '../database/database.ts';
import type { Order, OrderValue, StepValues } from '../worklist/order.ts';
import { orderOf, textOf } from '../worklist/order.ts';
import type { OrderFilter, Orders } from '../worklist/orders.ts';
import { OrderError, readOrder } from '../worklist/read-order.ts';
import { endedStates, type ScheduledStep } from '../worklist/step-rows.ts';
import { localMoment } from '../worklist/step-search.ts';
import type { Message } from './er7.ts';
import {
  FieldError,
  type OrderChange,
  ordersIn,
  patientOf,
  type RequestChanges,
  type StepChanges,
} from './order-message.ts';

/** AA: done and durable; AE: not done because of what it says; AR: not a message that is taken here. Table 0008 */
export interface Outcome {
  readonly code: 'AA' | 'AE' | 'AR';
  readonly text: string;
  /** `ORC-1`, `accessionNumber`: what is wrong. */
  readonly place?: string;
  /** Table 0357. */
  readonly error?: '100' | '101' | '102' | '200' | '204' | '205' | '207';
}

export interface TakingParts {
  readonly orders: Pick<Orders, 'add' | 'change' | 'setState' | 'list'>;
  readonly now: () => Date;
}

/** Descriptions are cut to what a VR takes; a number that is cut would be another one. */
const described: Readonly<Record<string, number>> = {
  ...{ requestedProcedureDescription: 64, studyDescription: 64, stepDescription: 64, patientState: 64 },
  ...{ reasonForRequestedProcedure: 64, requestingService: 64, patientTransport: 64, currentPatientLocation: 64 },
  ...{ patientSpecies: 64, patientBreed: 64, issuerOfPatientId: 64, medicalAlerts: 64, stationName: 16 },
  ...{ stepLocation: 16, requestedProcedureComments: 10_240 },
};

const shortened = (text: string, most: number): string => [...text].slice(0, most).join('').trim();

const cut = (name: string, value: OrderValue): OrderValue => {
  if (typeof value !== 'string') return value.map((code) => ({ ...code, meaning: shortened(code.meaning, 64) }));
  const most = described[name];
  return most === undefined ? value : shortened(value, most);
};

/** What is known, with what the message changes; '' takes a value out. */
function laidOver(known: object, changes: RequestChanges | StepChanges): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = { ...known };
  for (const [name, value] of Object.entries(changes)) values[name] = cut(name, value);
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

/** All steps of an order as one. */
function wholeOrder(steps: readonly ScheduledStep[]): Order {
  const orders = steps.map(({ item }) => orderOf(item));
  return { ...orders[0], steps: orders.flatMap((order) => order.steps) };
}

/** Steps by their IDs; those without one, by their places. */
function changedSteps(known: readonly StepValues[], changes: OrderChange['steps'], now: Date): readonly object[] {
  const moment = localMoment(now);
  return changes.map((change, index) => {
    const before = known.find(({ stepId }) => stepId === change.stepId) ?? (change.stepId ? undefined : known[index]);
    const usual = { startDate: moment.slice(0, 8), startTime: change.startDate ? '000000' : moment.slice(8) };
    return laidOver(before ?? usual, change);
  });
}

/** By its UID, or by a number that the sender, or this side, gave it. */
function wayTo(request: RequestChanges): OrderFilter | undefined {
  const [studyInstanceUid, placerOrderNumber, accessionNumber] = [
    textOf(request.studyInstanceUid),
    textOf(request.placerOrderNumber),
    textOf(request.accessionNumber),
  ];
  if (studyInstanceUid !== '') return { studyInstanceUid };
  if (placerOrderNumber !== '') return { placerOrderNumber };
  return accessionNumber === '' ? undefined : { accessionNumber };
}

export function createTaking({ orders, now }: TakingParts) {
  /** The order that is meant, by the surest of what names it. @throws FieldError where it is another patient's */
  const known = async (request: RequestChanges): Promise<readonly ScheduledStep[]> => {
    const way = wayTo(request);
    const [found] = way ? await orders.list({ ...way, limit: 1 }) : [];
    if (!found) return [];
    if (found.item.string('PatientID') !== textOf(request.patientId))
      throw new FieldError('PID-3', 'is another patient than that of the order');
    return orders.list({ studyInstanceUid: found.studyInstanceUid });
  };
  const put = async ({ request, steps }: OrderChange, source: string): Promise<void> => {
    const before = await known(request);
    const [first] = before;
    const order = first ? wholeOrder(before) : { steps: [] };
    const whole = readOrder({ ...laidOver(order, request), steps: changedSteps(order.steps, steps, now()) });
    const outcome = first
      ? await orders.change(first.studyInstanceUid, whole, source)
      : await orders.add(whole, source);
    if (outcome === 'performed') throw new FieldError('ORC', 'leaves out a step that was begun');
  };
  const cancel = async ({ request }: OrderChange, source: string): Promise<void> => {
    const [first] = await known(request);
    if (!first) throw new FieldError('ORC-2', 'is of no order here');
    const outcome = await orders.setState(first.studyInstanceUid, 'CANCELED', source);
    if (outcome === 'performed') throw new FieldError('ORC-2', 'is of an order that was begun or is over');
  };
  const takeOrders = async (message: Message, source: string): Promise<string> => {
    const changes = ordersIn(message);
    for (const change of changes) {
      if (change.what === 'put') await put(change, source);
      if (change.what === 'cancel') await cancel(change, source);
    }
    return changes.some(({ what }) => what !== 'nothing') ? '' : 'nothing is done about this order control';
  };
  /** Orders that wait get what is said of their patient: under its ID, or under one that is merged into it. */
  const takePatient = async ({ segments }: Message, source: string, merges: boolean): Promise<string> => {
    const pid = segments.find(({ name }) => name === 'PID');
    if (!pid) throw new FieldError('PID', 'is missing');
    const patient = patientOf(pid);
    const merged = segments.find(({ name }) => name === 'MRG')?.text(1) ?? '';
    if (merges && merged === '') throw new FieldError('MRG-1', 'is missing');
    const id = merges ? merged : textOf(patient.patientId);
    if (id === '' || textOf(patient.patientId) === '') throw new FieldError('PID-3', 'is missing');
    const found = await orders.list({ patientId: id });
    const uids = new Set(found.filter(isOpen).map(({ studyInstanceUid }) => studyInstanceUid));
    for (const uid of uids) {
      const order = wholeOrder(await orders.list({ studyInstanceUid: uid }));
      await orders.change(uid, readOrder(laidOver(order, patient)), source);
    }
    return `${counted(uids.size, 'order')} changed`;
  };
  const work: Readonly<Record<string, (message: Message, source: string) => Promise<string>>> = {
    'ORM^O01': takeOrders,
    'OMI^O23': takeOrders,
    'OMG^O19': takeOrders,
    'ADT^A08': (message, source) => takePatient(message, source, false),
    'ADT^A31': (message, source) => takePatient(message, source, false),
    'ADT^A40': (message, source) => takePatient(message, source, true),
  };
  /** What it did is durable when it resolves with AA. */
  return async (message: Message): Promise<Outcome> => {
    const take = work[message.type];
    if (!take)
      return { code: 'AR', text: `${message.type.slice(0, 20)} is not taken here`, place: 'MSH-9', error: '200' };
    const source = `HL7 ${message.header.text(3).slice(0, 32)}`.trim();
    try {
      return { code: 'AA', text: await take(message, source) };
    } catch (error) {
      return refusalOf(error);
    }
  };
}

const isOpen = ({ state }: ScheduledStep): boolean => !endedStates.some((each) => each === state);

function refusalOf(error: unknown): Outcome {
  if (error instanceof FieldError) return { code: 'AE', text: error.message, place: error.field, error: '101' };
  if (error instanceof OrderError) return { code: 'AE', text: error.message, place: error.place, error: '102' };
  if (error instanceof DatabaseError) return { code: 'AE', text: 'the index failed', error: '207' };
  throw error;
}
