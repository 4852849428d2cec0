// Physical media with their formats, and the Standard Application Profiles on them. PS3.12; PS3.11
import { explicitVrLittleEndian, isStorageSopClass } from '@concord/dicom';

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

const jpegLossless = '1.2.840.10008.1.2.4.70';
const jpegBaseline = '1.2.840.10008.1.2.4.50';
const jpegExtended = '1.2.840.10008.1.2.4.51';
const jpeg2000Lossless = '1.2.840.10008.1.2.4.90';
const jpeg2000 = '1.2.840.10008.1.2.4.91';
const mpeg2 = ['1.2.840.10008.1.2.4.100', '1.2.840.10008.1.2.4.101'];
const mpeg4 = ['1.2.840.10008.1.2.4.102', '1.2.840.10008.1.2.4.103'];
const jpeg = [jpegLossless, jpegBaseline, jpegExtended];

interface StandardProfile {
  /** What its identifier is, in full. */
  readonly id: RegExp;
  readonly medium: RegExp;
  readonly transferSyntaxes: readonly string[];
  /** Only these SOP Classes; undefined: every storage SOP Class. */
  readonly sopClasses?: readonly string[];
}

const ct = '1.2.840.10008.5.1.4.1.1.2';
const mr = '1.2.840.10008.5.1.4.1.1.4';
const sc = '1.2.840.10008.5.1.4.1.1.7';
const xa = '1.2.840.10008.5.1.4.1.1.12.1';
const us = '1.2.840.10008.5.1.4.1.1.6.1';
const usMultiFrame = '1.2.840.10008.5.1.4.1.1.3.1';

/** PS3.11 Annexes A to N; DICOMDIR is in each of them. */
const profiles: readonly StandardProfile[] = [
  { id: /^STD-XABC-CD$/, medium: /CD-R/i, transferSyntaxes: [jpegLossless], sopClasses: [xa] },
  { id: /^STD-XA1K-(CD|DVD)$/, medium: /CD-R|DVD/i, transferSyntaxes: [jpegLossless], sopClasses: [xa, sc] },
  {
    id: /^STD-US-(ID|SC|CC)-[SM]F-(FDSK|CDR|MOD[\w.]*|DVD[\w-]*)$/,
    medium: /./,
    transferSyntaxes: [explicitVrLittleEndian, '1.2.840.10008.1.2.5', jpegBaseline],
    sopClasses: [us, usMultiFrame],
  },
  {
    id: /^STD-CTMR-(MOD[\w.]*|CD|DVD(-RAM)?)$/,
    medium: /./,
    transferSyntaxes: [explicitVrLittleEndian, jpegLossless],
    sopClasses: [ct, mr, sc],
  },
  { id: /^STD-GEN-CD$/, medium: /CD-R/i, transferSyntaxes: [explicitVrLittleEndian] },
  { id: /^STD-GEN-DVD-RAM$/, medium: /DVD-RAM/i, transferSyntaxes: [explicitVrLittleEndian] },
  {
    id: /^STD-GEN(-SEC)?-(DVD|USB|MMC|CF|SD|BD|MIME|ZIP|EMAIL)-JPEG$/,
    medium: /./,
    transferSyntaxes: [explicitVrLittleEndian, ...jpeg],
  },
  {
    id: /^STD-GEN(-SEC)?-(DVD|USB|MMC|CF|SD|BD|MIME|ZIP|EMAIL)-J2K$/,
    medium: /./,
    transferSyntaxes: [explicitVrLittleEndian, jpeg2000Lossless, jpeg2000],
  },
  {
    id: /^STD-(DVD|BD|GEN-BD)-MPEG2-(MPML|MPHL)$/,
    medium: /DVD|BD|Blu-ray/i,
    transferSyntaxes: [explicitVrLittleEndian, ...mpeg2],
  },
  { id: /^STD-GEN-BD-MPEG4(-[\w-]+)?$/, medium: /BD|Blu-ray/i, transferSyntaxes: [explicitVrLittleEndian, ...mpeg4] },
];

const directory = '1.2.840.10008.1.3.10';

/** The identifier in a profile's name or id, such as STD-GEN-CD. */
export const standardIdentifier = (name: string): string | undefined =>
  /\bSTD-[A-Z0-9.-]+/.exec(name.toUpperCase())?.[0];

/** What PS3.11 says of a profile by its identifier. */
export const standardProfile = (identifier: string | undefined): StandardProfile | undefined =>
  identifier === undefined ? undefined : profiles.find(({ id }) => id.test(identifier));

/** Whether the profile may hold the SOP Class. */
export const holds = ({ sopClasses }: StandardProfile, uid: string): boolean =>
  uid === directory || (sopClasses === undefined ? isStorageSopClass(uid) : sopClasses.includes(uid));
