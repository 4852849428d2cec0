// In which forms an instance and its frames can be sent, from the transfer syntax in which it is stored. PS3.18 8.7.3.
import { explicitVrLittleEndian, transferSyntax } from '@concord/dicom';
import { codecOf, losslessCompressions } from '@concord/imaging';
import { frameMediaTypes, type Offer } from './media-types.ts';

const isEncapsulated = (uid: string): boolean => transferSyntax(uid)?.encapsulated ?? true;

/** Explicit VR and not big endian: what PS3.18 8.7.3.4 allows on the web as it is. */
const maySendAsStored = (uid: string): boolean => {
  const syntax = transferSyntax(uid);
  return syntax === undefined || (syntax.explicitVr && syntax.littleEndian);
};

export interface FormOffer extends Offer {
  /** True where the stored bytes are sent, false where they are converted to the syntax of the offer. */
  readonly asStored: boolean;
}

/** What a media type means without a transfer syntax: the rows marked D in PS3.18 Table 8.7.3-5, and HTJ2K. */
const defaultCompressions: ReadonlySet<string> = new Set([
  '1.2.840.10008.1.2.4.70',
  '1.2.840.10008.1.2.5',
  '1.2.840.10008.1.2.4.80',
  '1.2.840.10008.1.2.4.90',
  '1.2.840.10008.1.2.4.201',
  '1.2.840.10008.1.2.4.110',
]);

/**
 * Instances: decoded by default, except where decoding would hide that pixels were lost, or is not possible (8.7.3.4);
 * as stored where `transfer-syntax` names the stored one or is `*`; in another lossless syntax where it names that.
 */
export const instanceOffers = (uid: string): readonly FormOffer[] => {
  const mediaType = 'application/dicom';
  const codec = codecOf(uid);
  const decodedByDefault = uid !== explicitVrLittleEndian && codec?.lossless === true;
  const category = { defaultFor: 'category' } as const;
  const stored = { mediaType, transferSyntaxUid: uid, asStored: true, ...(decodedByDefault ? {} : category) };
  const converted =
    codec === undefined ? [] : [explicitVrLittleEndian, ...losslessCompressions].filter((to) => to !== uid);
  return [
    ...(maySendAsStored(uid) ? [stored] : []),
    ...converted.map((to) => ({
      mediaType,
      transferSyntaxUid: to,
      asStored: false,
      ...(decodedByDefault && to === explicitVrLittleEndian ? category : {}),
    })),
  ];
};

/**
 * Frames: octets of cells by default; the stored bytes under their own media type, or as octets when asked for; another
 * lossless compression where its media type is asked for.
 */
export const frameOffers = (uid: string): readonly FormOffer[] => {
  const known = knownOffers.get(uid);
  if (known) return known;
  const offers = makeFrameOffers(uid);
  if (codecOf(uid) !== undefined) knownOffers.set(uid, offers);
  return offers;
};

/** By transfer syntax, of those that have a codec. */
const knownOffers = new Map<string, readonly FormOffer[]>();

const makeFrameOffers = (uid: string): readonly FormOffer[] => {
  const octets = 'application/octet-stream';
  const own = frameMediaTypes.get(uid);
  const stored: FormOffer[] = [];
  if (own !== undefined) stored.push({ mediaType: own, transferSyntaxUid: uid, asStored: true, defaultFor: 'type' });
  if (isEncapsulated(uid)) stored.push({ mediaType: octets, transferSyntaxUid: uid, asStored: true });
  if (codecOf(uid) === undefined) return stored.map((offer) => ({ ...offer, defaultFor: 'category' }));
  const cells: FormOffer = {
    mediaType: octets,
    transferSyntaxUid: explicitVrLittleEndian,
    asStored: transferSyntax(uid)?.littleEndian === true && !isEncapsulated(uid),
    defaultFor: 'category',
  };
  return [...stored, cells, ...losslessCompressions.filter((to) => to !== uid).flatMap((to) => compressed(to, own))];
};

const compressed = (to: string, own: string | undefined): readonly FormOffer[] => {
  const mediaType = frameMediaTypes.get(to);
  if (mediaType === undefined) return [];
  const isDefault = defaultCompressions.has(to) && mediaType !== own;
  return [{ mediaType, transferSyntaxUid: to, asStored: false, ...(isDefault ? { defaultFor: 'type' } : {}) }];
};
