// Names beside UIDs: those of the registry, retired ones marked. PS3.6 Annex A
import { describeUid, storageSopClasses, transferSyntaxes } from '@concord/dicom';

const retired = / ?\(Retired\)$/i;

/** Dashes alike, spaces single, without the mark of what is retired and without what a statement may append. */
const fold = (name: string): string =>
  name
    .replaceAll(/[\u2010-\u2015\u2212]/g, '-')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(retired, '')
    .replace(/ and specializations$/, '');

let byName: ReadonlyMap<string, string> | undefined;

/** The UID that bears a name, of storage SOP Classes and transfer syntaxes. */
function uidNamed(name: string): string | undefined {
  byName ??= new Map(
    [...storageSopClasses, ...transferSyntaxes].map(({ uid }) => [fold(describeUid(uid)?.name ?? uid), uid]),
  );
  return byName.get(fold(name));
}

/** What is wrong with a name: it belongs to another UID, or it is spelled otherwise. */
export function wrongName(name: string, uid: string): { readonly text: string; readonly level: 'E' | 'W' } | undefined {
  const entry = describeUid(uid);
  // The registry keeps two retired UIDs without the names they had.
  if (!entry || entry.name.startsWith('(') || name === uid) return undefined;
  if (/^All services of the .+ Service Class$/.test(name) || fold(name) === fold(entry.name)) return undefined;
  const other = uidNamed(name);
  return other !== undefined && other !== uid
    ? { text: `${name} is the name of ${other}; ${uid} is ${entry.name}`, level: 'E' }
    : { text: `${uid} is called ${entry.name}, not ${name}`, level: 'W' };
}

export const isUnmarked = (name: string, uid: string): boolean =>
  describeUid(uid)?.retired === true && !retired.test(name) && name !== uid;
