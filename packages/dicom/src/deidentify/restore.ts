// The way back: what was replaced, kept apart as a map or inside the object under encryption. PS3.15 E.1.1 step 1, E.1.2.

import { fromBase64, toBase64 } from '../base64.ts';
import { contentOf, DataSet } from '../data-set.ts';
import { DicomError } from '../error.ts';
import { readDataSet } from '../part10.ts';
import { explicitVrLittleEndian, transferSyntax } from '../uid/transfer-syntax.ts';
import { writeDataSet } from '../write.ts';
import { sha256 } from './sha-256.ts';

/** What `reidentify` needs. It identifies the patient: keep it apart from the objects. Can be written as JSON. */
export interface ReidentificationMap {
  /** New SOP Instance UID of the object it is of; '' where that has none. */
  readonly sopInstanceUid: string;
  /** New UIDs to the original ones. */
  readonly uids: Readonly<Record<string, string>>;
  /** Elements of the top level as they were, byte for byte, where anything in them changed: a data set in base64. Without pixel data. */
  readonly original: string;
  /** SHA-256 of those bytes, in hexadecimal: a damaged map restores nothing. */
  readonly digest: string;
  /** How `original` is encoded. */
  readonly transferSyntaxUid: string;
  /** Tags that were not there before. */
  readonly added: readonly number[];
}

const pixelTags: ReadonlySet<number> = new Set([0x7fe00008, 0x7fe00009, 0x7fe00010]);
const characterSet = 0x00080005;

/** A syntax in which the elements are the bytes they were read as. */
function syntaxOf(dataSet: DataSet): string {
  const read = contentOf(dataSet).readAs ?? explicitVrLittleEndian;
  const syntax = transferSyntax(read);
  // Deflated and encapsulated ones are Explicit VR Little Endian inside. PS3.5 A.4, A.5
  return syntax && !syntax.deflated && !syntax.encapsulated ? read : explicitVrLittleEndian;
}

/** A data set of some elements of another, as they are encoded there. */
function only(dataSet: DataSet, wanted: (tag: number) => boolean): DataSet {
  const copy = dataSet.clone();
  for (const { tag } of [...copy.elements()]) if (!wanted(tag)) copy.delete(tag);
  return copy;
}

/** The map from a data set to what became of it. */
export function mapOf(before: DataSet, after: DataSet, uids: ReadonlyMap<string, string>): ReidentificationMap {
  const transferSyntaxUid = syntaxOf(before);
  const changed = new Set(
    [...before.elements()]
      .map(({ tag }) => tag)
      .filter((tag) => !pixelTags.has(tag))
      .filter((tag) => !isUnchanged(tag, before, after, transferSyntaxUid)),
  );
  // Text inside of sequences is read by the character set of the data set around them.
  const kept = only(before, (tag) => changed.has(tag) || (changed.size > 0 && tag === characterSet));
  const added = [...after.elements()].map(({ tag }) => tag).filter((tag) => !before.has(tag));
  const original = writeDataSet(kept, transferSyntaxUid);
  return {
    sopInstanceUid: after.string('SOPInstanceUID') ?? '',
    uids: Object.fromEntries(uids),
    original: toBase64(original),
    digest: digestOf(original),
    transferSyntaxUid,
    added,
  };
}

/** Whether an element is written as before. */
function isUnchanged(tag: number, before: DataSet, after: DataSet, transferSyntaxUid: string): boolean {
  const [was, is] = [before.element(tag), after.element(tag)];
  if (!was || !is || was === is) return was === is;
  if (was.vr !== is.vr || was.reference || is.reference) return false;
  if (!was.items && !is.items) return isEqual(before.bytes(tag) ?? none, after.bytes(tag) ?? none);
  const [first, second] = [was, is].map((sequence) => {
    const alone = new DataSet();
    contentOf(alone).put(sequence);
    return writeDataSet(alone, transferSyntaxUid);
  });
  return isEqual(first ?? none, second ?? none);
}
const none = new Uint8Array(0);

const isEqual = (first: Uint8Array, second: Uint8Array): boolean =>
  first.length === second.length && first.every((byte, at) => byte === second[at]);

/**
 * The data set as it was before `deidentify`, pixel data that was made black excepted: the values that were replaced or taken out have their
 * original bytes again. What others added since stays.
 * @throws DicomError `bad-value` where the map belongs to another object or is damaged
 */
export function reidentify(dataSet: DataSet, map: ReidentificationMap): DataSet {
  const uid = dataSet.string('SOPInstanceUID') ?? '';
  if (uid !== map.sopInstanceUid)
    throw new DicomError('bad-value', -1, 'SOPInstanceUID', `the map is of ${map.sopInstanceUid}, this is ${uid}`);
  return restored(dataSet, originalOf(map), map.added);
}

const digestOf = (bytes: Uint8Array): string =>
  Array.from(sha256(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** @throws DicomError `bad-value` where the map is damaged */
function originalOf({ original, digest, transferSyntaxUid }: ReidentificationMap): DataSet {
  const bytes = fromBase64(original);
  if (!bytes || digestOf(bytes) !== digest) throw new DicomError('bad-value', -1, '', 'the map is damaged');
  // What was read of a damaged object is given back as it was.
  return readDataSet(bytes, transferSyntaxUid, { truncated: 'keep' });
}

function restored(dataSet: DataSet, original: DataSet, added: readonly number[]): DataSet {
  const copy = dataSet.clone();
  for (const tag of added) copy.delete(tag);
  for (const element of original.elements()) contentOf(copy).put(element);
  return copy;
}

/** What de-identification writes into an object. PS3.15 E.1.1 */
const markers = [0x00120062, 0x00120063, 0x00120064, 0x00280302, 0x00280303, 0x04000500];

/** The Encrypted Attributes Data Set: Modified Attributes Sequence (0400,0550) with the original elements. PS3.3 C.12.1.1.4.1 */
export function protectedAttributes(map: ReidentificationMap): Uint8Array {
  const dataSet = new DataSet();
  dataSet.set('ModifiedAttributesSequence', [originalOf(map)]);
  return writeDataSet(dataSet, explicitVrLittleEndian);
}

/**
 * Puts what `protectedAttributes` gave, encrypted, into the object: one more item of Encrypted Attributes Sequence (0400,0500).
 * @param content a CMS envelope (RFC 5652) for whoever may read it
 */
export function addEncryptedAttributes(dataSet: DataSet, content: Uint8Array): void {
  const item = `EncryptedAttributesSequence[${dataSet.items('EncryptedAttributesSequence').length}]`;
  dataSet.set(`${item}.EncryptedContentTransferSyntaxUID`, explicitVrLittleEndian);
  dataSet.set(`${item}.EncryptedContent`, content);
}

/** What is in the items of Encrypted Attributes Sequence (0400,0500), each for somebody else. */
export const encryptedAttributes = (
  dataSet: DataSet,
): readonly { readonly transferSyntaxUid: string; readonly content: Uint8Array }[] =>
  dataSet.items('EncryptedAttributesSequence').map((item) => ({
    transferSyntaxUid: item.string('EncryptedContentTransferSyntaxUID') ?? explicitVrLittleEndian,
    content: item.bytes('EncryptedContent') ?? new Uint8Array(0),
  }));

/**
 * The data set as it was, from a decrypted Encrypted Attributes Data Set. PS3.15 E.1.2
 * @throws DicomError `bad-value` where it holds no Modified Attributes Sequence; as `readDataSet` where it is none
 */
export function restoreAttributes(dataSet: DataSet, decrypted: Uint8Array, transferSyntaxUid: string): DataSet {
  const [original] = readDataSet(decrypted, transferSyntaxUid).items('ModifiedAttributesSequence');
  if (!original) throw new DicomError('bad-value', -1, 'ModifiedAttributesSequence', 'no original attributes');
  return restored(dataSet, original, markers);
}
