// The administration API of orders and the worklist: what is scheduled, entered, changed and called off.
import { z } from 'zod';
import { requestNames, stepNames } from '../worklist/attributes.ts';
import { mostListed } from '../worklist/orders.ts';
import { stepStates } from '../worklist/step-rows.ts';
import type { Endpoint } from './endpoint.ts';

const by = z.string().max(64).optional();

/** Values are checked one by one where an order is read. */
export const orderRequest = z.strictObject({ order: z.record(z.string(), z.unknown()), by });
export const stateRequest = z.strictObject({ state: z.enum(stepStates), stepId: z.string().max(16).optional(), by });

const day = z
  .string()
  .regex(/^\d{4}-?\d\d-?\d\d$/, 'a day as YYYYMMDD or YYYY-MM-DD')
  .transform((text) => text.replaceAll('-', ''));

export const orderQuery = z.strictObject({
  patientId: z.string().max(64).optional(),
  accessionNumber: z.string().max(16).optional(),
  modality: z.string().max(16).optional(),
  state: z.enum(stepStates).optional(),
  from: day.optional().describe('steps that begin on this day or later'),
  to: day.optional().describe('steps that begin on this day or before'),
  limit: z
    .stringFormat('whole number', /^\d{1,4}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(mostListed))
    .optional(),
});

const value = z.union([z.string(), z.array(z.object({ value: z.string(), scheme: z.string(), meaning: z.string() }))]);
const values = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, value.optional()]));

const step = z.object({ ...values(stepNames), state: z.enum(stepStates) });
const scheduled = z.object({
  ...values(requestNames),
  steps: z.array(step),
  source: z.string().describe('who entered or changed it last'),
  createdAt: z.string(),
  changedAt: z.string(),
});
const attribute = z.object({
  name: z.string(),
  keyword: z.string(),
  label: z.string(),
  vr: z.string(),
  place: z.enum(['request', 'step']),
  needed: z.boolean(),
});
const made = z.object({ studyInstanceUid: z.string() });
const json = 'application/json';

export const orderEndpoints = {
  orderAttributes: {
    method: 'GET',
    path: '/api/worklist/attributes',
    summary: 'What an order may say: names of values, their attributes, whether they are needed',
    mediaType: json,
    response: z.array(attribute),
  },
  orders: {
    method: 'GET',
    path: '/api/worklist',
    summary: 'Scheduled procedure steps, the first to begin first, each as an order with one step',
    mediaType: json,
    query: orderQuery,
    response: z.array(scheduled),
    problems: [400],
  },
  addOrder: {
    method: 'POST',
    path: '/api/worklist',
    summary:
      'Adds an order: body with order (values of /api/worklist/attributes, those of steps in the list steps) and, if wanted, by',
    mediaType: json,
    response: made,
    problems: [400, 403, 409, 413],
  },
  order: {
    method: 'GET',
    path: '/api/worklist/:order',
    summary: 'An order with all its steps, by its Study Instance UID',
    mediaType: json,
    response: scheduled,
    problems: [404],
  },
  changeOrder: {
    method: 'PUT',
    path: '/api/worklist/:order',
    summary: 'Replaces what an order says: body as for a new one; a step that was begun cannot be left out',
    mediaType: json,
    response: made,
    problems: [400, 403, 404, 409, 413],
  },
  setOrderState: {
    method: 'POST',
    path: '/api/worklist/:order/state',
    summary:
      'Moves the steps of an order, or the one of stepId, to another state: body with state and, if wanted, stepId and by; CANCELED takes them off the worklist',
    mediaType: json,
    response: made,
    problems: [400, 403, 404, 409, 413],
  },
} as const satisfies Record<string, Endpoint>;
