// Which representation of a resource is sent: one table of offers against the accepted ranges. PS3.18 8.7.
import { HttpProblem } from '../web/problem.ts';
import { covers, type MediaRange } from './media-range.ts';

/**
 * The media type of a compressed frame by its transfer syntax: PS3.18 Tables 8.7.3-5, with the newer syntaxes of
 * today's edition (HTJ2K, JPEG XL, HEVC). Frames of every other syntax are uncompressed or unknown: octet-stream.
 */
export const frameMediaTypes: ReadonlyMap<string, string> = new Map([
  ['1.2.840.10008.1.2.4.70', 'image/jpeg'],
  ['1.2.840.10008.1.2.4.50', 'image/jpeg'],
  ['1.2.840.10008.1.2.4.51', 'image/jpeg'],
  ['1.2.840.10008.1.2.4.57', 'image/jpeg'],
  ['1.2.840.10008.1.2.5', 'image/dicom-rle'],
  ['1.2.840.10008.1.2.4.80', 'image/jls'],
  ['1.2.840.10008.1.2.4.81', 'image/jls'],
  ['1.2.840.10008.1.2.4.90', 'image/jp2'],
  ['1.2.840.10008.1.2.4.91', 'image/jp2'],
  ['1.2.840.10008.1.2.4.92', 'image/jpx'],
  ['1.2.840.10008.1.2.4.93', 'image/jpx'],
  ['1.2.840.10008.1.2.4.201', 'image/jphc'],
  ['1.2.840.10008.1.2.4.202', 'image/jphc'],
  ['1.2.840.10008.1.2.4.203', 'image/jphc'],
  ['1.2.840.10008.1.2.4.110', 'image/jxl'],
  ['1.2.840.10008.1.2.4.111', 'image/jxl'],
  ['1.2.840.10008.1.2.4.112', 'image/jxl'],
  ['1.2.840.10008.1.2.4.100', 'video/mpeg2'],
  ['1.2.840.10008.1.2.4.100.1', 'video/mpeg2'],
  ['1.2.840.10008.1.2.4.101', 'video/mpeg2'],
  ['1.2.840.10008.1.2.4.101.1', 'video/mpeg2'],
  ['1.2.840.10008.1.2.4.102', 'video/mp4'],
  ['1.2.840.10008.1.2.4.102.1', 'video/mp4'],
  ['1.2.840.10008.1.2.4.103', 'video/mp4'],
  ['1.2.840.10008.1.2.4.103.1', 'video/mp4'],
  ['1.2.840.10008.1.2.4.104', 'video/mp4'],
  ['1.2.840.10008.1.2.4.104.1', 'video/mp4'],
  ['1.2.840.10008.1.2.4.105', 'video/mp4'],
  ['1.2.840.10008.1.2.4.105.1', 'video/mp4'],
  ['1.2.840.10008.1.2.4.106', 'video/mp4'],
  ['1.2.840.10008.1.2.4.106.1', 'video/mp4'],
  ['1.2.840.10008.1.2.4.107', 'video/h265'],
  ['1.2.840.10008.1.2.4.108', 'video/h265'],
]);

/** Names that older or other clients use for the same things. PS3.18 8.7.3.3.2 note 8 for the first two. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['image/x-dicom-rle', 'image/dicom-rle'],
  ['image/x-jls', 'image/jls'],
  ['image/jll', 'image/jpeg'],
  ['image/j2c', 'image/jp2'],
  ['image/jpg', 'image/jpeg'],
  ['video/mpeg', 'video/mpeg2'],
  ['application/json', 'application/dicom+json'],
  ['application/xml', 'application/dicom+xml'],
  ['text/xml', 'application/dicom+xml'],
]);

/** By the name that was used, or by the one that it stands for. */
const means = (range: string, type: string): boolean => covers(range, type) || aliases.get(range) === type;

export type Packaging = 'multipart' | 'single';

/** One representation that could be sent. Offers stand in the order in which the server likes to send them. */
export interface Offer {
  readonly mediaType: string;
  /** Absent where a transfer syntax says nothing about the media type: JSON, XML, rendered images. */
  readonly transferSyntaxUid?: string;
  /**
   * When a range without transfer-syntax parameter means this offer: one that names the media type (`type`), or also
   * one that leaves the media type open (`category`: the default of the resource, PS3.18 8.7.7).
   */
  readonly defaultFor?: 'type' | 'category';
  /** Single part only or multipart only, where the resource allows both. */
  readonly packaging?: Packaging;
}

export interface Choice<O extends Offer> {
  readonly offer: O;
  readonly packaging: Packaging;
}

/** How closely the range describes the offer, 0 where it does not: the most specific range decides the weight. */
const specificity = (range: MediaRange, offer: Offer, packaging: Packaging): number => {
  const related = packaging === 'multipart' && range.type === 'multipart/related';
  const named = related ? (range.parameters.get('type') ?? '*/*') : range.type;
  const type = named.trim().toLowerCase();
  if (packaging === 'multipart' && !related) {
    if (!covers(range.type, 'multipart/related')) return 0;
  } else if (!means(type, offer.mediaType)) return 0;
  const open = !related && packaging === 'multipart' ? true : type === '*/*';
  const syntax = syntaxSpecificity(range.parameters.get('transfer-syntax'), offer, open);
  if (syntax === 0) return 0;
  const closeness = range.type === '*/*' ? 1 : range.type.endsWith('/*') ? 2 : open ? 3 : type.endsWith('/*') ? 4 : 5;
  return closeness * 10 + syntax;
};

const syntaxSpecificity = (wanted: string | undefined, offer: Offer, open: boolean): number => {
  if (offer.transferSyntaxUid === undefined) return open && offer.defaultFor !== 'category' ? 0 : 1;
  if (wanted === '*') return 2;
  if (wanted !== undefined) return wanted === offer.transferSyntaxUid ? 3 : 0;
  return offer.defaultFor === 'category' || (offer.defaultFor === 'type' && !open) ? 1 : 0;
};

/** The offer with the highest weight (PS3.18 8.7.8.1); among equals the first. Undefined where none is accepted. */
export const negotiate = <O extends Offer>(
  accepted: readonly MediaRange[],
  offers: readonly O[],
  packagings: readonly Packaging[],
): Choice<O> | undefined => {
  let best: { choice: Choice<O>; q: number } | undefined;
  for (const offer of offers) {
    for (const packaging of packagings) {
      if (offer.packaging !== undefined && offer.packaging !== packaging) continue;
      let closest = 0;
      let q = 0;
      for (const range of accepted) {
        const near = specificity(range, offer, packaging);
        if (near > closest || (near === closest && near > 0 && range.q > q)) {
          closest = near;
          q = range.q;
        }
      }
      if (q > 0 && (best === undefined || q > best.q)) best = { choice: { offer, packaging }, q };
    }
  }
  return best?.choice;
};

/** The media type as it stands in a Content-Type header, or in the list of what could be had. */
export const contentTypeOf = ({ mediaType, transferSyntaxUid }: Offer): string =>
  transferSyntaxUid === undefined ? mediaType : `${mediaType}; transfer-syntax=${transferSyntaxUid}`;

const describe = (offer: Offer, packaging: Packaging): string => {
  if (packaging === 'single') return contentTypeOf(offer);
  const syntax = offer.transferSyntaxUid === undefined ? '' : `; transfer-syntax=${offer.transferSyntaxUid}`;
  return `multipart/related; type="${offer.mediaType}"${syntax}`;
};

/** 406, with the list of what could be had. */
export const notAcceptable = (offers: readonly Offer[], packagings: readonly Packaging[], why?: string) =>
  new HttpProblem('not-acceptable', why ?? 'See "acceptable" for what this resource can be sent as.', {
    members: {
      acceptable: [
        ...new Set(
          offers.flatMap((offer) =>
            packagings.filter((p) => (offer.packaging ?? p) === p).map((packaging) => describe(offer, packaging)),
          ),
        ),
      ],
    },
  });
