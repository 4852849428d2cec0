// Forwarding rules as the server sends them, what is asked of them, and what their dry run says.
import { RequestError, request } from '../api.ts';
import { isObject, listOf, numberOf, objectOf, textOf } from '../json.ts';
import type { Span } from './period.ts';

/** What a person gives in. */
export interface RuleContent {
  readonly name: string;
  readonly state: string;
  readonly when: string;
  readonly callingAeTitles: readonly string[];
  readonly modalities: readonly string[];
  readonly bodyParts: readonly string[];
  readonly from?: string;
  readonly until?: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly takeAlong: string;
  readonly destinations: readonly string[];
  readonly priority: string;
  /** No field of the form; a change keeps it. */
  readonly conversion?: string;
}

export interface Rule extends RuleContent {
  readonly id: string;
}

export interface Tried {
  readonly study: string;
  readonly patientName: string;
  readonly description: string;
  readonly total: number;
  readonly held: number;
  /** Others that would have gone with those. */
  readonly along: number;
  readonly shares: readonly { readonly destination: string; readonly instances: number }[];
}

export const whens = ['at once', 'series complete', 'study complete'] as const;

/** What goes with the objects a rule holds for, in words. */
export const takeAlongs = [
  { value: 'referring', label: 'What refers to them' },
  { value: 'study', label: 'All of the study' },
  { value: 'nothing', label: 'Nothing' },
] as const;

const texts = (value: unknown): readonly string[] => listOf(value).filter((each) => typeof each === 'string');

export const readRule = (value: unknown): Rule => {
  const rule = objectOf(value);
  const [from, until, conversion] = [textOf(rule, 'from'), textOf(rule, 'until'), textOf(rule, 'conversion')];
  return {
    id: textOf(rule, 'ruleId'),
    name: textOf(rule, 'name'),
    state: textOf(rule, 'state'),
    when: textOf(rule, 'when'),
    callingAeTitles: texts(rule.callingAeTitles),
    modalities: texts(rule.modalities),
    bodyParts: texts(rule.bodyParts),
    ...(from !== '' && { from }),
    ...(until !== '' && { until }),
    keys: Object.fromEntries(Object.entries(objectOf(rule.keys)).map(([key, each]) => [key, String(each)])),
    takeAlong: textOf(rule, 'takeAlong'),
    destinations: texts(rule.destinations),
    priority: textOf(rule, 'priority'),
    ...(conversion !== '' && { conversion }),
  };
};

const along: ReadonlyMap<string, string> = new Map([
  ['nothing', ', alone'],
  ['study', ', with all of the study'],
]);

/** What a rule looks at, in words. */
export const conditionsOf = (rule: RuleContent): string => {
  const span = [rule.from && `from ${rule.from}`, rule.until && `until ${rule.until}`].filter(Boolean).join(' ');
  const parts = [
    rule.modalities.join(' or '),
    rule.bodyParts.join(' or '),
    rule.callingAeTitles.length > 0 ? `sent by ${rule.callingAeTitles.join(' or ')}` : '',
    ...Object.entries(rule.keys).map(([keyword, value]) => `${keyword} ${value}`),
    span,
  ].filter(Boolean);
  return parts.length === 0 ? 'Everything' : parts.join(', ') + (along.get(rule.takeAlong) ?? '');
};

/** What a form shows of a rule, field by field. */
export const textsOf = (rule: RuleContent): Readonly<Record<string, string>> => ({
  name: rule.name,
  modalities: rule.modalities.join(', '),
  bodyParts: rule.bodyParts.join(', '),
  callingAeTitles: rule.callingAeTitles.join(', '),
  from: rule.from ?? '',
  until: rule.until ?? '',
  keys: Object.entries(rule.keys)
    .map(([keyword, value]) => `${keyword}=${value}`)
    .join(', '),
  when: rule.when,
  takeAlong: rule.takeAlong,
  priority: rule.priority,
});

/** `CT, MR` as a list. */
export const listIn = (text: string): readonly string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);

const post = async (address: string, body?: object): Promise<unknown> => {
  const init = body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {};
  return (await request(address, { method: 'POST', ...init })).json();
};

export const getRules = async (signal?: AbortSignal): Promise<readonly Rule[]> =>
  listOf(await (await request('/api/rules', signal ? { signal } : {})).json()).map(readRule);

export const addRule = (content: RuleContent): Promise<unknown> => post('/api/rules', content);

/** Nothing is done with a rule that is another one than the page shows: somebody else has changed it. Throws RequestError. */
const checkShown = async (shown: Rule): Promise<void> => {
  const now = (await getRules()).find(({ id }) => id === shown.id);
  if (!now) throw new RequestError(404, 'Somebody has removed this rule.');
  if (JSON.stringify(now) !== JSON.stringify(shown))
    throw new RequestError(409, 'Somebody has changed this rule meanwhile: look at it as it is now, and decide again.');
};

/** @param shown as it was before, to those who changed it */
export const changeRule = async (shown: Rule, { id: _, ...content }: Rule): Promise<unknown> => {
  await checkShown(shown);
  return post(`/api/rules/${encodeURIComponent(shown.id)}`, content);
};

export const removeRule = async (shown: Rule): Promise<unknown> => {
  await checkShown(shown);
  return post(`/api/rules/${encodeURIComponent(shown.id)}/remove`);
};

/** Studies that a dry run looks at, the newest first. */
export const mostTried = 1000;

/** With what came in during a span; nothing is sent. */
export const tryRule = async (rule: RuleContent | string, span: Span): Promise<readonly Tried[]> => {
  const answer = await post('/api/rules/try', { rule, ...span, limit: mostTried });
  return listOf(answer)
    .filter(isObject)
    .map((study) => ({
      study: textOf(study, 'studyInstanceUid'),
      patientName: textOf(study, 'patientName'),
      description: textOf(study, 'description'),
      total: numberOf(study, 'total') ?? 0,
      held: numberOf(study, 'held') ?? 0,
      along: numberOf(study, 'along') ?? 0,
      shares: listOf(study.destinations)
        .filter(isObject)
        .map((share) => ({
          destination: textOf(share, 'destination'),
          instances: numberOf(share, 'instances') ?? 0,
        })),
    }));
};
