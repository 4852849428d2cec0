// Requests about orders, checked and passed on.
import type { FastifyRequest } from 'fastify';
import type { WebLimits } from '../web/limits.ts';
import { HttpProblem, quote } from '../web/problem.ts';
import { type OrderAttribute, requestAttributes, stepAttributes, vrOf } from '../worklist/attributes.ts';
import { orderOf } from '../worklist/order.ts';
import type { Changed, Orders } from '../worklist/orders.ts';
import { OrderError, readOrder } from '../worklist/read-order.ts';
import type { ScheduledStep } from '../worklist/step-rows.ts';
import { checked, jsonBody } from './job-answers.ts';
import { orderQuery, orderRequest, stateRequest } from './order-endpoints.ts';

export interface OrderAnswerParts {
  readonly orders: Pick<Orders, 'add' | 'change' | 'setState' | 'list'>;
  readonly limits: WebLimits;
}

const parameter = ({ params }: FastifyRequest): string => Object.values(params ?? {}).join('');
const sourceOf = (request: FastifyRequest, by: string | undefined): string =>
  [by?.trim(), `web ${request.ip}`].filter(Boolean).join(', ');

const described = (place: 'request' | 'step', attributes: Readonly<Record<string, OrderAttribute>>) =>
  Object.entries(attributes).map(([name, { keyword, label, needed = false }]) => ({
    ...{ name, keyword, label, place, needed },
    vr: vrOf(keyword),
  }));

/** Steps of one order; of one step alone: the order as if it had no other. */
function shown(steps: readonly ScheduledStep[]) {
  const orders = steps.map(({ item, state }) => ({ order: orderOf(item), state }));
  const [first] = steps;
  return {
    ...orders[0]?.order,
    steps: orders.flatMap(({ order, state }) => order.steps.map((step) => ({ ...step, state }))),
    source: first?.source ?? '',
    createdAt: first?.createdAt ?? '',
    changedAt:
      steps
        .map(({ changedAt }) => changedAt)
        .sort()
        .at(-1) ?? '',
  };
}

const orderFrom = (given: unknown) => {
  try {
    return readOrder(given);
  } catch (error) {
    if (!(error instanceof OrderError)) throw error;
    throw new HttpProblem('malformed-request', quote(error.message), { cause: error });
  }
};

/** @throws HttpProblem where nothing was changed */
function outcome(changed: Changed, uid: string): { readonly studyInstanceUid: string } {
  if (changed === 'not there') throw new HttpProblem('not-found', `There is no order ${quote(uid)}, or no such step.`);
  if (changed === 'performed')
    throw new HttpProblem('conflict', 'A step of the order was begun or is over: it stays as it is.');
  return { studyInstanceUid: uid };
}

/** One answer for each endpoint of order-endpoints.ts. */
export const orderAnswers = ({ orders, limits }: OrderAnswerParts) => ({
  orderAttributes: () => [...described('request', requestAttributes), ...described('step', stepAttributes)],
  orders: async ({ query }: FastifyRequest) => {
    const filter = checked(orderQuery, query, 'invalid-parameter');
    const { limit, ...rest } = filter;
    return (await orders.list({ ...rest, ...(limit !== undefined && { limit }) })).map((step) => shown([step]));
  },
  addOrder: async (request: FastifyRequest) => {
    const { order, by } = await jsonBody(request, orderRequest, limits);
    const added = await orders.add(orderFrom(order), sourceOf(request, by));
    if (added === 'there already')
      throw new HttpProblem('conflict', 'There is an order with this Study Instance UID already.');
    return added;
  },
  order: async (request: FastifyRequest) => {
    const studyInstanceUid = parameter(request);
    const steps = await orders.list({ studyInstanceUid });
    if (steps.length === 0) return outcome('not there', studyInstanceUid);
    return shown(steps);
  },
  changeOrder: async (request: FastifyRequest) => {
    const { order, by } = await jsonBody(request, orderRequest, limits);
    const uid = parameter(request);
    return outcome(await orders.change(uid, orderFrom(order), sourceOf(request, by)), uid);
  },
  setOrderState: async (request: FastifyRequest) => {
    const { state, stepId, by } = await jsonBody(request, stateRequest, limits);
    const uid = parameter(request);
    return outcome(await orders.setState(uid, state, sourceOf(request, by), stepId), uid);
  },
});
