// The Native DICOM Model as XML, by way of the DICOM JSON model: one mapping of values, two notations. PS3.19 A.1, PS3.18 F.
import type { DataSet } from './data-set.ts';
import { keywordOf } from './dictionary/dictionary.ts';
import { DicomError } from './error.ts';
import {
  type DicomJson,
  type FromJsonOptions,
  fromJson,
  type JsonAttribute,
  type JsonPersonName,
  type ToJsonOptions,
  toJson,
} from './json.ts';
import { formatPersonName, parsePersonName } from './person-name.ts';
import { isPrivate } from './tag.ts';
import { isVr } from './vr.ts';
import { parseXml, type XmlElement } from './xml-parse.ts';

const namespace = 'http://dicom.nema.org/PS3.19/models/NativeDICOM';
const groups = ['Alphabetic', 'Ideographic', 'Phonetic'] as const;
/** Elements of a name's group and what `person-name.ts` calls them. */
const components = [
  ['FamilyName', 'familyName'],
  ['GivenName', 'givenName'],
  ['MiddleName', 'middleName'],
  ['NamePrefix', 'prefix'],
  ['NameSuffix', 'suffix'],
] as const;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};
/** XML 1.0 has no way to write these at all. */
const unwritable = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const escaped = (text: string): string =>
  text.replace(unwritable, '\ufffd').replace(/[&<>"\r\n\t]/g, (character) => entities[character] ?? character);

/**
 * A data set as a Native DICOM Model document. Group lengths are left out; control characters that XML cannot hold become U+FFFD.
 * @throws DicomError as `toJson` does
 */
export function toXml(dataSet: DataSet, options: ToJsonOptions = {}): string {
  const body = attributesXml(toJson(dataSet, options));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<NativeDicomModel xmlns="${namespace}" xml:space="preserve">${body}</NativeDicomModel>\n`;
}

const attributesXml = (json: DicomJson): string =>
  Object.entries(json)
    .map(([key, attribute]) => attributeXml(key, attribute, json))
    .join('');

function attributeXml(key: string, attribute: JsonAttribute, around: DicomJson): string {
  const tag = Number.parseInt(key, 16);
  const keyword = keywordOf(tag);
  const creator = isPrivate(tag) ? privateCreator(key, around) : undefined;
  const named = `${keyword ? ` keyword="${keyword}"` : ''}${creator ? ` privateCreator="${escaped(creator)}"` : ''}`;
  return `<DicomAttribute tag="${key}" vr="${attribute.vr}"${named}>${contentXml(attribute)}</DicomAttribute>`;
}

/** (gggg,00bb) names the block of (gggg,bbxx). PS3.5 7.8.1. */
function privateCreator(key: string, around: DicomJson): string | undefined {
  const [value] = around[`${key.slice(0, 4)}00${key.slice(4, 6)}`]?.Value ?? [];
  return typeof value === 'string' ? value : undefined;
}

function contentXml({ vr, Value = [], BulkDataURI, InlineBinary }: JsonAttribute): string {
  if (BulkDataURI !== undefined) return `<BulkData uri="${escaped(BulkDataURI)}"/>`;
  if (InlineBinary !== undefined) return `<InlineBinary>${InlineBinary}</InlineBinary>`;
  return Value.map((value, index) => {
    const number = `number="${index + 1}"`;
    if (vr === 'SQ') return `<Item ${number}>${isJson(value) ? attributesXml(value) : ''}</Item>`;
    if (vr === 'PN') return `<PersonName ${number}>${isName(value) ? nameXml(value) : ''}</PersonName>`;
    return `<Value ${number}>${value === null ? '' : escaped(String(value))}</Value>`;
  }).join('');
}

const isJson = (value: unknown): value is DicomJson => typeof value === 'object' && value !== null;
const isName = (value: unknown): value is JsonPersonName => typeof value === 'object' && value !== null;

const nameXml = (name: JsonPersonName): string =>
  groups
    .map((group) => {
      const value = parsePersonName(name[group] ?? '').alphabetic;
      if (!value) return '';
      const parts = components.map(([element, part]) =>
        value[part] ? `<${element}>${escaped(value[part])}</${element}>` : '',
      );
      return `<${group}>${parts.join('')}</${group}>`;
    })
    .join('');

/** How XML becomes a data set: as JSON does, with a bound of its own on the text. */
export interface FromXmlOptions extends FromJsonOptions {
  /** Characters of the document at most. Default 64 Mi. */
  readonly length?: number;
  /** Elements of XML at most; each takes some hundred bytes, however short it is written. Default 1,000,000. */
  readonly elements?: number;
}

/**
 * A data set from a Native DICOM Model document. No document type, no entities but XML's own five, no processing instructions.
 * @throws DicomError `bad-xml` with what is wrong; `too-deep`, `too-long`, `too-many`; and as `fromJson` does
 */
export function fromXml(text: string, options: FromXmlOptions = {}): DataSet {
  if (text.length > (options.length ?? 1 << 26)) throw new DicomError('too-long', -1, '', `${text.length} characters`);
  const model = parseXml(text, { depth: 4 * (options.depth ?? 128), elements: options.elements ?? 1_000_000 });
  if (model.name !== 'NativeDicomModel')
    throw new DicomError('bad-xml', model.offset, '', 'the root is no NativeDicomModel');
  return fromJson(jsonOf(model), options);
}

const jsonOf = (parent: XmlElement): DicomJson => {
  const json: Record<string, JsonAttribute> = {};
  for (const child of parent.children) {
    const { tag = '', vr = '' } = child.attributes;
    if (child.name !== 'DicomAttribute') throw bad(child, `${child.name} where DicomAttribute was expected`);
    if (!/^[0-9A-Fa-f]{8}$/.test(tag)) throw bad(child, 'tag is not eight hexadecimal digits');
    if (!isVr(vr)) throw bad(child, 'vr is missing or unknown');
    if (Object.hasOwn(json, tag.toUpperCase())) throw bad(child, `${tag} stands twice`);
    json[tag.toUpperCase()] = { vr, ...valuesOf(child, vr) };
  }
  return json;
};

const bad = (element: XmlElement, detail: string): DicomError => new DicomError('bad-xml', element.offset, '', detail);

function valuesOf(attribute: XmlElement, vr: string): Omit<JsonAttribute, 'vr'> {
  const [first] = attribute.children;
  if (!first) return {};
  if (first.name === 'BulkData') return { BulkDataURI: first.attributes.uri ?? first.attributes.URI ?? '' };
  if (first.name === 'InlineBinary') return { InlineBinary: first.text.replace(/\s/g, '') };
  const wanted = vr === 'SQ' ? 'Item' : vr === 'PN' ? 'PersonName' : 'Value';
  const values: (string | null | DicomJson | JsonPersonName)[] = [];
  attribute.children.forEach((child, index) => {
    if (child.name !== wanted) throw bad(child, `${child.name} where ${wanted} was expected`);
    if (Number(child.attributes.number ?? index + 1) !== index + 1) throw bad(child, 'values are not numbered 1, 2, 3');
    values.push(vr === 'SQ' ? jsonOf(child) : vr === 'PN' ? nameOf(child) : child.text === '' ? null : child.text);
  });
  return { Value: values };
}

const nameOf = (element: XmlElement): JsonPersonName =>
  Object.fromEntries(
    element.children.map((group) => {
      const part = (name: string): string => group.children.find((child) => child.name === name)?.text ?? '';
      const value = Object.fromEntries(components.map(([name, component]) => [component, part(name)]));
      return [group.name, formatPersonName({ alphabetic: value })];
    }),
  );
