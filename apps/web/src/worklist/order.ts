// Orders as the server keeps them: what one may say, what is scheduled, and how a form's texts become an order.
import { request } from '../api.ts';
import { isObject, type JsonObject, listOf, textOf } from '../json.ts';

/** A value that an order may have, as the server declares it. */
export interface OrderAttribute {
  readonly name: string;
  readonly label: string;
  readonly vr: string;
  readonly place: 'request' | 'step';
  readonly needed: boolean;
}

/** Texts of a form by the names of attributes. */
export type Texts = Readonly<Record<string, string>>;

export interface Step extends Texts {}

export interface Order {
  readonly studyInstanceUid: string;
  readonly source: string;
  readonly request: Texts;
  /** Each with its `state`. */
  readonly steps: readonly Step[];
}

const address = (uid = '', rest = ''): string =>
  `/api/worklist${uid === '' ? '' : `/${encodeURIComponent(uid)}`}${rest}`;

export const getAttributes = async (signal: AbortSignal): Promise<readonly OrderAttribute[]> =>
  listOf(await (await request(address('attributes'), { signal })).json())
    .filter(isObject)
    .map((each) => ({
      name: textOf(each, 'name'),
      label: textOf(each, 'label'),
      vr: textOf(each, 'vr'),
      place: textOf(each, 'place') === 'step' ? 'step' : 'request',
      needed: each.needed === true,
    }));

/** Codes as `value^scheme^meaning`, several with backslashes between; anything else is text. */
const textsIn = (object: JsonObject): Texts =>
  Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) => {
      if (name === 'steps') return [];
      const codes = listOf(value).filter(isObject);
      const coded = codes.map((code) => ['value', 'scheme', 'meaning'].map((part) => textOf(code, part)).join('^'));
      return [[name, coded.length > 0 ? coded.join('\\') : textOf(object, name)]];
    }),
  );

export const readOrder = (value: JsonObject): Order => {
  const { source, createdAt: _created, changedAt: _changed, ...rest } = value;
  return {
    studyInstanceUid: textOf(rest, 'studyInstanceUid'),
    source: typeof source === 'string' ? source : '',
    request: textsIn(rest),
    steps: listOf(rest.steps).filter(isObject).map(textsIn),
  };
};

export interface StepFilter {
  /** YYYY-MM-DD, empty: any. */
  readonly from: string;
  readonly to: string;
  readonly modality: string;
  readonly state: string;
}

/** Steps, each as an order with that step alone. */
export const getSteps = async (filter: StepFilter, signal: AbortSignal): Promise<readonly Order[]> => {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ''));
  return listOf(await (await request(`${address()}?${query}`, { signal })).json())
    .filter(isObject)
    .map(readOrder);
};

export const getOrder = async (uid: string, signal: AbortSignal): Promise<Order> => {
  const order: unknown = await (await request(address(uid), { signal })).json();
  return readOrder(isObject(order) ? order : {});
};

const codesIn = (text: string): readonly JsonObject[] =>
  text.split('\\').map((code) => {
    const [value = '', scheme = '', meaning = ''] = code.split('^').map((part) => part.trim());
    return { value, scheme, meaning };
  });

/** The JSON of what was typed; empty fields are left out. */
export function orderBody(attributes: readonly OrderAttribute[], typed: Texts, steps: readonly Texts[]): JsonObject {
  const valuesOf = (place: OrderAttribute['place'], texts: Texts): JsonObject =>
    Object.fromEntries(
      attributes
        .filter((attribute) => attribute.place === place)
        .map(({ name, vr }) => [name, vr, (texts[name] ?? '').trim()] as const)
        .filter(([, , text]) => text !== '')
        .map(([name, vr, text]) => [name, vr === 'SQ' ? codesIn(text) : text]),
    );
  return { order: { ...valuesOf('request', typed), steps: steps.map((step) => valuesOf('step', step)) } };
}

const headers = { 'content-type': 'application/json' };

/** Keeps an order; a known one where a UID is given. */
export const keepOrder = async (body: JsonObject, uid = ''): Promise<void> => {
  await request(address(uid), { method: uid === '' ? 'POST' : 'PUT', headers, body: JSON.stringify(body) });
};

export const setState = async (uid: string, stepId: string, state: string): Promise<void> => {
  await request(address(uid, '/state'), { method: 'POST', headers, body: JSON.stringify({ state, stepId }) });
};

/** `2026-03-01` of `20260301`, and `08:30` of `083000`, as fields of pages have them. */
export const asField = (vr: string, text: string): string => {
  if (vr === 'DA') return text.replace(/^(\d{4})(\d\d)(\d\d)$/u, '$1-$2-$3');
  return vr === 'TM' ? text.replace(/^(\d\d)(\d\d).*$/u, '$1:$2') : text;
};

/** Today as YYYY-MM-DD, where this page is looked at. */
export const today = (now: Date): string => {
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
};
