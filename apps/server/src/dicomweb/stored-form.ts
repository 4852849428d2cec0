// In which forms an instance can be sent, from the transfer syntax in which it is stored. PS3.18 8.7.3.
import { transferSyntax } from '@concord/dicom';
import { explicitVrLittleEndian, frameMediaTypes, type Offer } from './media-types.ts';

const deflated = '1.2.840.10008.1.2.1.99';
const implicitVrLittleEndian = '1.2.840.10008.1.2';

/** Syntaxes whose frames cannot be had back bit by bit: lossy ones, and video. */
const lossy: ReadonlySet<string> = new Set([
  '1.2.840.10008.1.2.4.50',
  '1.2.840.10008.1.2.4.51',
  '1.2.840.10008.1.2.4.81',
  '1.2.840.10008.1.2.4.91',
  '1.2.840.10008.1.2.4.93',
  '1.2.840.10008.1.2.4.203',
  '1.2.840.10008.1.2.4.111',
  '1.2.840.10008.1.2.4.112',
]);

/** True where frames lie in the file as little endian cells, one behind the other. */
export const keptUncompressed = (uid: string): boolean =>
  uid === explicitVrLittleEndian || uid === implicitVrLittleEndian;

const isVideo = (uid: string): boolean => frameMediaTypes.get(uid)?.startsWith('video/') === true;

/** True where frames can be decoded to cells: what is encapsulated has to be in the table of codecs. */
const isDecodable = (uid: string): boolean =>
  keptUncompressed(uid) || transferSyntax(uid)?.encapsulated !== true || (frameMediaTypes.has(uid) && !isVideo(uid));

/** Explicit VR and not big endian: what PS3.18 8.7.3.4 allows on the web as it is. */
const maySendAsStored = (uid: string): boolean => {
  const syntax = transferSyntax(uid);
  return syntax === undefined || (syntax.explicitVr && syntax.littleEndian);
};

export interface FormOffer extends Offer {
  /** True where the stored bytes are sent, false where they are decoded. */
  readonly asStored: boolean;
}

/**
 * Instances: decoded by default, except where decoding would hide that pixels were lost, or is not possible (8.7.3.4);
 * as stored where `transfer-syntax` names the stored one or is `*`.
 */
export const instanceOffers = (uid: string): readonly FormOffer[] => {
  const mediaType = 'application/dicom';
  const decodable = isDecodable(uid);
  const byDefault = uid !== explicitVrLittleEndian && decodable && !lossy.has(uid);
  const stored: FormOffer = {
    mediaType,
    transferSyntaxUid: uid,
    asStored: true,
    ...(byDefault ? {} : { defaultFor: 'category' as const }),
  };
  const decoded: FormOffer = {
    mediaType,
    transferSyntaxUid: explicitVrLittleEndian,
    asStored: false,
    ...(byDefault ? { defaultFor: 'category' as const } : {}),
  };
  return [...(maySendAsStored(uid) ? [stored] : []), ...(decodable && uid !== explicitVrLittleEndian ? [decoded] : [])];
};

/** Frames: octets of cells by default; the stored bytes under their own media type, or as octets when asked for. */
export const frameOffers = (uid: string): readonly FormOffer[] => {
  const octets = 'application/octet-stream';
  const stored: FormOffer[] = [];
  const mediaType = frameMediaTypes.get(uid);
  const encapsulated = transferSyntax(uid)?.encapsulated ?? true;
  if (mediaType !== undefined) stored.push({ mediaType, transferSyntaxUid: uid, asStored: true, defaultFor: 'type' });
  if (encapsulated) stored.push({ mediaType: octets, transferSyntaxUid: uid, asStored: true });
  const cells: FormOffer = {
    mediaType: octets,
    transferSyntaxUid: explicitVrLittleEndian,
    asStored: keptUncompressed(uid) || uid === deflated,
    defaultFor: 'category',
  };
  return isDecodable(uid) ? [...stored, cells] : stored.map((offer) => ({ ...offer, defaultFor: 'category' }));
};
