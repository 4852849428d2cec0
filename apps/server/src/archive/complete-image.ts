// Whether an image has what it takes to show it: a part of its modules, not all of them. PS3.3 C.7.6.3.
import { type DataSet, type InstanceScanner, uidName } from '@concord/dicom';
import type { Objection } from './describe-instance.ts';

/** What an image lacks: of its header as soon as that has gone by, of its pixels when the object has ended. */
export interface CompleteImage {
  header(sopClassUid: string, header: DataSet): Objection | undefined;
  pixels(sopClassUid: string, header: DataSet, place: InstanceScanner['pixelData']): Objection | undefined;
}

const photometric = ['Photometric Interpretation', 0x00280004] as const;
const pixelData = ['Pixel Data', 0x7fe00010] as const;
/** Without any of these, or with 0, there is nothing to show. */
const numbers = [
  ['Rows', 0x00280010],
  ['Columns', 0x00280011],
  ['Bits Allocated', 0x00280100],
  ['Bits Stored', 0x00280101],
] as const;
const pixelDataProvider = 0x00287fe0;

/** Retired classes, those in parentheses, too. PS3.6 Table A-1. */
const isImage = (sopClassUid: string): boolean => / Image Storage\b/.test(uidName(sopClassUid) ?? '');

const missing = ([name, tag]: readonly [string, number]): Objection => ({
  comment: `the image has no ${name}`,
  offending: [tag],
});

const isEmpty = (header: DataSet, tag: number): boolean => (header.string(tag) ?? '') === '';

/** Objects of other classes are complete, whatever they lack. */
export const completeImage: CompleteImage = {
  header(sopClassUid, header) {
    if (!isImage(sopClassUid)) return undefined;
    if (isEmpty(header, photometric[1])) return missing(photometric);
    const lacking = numbers.find(([, tag]) => !((header.number(tag) ?? 0) > 0));
    return lacking && missing(lacking);
  },
  pixels(sopClassUid, header, place) {
    if (!isImage(sopClassUid) || !isEmpty(header, pixelDataProvider)) return undefined;
    // The first fragment is the Basic Offset Table. PS3.5 A.4.
    const isThere = place && (place.length ?? place.fragments.length - 1) > 0;
    return isThere ? undefined : missing(pixelData);
  },
};
