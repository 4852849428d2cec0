// A test run as the server tells it, read with care, and the requests for it.
import { request } from '../api.ts';
import { isObject, listOf, numberOf, objectOf, textOf } from '../json.ts';
import { objects, post } from './comparison.ts';

export interface RunResult {
  readonly id: string;
  readonly title: string;
  readonly service: string;
  readonly result: string;
  readonly expected: string;
  readonly observed: string;
  readonly differences: readonly string[];
}

export interface TestRun {
  readonly id: string;
  readonly peer: string;
  readonly state: string;
  readonly done: number;
  readonly total: number;
  /** The item that is carried out now. */
  readonly doing: string;
  readonly paused: boolean;
  /** What a person has to do before it goes on. */
  readonly prompt: Prompt | undefined;
  readonly log: readonly string[];
  readonly results: readonly RunResult[];
}

export interface Prompt {
  readonly item: string;
  readonly instructions: string;
}

export const readRun = (value: unknown): TestRun => {
  const run = objectOf(value);
  return {
    id: textOf(run, 'id'),
    peer: textOf(run, 'peer'),
    state: textOf(run, 'state'),
    done: numberOf(run, 'done') ?? 0,
    total: numberOf(run, 'total') ?? 0,
    doing: textOf(run, 'doing'),
    paused: run.paused === true,
    prompt: isObject(run.prompt)
      ? { item: textOf(run.prompt, 'item'), instructions: textOf(run.prompt, 'instructions') }
      : undefined,
    log: listOf(run.log).map(String),
    results: objects(run.results).map((result) => ({
      id: textOf(result, 'id'),
      title: textOf(result, 'title'),
      service: textOf(result, 'service'),
      result: textOf(result, 'result'),
      expected: textOf(result, 'expected'),
      observed: textOf(result, 'observed'),
      differences: listOf(result.differences).filter((each) => typeof each === 'string'),
    })),
  };
};

export interface RunWish {
  readonly peer: string;
  readonly inClinicalUse: boolean;
  readonly dryRun: boolean;
  /** Somebody does by hand what only a person can do, and answers. */
  readonly attended: boolean;
  /** Id of an approved plan. */
  readonly plan: string;
}

export const startRun = async (wish: RunWish): Promise<TestRun> =>
  readRun(await (await post('/conformance/runs', { ...wish, allow: wish.inClinicalUse ? [] : ['adds data'] })).json());

export const getRun = async (id: string, signal?: AbortSignal): Promise<TestRun> =>
  readRun(await (await request(`/conformance/runs/${id}`, signal ? { signal } : {})).json());

export const stopRun = async (id: string): Promise<void> => {
  await request(`/conformance/runs/${id}`, { method: 'DELETE' });
};

export const holdRun = async (id: string, verb: 'pause' | 'resume'): Promise<void> => {
  await request(`/conformance/runs/${id}/${verb}`, { method: 'POST' });
};

/** What a person says came of an item that only a person can carry out. */
export const answerRun = async (id: string, result: 'passed' | 'failed', note: string): Promise<void> => {
  await post(`/conformance/runs/${id}/answer`, { result, note });
};

export const isOpen = (run: TestRun | undefined): boolean => run?.state === 'running' || run?.state === 'probing';
