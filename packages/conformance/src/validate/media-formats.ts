// Physical media with their formats, and the Standard Application Profiles on them. PS3.12; PS3.11
import { isStorageSopClass } from '@concord/dicom';
import { mediaProfiles } from './media-profiles.generated.ts';

/** Words that name a medium of PS3.12, with words that name a format defined for it. */
const media: readonly { readonly medium: RegExp; readonly format: RegExp }[] = [
  { medium: /^CD-R(OM)?$|^120 mm CD-R$/i, format: /ISO 9660/i },
  { medium: /^DVD-RAM$|^120 mm DVD-RAM$/i, format: /UDF/i },
  { medium: /^(120 mm )?DVD([ -](R|RW|ROM|\+R|\+RW)?)*$|^DVD (media|Disk)$|^120 mm DVD$/i, format: /UDF|ISO 9660/i },
  { medium: /^(BD|Blu-ray( Disc)?|BD-R|BD-RE)$/i, format: /UDF/i },
  { medium: /^(90 mm|130 mm|5\.25-?inch|3\.5-?inch) ?.*(MOD|magneto-optical disk).*$|^MOD$/i, format: /DOS|FAT/i },
  { medium: /^(1\.44 MB )?(diskette|floppy disk)$/i, format: /DOS|FAT/i },
  { medium: /^USB( connected)?( removable)?( device| stick)?$/i, format: /FAT/i },
  { medium: /^(Compact ?Flash|CF)( removable)?( device| card)?$/i, format: /FAT/i },
  { medium: /^(Secure Digital|SD|MMC|Multimedia)( Card)?( removable)?( device)?$/i, format: /FAT/i },
  { medium: /^(MIME|Email|E-mail)( media)?$/i, format: /MIME|RFC/i },
  { medium: /^ZIP( file)?( over (media|email))?$/i, format: /ZIP|RFC/i },
];

/** Whether the text names one medium of PS3.12. */
export const isMedium = (medium: string): boolean => media.some((each) => each.medium.test(medium));

/** Whether PS3.12 defines the format for the medium. */
export const isFormatOf = (medium: string, format: string): boolean =>
  media.some((each) => each.medium.test(medium) && each.format.test(format));

export interface StandardProfile {
  readonly id: string;
  /** As PS3.11 names it. */
  readonly medium: string;
  /** Transfer syntaxes by SOP Class; `*` stands for any. */
  readonly held: ReadonlyMap<string, readonly string[]>;
}

const root = '1.2.840.10008.';
const long = (uid: string): string => (uid === '*' ? uid : `${root}${uid}`);

const profiles: ReadonlyMap<string, StandardProfile> = new Map(
  mediaProfiles.split('\n').map((line) => {
    const [id = '', , medium = '', held = ''] = line.split('|');
    const classes = held.split(' ').map((pair) => {
      const [sopClass = '', syntaxes = ''] = pair.split('=');
      return [long(sopClass), syntaxes.split(',').map(long)] as const;
    });
    return [id, { id, medium, held: new Map(classes) }];
  }),
);

/** The identifier in a profile's name or id, such as STD-GEN-CD. */
export const standardIdentifier = (name: string): string | undefined =>
  /\bSTD-[A-Z0-9.-]+/.exec(name.toUpperCase())?.[0];

/** What PS3.11 says of a profile by its identifier. */
export const standardProfile = (identifier: string | undefined): StandardProfile | undefined =>
  identifier === undefined ? undefined : profiles.get(identifier);

/** Whether the profile may hold the SOP Class. */
export const holds = ({ held }: StandardProfile, uid: string): boolean =>
  held.has(uid) || (held.has('*') && isStorageSopClass(uid));

/** Whether it may hold instances of the SOP Class in the transfer syntax. */
export function holdsIn({ held }: StandardProfile, sopClass: string, syntax: string): boolean {
  const syntaxes = held.get(sopClass) ?? held.get('*') ?? [];
  return syntaxes.includes(syntax) || syntaxes.includes('*');
}

const kinds: readonly (readonly [string, RegExp])[] = [
  ['CD', /\bCD-R/i],
  ['DVD-RAM', /\bDVD-RAM/i],
  ['DVD', /\bDVD/i],
  ['BD', /\bBD|Blu-ray/i],
  ['MOD', /\bMOD\b|magneto/i],
  ['USB', /\bUSB/i],
  ['CF', /Compact ?Flash|\bCF\b/i],
  ['MMC', /Multi ?Media ?Card|\bMMC\b/i],
  ['SD', /Secure Digital|\bSD\b/i],
  ['MIME', /\bMIME/i],
  ['ZIP', /\bZIP/i],
];
/** "Any other than DVD-RAM" is no DVD-RAM. */
const kindOf = (medium: string): string | undefined =>
  kinds.find(([, words]) => words.test(medium.replace(/\(.*\)/, '')))?.[0];

/** Whether two texts name one kind of medium; true where one of them names none that is known. */
export function sameKind(one: string, other: string): boolean {
  const [left, right] = [kindOf(one), kindOf(other)];
  return left === undefined || right === undefined || left === right;
}
