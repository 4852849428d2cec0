// A question as it goes to an archive, by C-FIND or QIDO-RS, and its answers as rows to compare.
import { DataSet } from '@concord/dicom';
import type { Association } from '@concord/network';
import { attributes } from './entities.ts';
import type { Agreed } from './matching.ts';
import { type Question, rowOf } from './model.ts';

export async function askByFind(association: Association, sopClassUid: string, question: Question): Promise<string[]> {
  const rows: string[] = [];
  for await (const { status, identifier } of association.find(sopClassUid, identifierOf(question))) {
    if (identifier) rows.push(rowOf(question, (keyword) => identifier.strings(keyword)));
    else if (status.code !== 0) rows.push(`status ${status.code.toString(16)}`);
  }
  return rows;
}

function identifierOf({ level, keys, nested, zone }: Question): DataSet {
  const identifier = new DataSet();
  identifier.set('SpecificCharacterSet', 'ISO_IR 192');
  identifier.set('QueryRetrieveLevel', level);
  if (zone !== '') identifier.set('TimezoneOffsetFromUTC', zone);
  for (const [keyword, values] of Object.entries(keys))
    identifier.set(keyword, values.length === 0 ? null : textOf(keyword, values));
  for (const [keyword, inner] of Object.entries(nested)) {
    identifier.set(keyword, [new DataSet()]);
    for (const [name, values] of Object.entries(inner))
      identifier.set(`${keyword}[0].${name}`, values.length === 0 ? null : values);
  }
  return identifier;
}

/** What is no value of its VR goes out as it is. */
const textOf = (keyword: string, values: readonly string[]): readonly string[] | Uint8Array => {
  const text = values.join('\\');
  const isPlain = ['UI', 'AS', 'DS', 'IS', 'DA', 'TM', 'DT'].includes(attributes[keyword]?.vr ?? '');
  return isPlain ? new TextEncoder().encode(text.length % 2 === 0 ? text : `${text} `) : values;
};

const resources = { PATIENT: '', STUDY: '/studies', SERIES: '/series', IMAGE: '/instances' } as const;

export async function askByWeb(service: string, question: Question, agreed: Agreed): Promise<string[]> {
  const query = new URLSearchParams();
  if (agreed.fuzzyPersonNames) query.set('fuzzymatching', 'true');
  if (agreed.emptyValues) query.set('emptyvaluematching', 'true');
  if (agreed.multipleValues) query.set('multiplevaluematching', 'true');
  if (question.zone !== '') query.set('TimezoneOffsetFromUTC', question.zone);
  for (const [keyword, values] of Object.entries(question.keys)) {
    query.append('includefield', keyword);
    if (values.length > 0) query.set(keyword, values.join(attributes[keyword]?.vr === 'UI' ? ',' : '\\'));
  }
  for (const [keyword, inner] of Object.entries(question.nested))
    for (const [name, [value = '']] of Object.entries(inner)) query.set(`${keyword}.${name}`, value);
  const answer = await fetch(`${service}${resources[question.level]}?${query}`);
  if (!answer.ok) {
    await answer.arrayBuffer();
    return [`status ${answer.status}`];
  }
  const found = (await answer.json()) as readonly Record<string, JsonElement>[];
  return found.map((one) => rowOf(question, (keyword) => textsOf(one[tagOf(keyword)])));
}

interface JsonElement {
  readonly Value?: readonly unknown[];
}

const tagOf = (keyword: string): string => {
  const probe = new DataSet();
  probe.set(keyword, null);
  const [element] = probe.elements();
  return (element?.tag ?? 0).toString(16).padStart(8, '0').toUpperCase();
};

const textsOf = (element: JsonElement | undefined): string[] =>
  (element?.Value ?? []).map((value) => {
    if (value === null) return '';
    if (typeof value !== 'object') return String(value);
    const { Alphabetic = '', Ideographic = '', Phonetic = '' } = value as Record<string, string>;
    return [Alphabetic, Ideographic, Phonetic].join('=').replace(/=+$/u, '');
  });
