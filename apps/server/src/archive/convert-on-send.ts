// A stored instance as it is sent over an association: as it is kept where the peer takes that, else converted. PS3.4 B.3.1.
import { explicitVrLittleEndian, implicitVrLittleEndian, transferSyntax, uidName } from '@concord/dicom';
import { codecOf, losslessCompressions } from '@concord/imaging';
import type { OutgoingInstance } from '@concord/network';
import type { Archive, StoredInstance } from './archive.ts';
import { type ConversionParts, convertedDataSet } from './conversion.ts';
import { type FormParts, inForm, type OutgoingForm } from './outgoing-forms.ts';

/** What instances are sent from. */
export interface SendingParts extends Omit<ConversionParts, 'archive'> {
  readonly archive: Archive;
  /** What each peer gets; absent: everything as it is. */
  readonly outgoing?: (instance: StoredInstance, aeTitle: string) => StoredInstance;
  /** The form in which a peer gets instances; absent: as they are kept, or converted without loss. */
  readonly formOf?: (aeTitle: string) => OutgoingForm | undefined;
  /** True where the peer has offered the presentation contexts, as with C-GET: whatever it takes may be used. */
  readonly peerOffers?: boolean;
  /** Told of each new instance that is made for a peer. */
  readonly made?: NonNullable<FormParts['made']>;
  /** The syntaxes, of those that are possible, that it may go out in, the best first; absent: all of them. */
  readonly syntaxes?: (instance: StoredInstance, alternatives: readonly string[]) => readonly string[];
}

const uncompressed: readonly string[] = [explicitVrLittleEndian, implicitVrLittleEndian];

/** Possible, but retired: never without being asked for. */
const bigEndian = '1.2.840.10008.1.2.2';

/** Lossless compression that others are known to ask for: JPEG, JPEG-LS, JPEG 2000, RLE. */
const compressed: readonly string[] = [
  '1.2.840.10008.1.2.4.70',
  '1.2.840.10008.1.2.4.80',
  '1.2.840.10008.1.2.4.90',
  '1.2.840.10008.1.2.5',
];

/** Possible too: HTJ2K, JPEG XL and others that few take. For who asks for them: an offer of each would cost a presentation context. */
const rare: readonly string[] = losslessCompressions.filter((uid) => !compressed.includes(uid));

/**
 * The syntaxes an instance can be sent in besides its own, the best first: none of them loses anything. [] for video and
 * for syntaxes nobody here can read. An image that turns out not to fit one fails when it is opened.
 */
export const alternativesOf = ({ transferSyntaxUid, rows }: StoredInstance): readonly string[] => {
  if (codecOf(transferSyntaxUid) === undefined && transferSyntax(transferSyntaxUid)?.encapsulated !== false) return [];
  return [...uncompressed, ...(rows === undefined ? [] : compressed)].filter((uid) => uid !== transferSyntaxUid);
};

/** An instance that may be sent in its own syntax, in one of its alternatives, or in the form of the peer; the stored file is never changed. */
export function sendable(stored: StoredInstance, parts: SendingParts, aeTitle = ''): OutgoingInstance {
  const instance = parts.outgoing?.(stored, aeTitle) ?? stored;
  const form = parts.formOf?.(aeTitle);
  if (!form) return offered(instance, parts);
  return inForm(instance, form, {
    ...parts,
    asKept: (each) => offered(each, parts),
    allowed: (each, [first = '', ...more]) =>
      parts.syntaxes ? parts.syntaxes({ ...each, transferSyntaxUid: first }, more) : [first, ...more],
  });
}

/** The rare ones that an instance can be sent in: of images that can be read here. */
const rareOf = ({ transferSyntaxUid, rows }: StoredInstance): readonly string[] =>
  rows === undefined || codecOf(transferSyntaxUid) === undefined ? [] : rare.filter((uid) => uid !== transferSyntaxUid);

/** What an instance may be sent in: the best, the others, or why it is not to be sent at all. */
function syntaxesOf(
  instance: StoredInstance,
  { syntaxes, peerOffers = false }: SendingParts,
): Pick<OutgoingInstance, 'transferSyntaxUid' | 'alternatives' | 'withheld'> {
  const { transferSyntaxUid, sopClassUid } = instance;
  const possible = alternativesOf(instance);
  if (!syntaxes) return { transferSyntaxUid, alternatives: [...possible, ...(peerOffers ? rareOf(instance) : [])] };
  const all = possible.length === 0 ? [] : [...possible, ...rareOf(instance), bigEndian];
  const [best, ...alternatives] = syntaxes(instance, all);
  if (best !== undefined) return { transferSyntaxUid: best, alternatives };
  const [name, syntax] = [sopClassUid, transferSyntaxUid].map((uid) => uidName(uid) ?? uid);
  return { transferSyntaxUid, withheld: `${name} in ${syntax} is not sent from here: the settings do not propose it` };
}

const offered = (instance: StoredInstance, parts: SendingParts): OutgoingInstance => ({
  sopClassUid: instance.sopClassUid,
  sopInstanceUid: instance.sopInstanceUid,
  ...syntaxesOf(instance, parts),
  open: (transferSyntaxUid) =>
    transferSyntaxUid === instance.transferSyntaxUid
      ? instance.changes
        ? parts.archive.dataSetBytes(instance)
        : parts.archive.lendDataSet(instance)
      : converted(instance, transferSyntaxUid, parts),
});

async function* converted(instance: StoredInstance, target: string, parts: SendingParts): AsyncGenerator<Uint8Array> {
  yield* await convertedDataSet(instance, target, parts);
}
