// What UIDs and activities are called in a statement.
import { describeTag, describeUid, formatTag, type Keyword, tagOf } from '@concord/dicom';
import type { Named } from '../model/values.ts';

/** All SOP Classes of storage, where they are negotiated together. PS3.4 B.3.1.4 */
export const storageServiceClass = '1.2.840.10008.4.2';

const retiredMark = ' (Retired)';

/** The name of PS3.6 beside the UID, marked where it is retired; an unregistered one is its own name. */
export function named(uid: string): Named {
  const entry = describeUid(uid);
  if (!entry) return { name: uid, uid };
  // The registry keeps two retired UIDs without the names they had.
  const name = entry.name.startsWith('(') ? uid : entry.name.replace(/ ?\(Retired\)$/i, '');
  return { name: entry.retired ? `${name}${retiredMark}` : name, uid };
}

/** An identifier for references and anchors: small letters, digits, hyphens. */
export const identifier = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80) || 'x';

/** Name, tag and VR of an attribute by its keyword. */
export function attributeNamed(keyword: Keyword): { attribute: string; tag: string; vr: string } {
  const tag = tagOf(keyword);
  const entry = describeTag(tag);
  return { attribute: entry?.name ?? keyword, tag: formatTag(tag), vr: entry?.vr.join(' or ') ?? 'UN' };
}
