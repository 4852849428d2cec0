// The attributes of an object as rows of a table, sequences unfolded. From the DICOM JSON model, PS3.18 Annex F.
import { describeTag, uidName } from '@concord/dicom';
import { nameGroups } from '../dicom-json.ts';
import { shownName } from '../format/person-name.ts';
import { isObject, type JsonObject, listOf, textOf } from '../json.ts';

export interface AttributeRow {
  /** Its place in the data set, unique among the rows. */
  readonly key: string;
  /** Sequences it lies in. */
  readonly depth: number;
  /** `(0010,0010)` */
  readonly tag: string;
  readonly name: string;
  readonly vr: string;
  /** As it may be read; '' for an empty value. */
  readonly text: string;
}

const deepest = 32;
const mostRows = 20_000;
const longestText = 2000;

const shownTag = (key: string): string => `(${key.slice(0, 4)},${key.slice(4)})`;

const nameOf = (key: string): string => {
  const tag = Number.parseInt(key, 16);
  if (!Number.isFinite(tag)) return key;
  const described = describeTag(tag);
  if (described) return described.name;
  return Math.floor(tag / 0x10000) % 2 === 1 ? 'Private' : 'Unknown';
};

const uidText = (uid: string): string => {
  const name = uidName(uid);
  return name === undefined ? uid : `${uid} (${name})`;
};

const valueText = (value: unknown, vr: string): string => {
  if (value === null || value === undefined) return '';
  if (vr === 'PN') {
    const { main, others } = shownName(nameGroups(value));
    return [main ?? '', ...others].filter((name) => name !== '').join(' · ');
  }
  if (isObject(value)) return JSON.stringify(value);
  return vr === 'UI' ? uidText(String(value)) : String(value);
};

const binaryText = (attribute: JsonObject): string | undefined => {
  if (typeof attribute.BulkDataURI === 'string') return 'binary, kept apart';
  const inline = attribute.InlineBinary;
  if (typeof inline !== 'string') return undefined;
  const bytes = Math.floor((inline.replace(/=+$/u, '').length * 3) / 4);
  return `binary, ${bytes} bytes`;
};

const attributeText = (attribute: JsonObject, vr: string): string => {
  const text =
    binaryText(attribute) ??
    listOf(attribute.Value)
      .map((value) => valueText(value, vr))
      .join(' \\ ');
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
};

/** All rows of a data set, at most `mostRows`. */
export const attributeRows = (dataSet: JsonObject): readonly AttributeRow[] => {
  const rows: AttributeRow[] = [];
  const add = (item: JsonObject, path: string, depth: number) => {
    for (const key of Object.keys(item).sort()) {
      const attribute = item[key];
      if (!isObject(attribute) || rows.length >= mostRows) continue;
      const vr = textOf(attribute, 'vr');
      const items = vr === 'SQ' ? listOf(attribute.Value).filter(isObject) : [];
      const text =
        vr === 'SQ' ? `${items.length} ${items.length === 1 ? 'item' : 'items'}` : attributeText(attribute, vr);
      rows.push({ key: path + key, depth, tag: shownTag(key), name: nameOf(key), vr, text });
      if (depth >= deepest) continue;
      for (const [index, inner] of items.entries()) {
        if (items.length > 1) {
          const itemKey = `${path}${key}[${index}]`;
          rows.push({ key: itemKey, depth: depth + 1, tag: '', name: `Item ${index + 1}`, vr: '', text: '' });
        }
        add(inner, `${path}${key}[${index}].`, depth + 1);
      }
    }
  };
  add(dataSet, '', 0);
  return rows;
};

/** Rows in which the words of a search stand, in any order, in tag, name or value. */
export const filteredRows = (rows: readonly AttributeRow[], search: string): readonly AttributeRow[] => {
  const words = search
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
  if (words.length === 0) return rows;
  return rows.filter(({ tag, name, text }) => {
    const all = `${tag} ${name} ${text}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
};
