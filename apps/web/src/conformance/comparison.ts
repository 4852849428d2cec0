// A comparison as the server tells it, read with care, and the requests for it.
import { request } from '../api.ts';
import { isObject, type JsonObject, listOf, objectOf, textOf } from '../json.ts';

export const verdicts = ['can', 'can with limits', 'unknown', 'cannot'] as const;
export type Verdict = (typeof verdicts)[number];

const verdictOf = (object: JsonObject): Verdict => verdicts.find((verdict) => verdict === object.verdict) ?? 'unknown';

export interface Work {
  readonly name: string;
  readonly verdict: Verdict;
  readonly parts: readonly string[];
  /** UIDs of the SOP Classes that it consists of. */
  readonly sopClasses: readonly string[];
}

export interface PairRow {
  /** Tells rows apart: names may recur. */
  readonly key: string;
  readonly uid: string;
  readonly sopClass: string;
  readonly category: string;
  readonly activities: string;
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  /** Where each side has its value from, with the system's name for it. */
  readonly sources: readonly string[];
}

export interface Direction {
  readonly key: string;
  readonly initiator: string;
  readonly acceptor: string;
  readonly works: readonly Work[];
  readonly pairs: readonly PairRow[];
}

export interface Comparison {
  readonly directions: readonly Direction[];
  readonly questions: readonly { readonly of: string; readonly text: string }[];
}

export const objects = (value: unknown): readonly JsonObject[] => listOf(value).filter(isObject);

const workOf = (work: JsonObject): Work => ({
  name: textOf(work, 'name'),
  verdict: verdictOf(work),
  parts: objects(work.parts).map((part) => `${textOf(part, 'name')}: ${verdictOf(part)}`),
  sopClasses: objects(work.parts).flatMap((part) => listOf(part.sopClasses).map(String)),
});

const sourceOf = (side: JsonObject): readonly string[] =>
  textOf(side, 'source') === ''
    ? []
    : [`${textOf(side, 'aeName')}, ${textOf(side, 'path')}: ${textOf(side, 'source')}`];

const pairOf = (pair: JsonObject, index: number): PairRow => {
  const [from, to] = [objectOf(pair.initiator), objectOf(pair.acceptor)];
  return {
    key: String(index),
    uid: textOf(objectOf(pair.sopClass), 'uid'),
    sopClass: textOf(objectOf(pair.sopClass), 'name'),
    category: textOf(pair, 'category'),
    activities: `${textOf(from, 'activityName')} → ${textOf(to, 'activityName') || 'nobody'}`,
    verdict: verdictOf(pair),
    reasons: objects(pair.reasons).map((reason) =>
      [textOf(reason, 'text'), textOf(reason, 'remedy')].filter(Boolean).join(' '),
    ),
    sources: [...sourceOf(from), ...sourceOf(to)],
  };
};

const directionOf = (direction: JsonObject): Omit<Direction, 'key'> => ({
  initiator: textOf(direction, 'initiator'),
  acceptor: textOf(direction, 'acceptor'),
  works: objects(direction.workflows).map(workOf),
  pairs: objects(direction.pairs).map(pairOf),
});

/** Of two systems, or of a matrix of several: then each pair of them has its directions. */
export const readComparison = (value: unknown): Comparison => {
  const body = objectOf(value);
  const comparisons = body.format === 'concord-matrix-1' ? objects(body.comparisons) : [body];
  return {
    directions: comparisons
      .flatMap((each) => objects(each.directions).map(directionOf))
      .map((direction, index) => ({ key: String(index), ...direction })),
    questions: comparisons.flatMap((each) =>
      objects(each.questions).map((question) => ({ of: textOf(question, 'of'), text: textOf(question, 'text') })),
    ),
  };
};

export const post = (address: string, body: unknown): Promise<Response> =>
  request(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

export const compareWith = async (statements: readonly unknown[]): Promise<Comparison> =>
  readComparison(await (await post('/conformance/comparisons', { statements })).json());

/** A report or a plan in a form to be kept. */
export const fetchFile = async (address: string, body: unknown): Promise<Blob> => (await post(address, body)).blob();
