// Test plans that the server keeps, read with care, and the requests for them.
import { request } from '../api.ts';
import { numberOf, objectOf, textOf } from '../json.ts';
import { objects, post } from './comparison.ts';

export interface TestPlan {
  readonly id: string;
  readonly system: string;
  /** Id of the statement it was made of. */
  readonly statement: string;
  readonly madeAt: string;
  readonly items: number;
  readonly minutes: number;
  /** Who approved it, and when; empty: nobody. */
  readonly approvedBy: string;
  readonly approvedAt: string;
  /** Why it cannot be run; empty: it can. */
  readonly refused: string;
}

const address = (id: string): string => `/conformance/test-plans/${encodeURIComponent(id)}`;

export const getPlans = async (signal: AbortSignal): Promise<readonly TestPlan[]> =>
  objects(await (await request('/conformance/test-plans', { signal })).json()).map((plan) => ({
    id: textOf(plan, 'id'),
    system: textOf(plan, 'system'),
    statement: textOf(plan, 'statement'),
    madeAt: textOf(plan, 'madeAt'),
    items: numberOf(plan, 'items') ?? 0,
    minutes: numberOf(plan, 'minutes') ?? 0,
    approvedBy: textOf(objectOf(plan.approval), 'by'),
    approvedAt: textOf(objectOf(plan.approval), 'at'),
    refused: textOf(plan, 'refused'),
  }));

export const planAddress = (id: string, form: 'html' | 'csv' | 'markdown' | 'json'): string =>
  `${address(id)}?format=${form}`;

export const makePlan = (statement: string): Promise<unknown> => post('/conformance/test-plans', { statement });

export const approvePlan = (id: string, by: string): Promise<unknown> => post(`${address(id)}/approval`, { by });

export const deletePlan = async (id: string): Promise<void> => {
  await request(address(id), { method: 'DELETE' });
};
