// Images that a rule wants compressed with loss before they are kept. PS3.3 C.7.6.1.1.5, PS3.5 8.2.
import { createHash } from 'node:crypto';
import { type DataSet, DicomError, newUid, readDataSet, transferSyntax } from '@concord/dicom';
import { decodedFrameBytes, describeImage, type ImageDescription, ImagingError, obstacle } from '@concord/imaging';
import { type ImagingPool, transcodeInstance } from '@concord/imaging/node';
import type { Log } from '@concord/network';
import { createTurns } from '../database/turns.ts';
import type { CompressionRule } from '../settings/compression.ts';
import type { Archive, Incoming, Receipt } from './archive.ts';
import { refusal } from './outcome.ts';

export interface CompressionParts {
  readonly rules: readonly CompressionRule[];
  readonly imaging: ImagingPool;
  /** Whether the sender is told, as of any coercion. */
  readonly coercionWarning: 'on' | 'off';
  readonly log: Log;
}

/** JPEG of 8 bits, and of 12. */
const targets = ['1.2.840.10008.1.2.4.50', '1.2.840.10008.1.2.4.51'] as const;

/** An image is held in memory until it is compressed: so many at a time, and larger ones, in bytes, stay as they come. */
const mostHeld = 4;
const largest = 64 * 1024 * 1024;
const patienceMs = 120_000;

type Receive = Archive['receive'];

/** `receive` itself where there is no rule: the usual case costs nothing. */
export function compressing(receive: Receive, parts: CompressionParts): Receive {
  const { rules } = parts;
  if (rules.length === 0) return receive;
  const turns = createTurns(mostHeld, patienceMs);
  return async (incoming) => {
    const asked = rules.filter(({ from }) => from === undefined || from === incoming.origin.callingAeTitle);
    if (asked.length === 0 || !isNative(incoming.transferSyntaxUid)) return receive(incoming);
    const leave = await turns.enter().catch(() => undefined);
    if (!leave) return { status: refusal(0xa700, 'too many images wait to be compressed') };
    try {
      return await receiveCompressed(receive, incoming, { ...parts, rules: asked });
    } finally {
      leave();
    }
  };
}

const isNative = (uid: string): boolean => {
  const syntax = transferSyntax(uid);
  return syntax !== undefined && !syntax.encapsulated && !syntax.deflated;
};

async function receiveCompressed(receive: Receive, incoming: Incoming, parts: CompressionParts): Promise<Receipt> {
  const { whole, dataSet } = await hold(incoming.dataSet);
  const made = whole && (await compressed(whole, incoming, parts));
  if (!made) return receive({ ...incoming, dataSet });
  const { status, ...receipt } = await receive({ ...incoming, ...made });
  const told = status.code === 0x0000 && parts.coercionWarning === 'on' ? { code: 0xb000 as const } : status;
  const { sopInstanceUid } = incoming;
  return { ...receipt, status: told, ...(sopInstanceUid !== undefined && { sopInstanceUid }) };
}

/** All bytes where they are few enough; and in any case the same data set, to be read once. */
async function hold(source: AsyncIterable<Uint8Array>) {
  const chunks = source[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  while (!ended && length <= largest) {
    const next = await chunks.next();
    ended = next.done === true;
    if (next.done) break;
    // A chunk may be lent for the time being.
    held.push(Uint8Array.from(next.value));
    length += next.value.length;
  }
  const dataSet = async function* () {
    yield* held;
    if (!ended) yield* { [Symbol.asyncIterator]: () => chunks };
  };
  return { whole: ended ? Buffer.concat(held) : undefined, dataSet: dataSet() };
}

type Made = Pick<Incoming, 'dataSet' | 'transferSyntaxUid'> & { readonly sopInstanceUid: string };

/** Undefined: it stays as it came, because no rule is for it, or because JPEG cannot hold it. */
async function compressed(bytes: Uint8Array, incoming: Incoming, parts: CompressionParts): Promise<Made | undefined> {
  try {
    const header = readDataSet(bytes, incoming.transferSyntaxUid);
    const modality = header.string('Modality') ?? '';
    const rule = parts.rules.find((each) => each.modality === undefined || each.modality === modality);
    const came = header.string('SOPInstanceUID');
    if (!rule || came === undefined || came !== (incoming.sopInstanceUid ?? came)) return undefined;
    const uid = rule.sopInstanceUid === 'keep' ? came : uidOfCompressed(came);
    return await transcoded({ header, rule, uid }, incoming, parts);
  } catch (error) {
    if (!(error instanceof ImagingError) && !(error instanceof DicomError)) throw error;
    const { sopInstanceUid } = incoming;
    parts.log.warn({ err: error, sopInstanceUid }, 'an image could not be compressed and is kept as it came');
    return undefined;
  }
}

/** Sent twice, it is the same instance twice. PS3.5 B.2. */
const uidOfCompressed = (sopInstanceUid: string): string =>
  newUid(createHash('sha256').update(`compressed at receipt ${sopInstanceUid}`).digest().subarray(0, 16));

interface Wanted {
  readonly header: DataSet;
  readonly rule: CompressionRule;
  readonly uid: string;
}

async function transcoded(
  { header, rule, uid }: Wanted,
  { transferSyntaxUid }: Incoming,
  { imaging }: CompressionParts,
): Promise<Made | undefined> {
  const pixels = header.element('PixelData');
  const bytes = header.bytes('PixelData');
  if (!pixels || !bytes || !takeTrailer(header)) return undefined;
  const image = describeImage(header);
  const target = targets.find((each) => obstacle(image, each) === undefined);
  const frame = framesOf(image, bytes);
  if (target === undefined || !frame) return undefined;
  const source = { header, transferSyntaxUid, pixelDataVr: pixels.vr, frame };
  const options = { quality: rule.quality };
  const { dataSet } = await transcodeInstance(imaging, source, { target, options, newSopInstanceUid: uid });
  return { dataSet, transferSyntaxUid: target, sopInstanceUid: uid };
}

const pixelDataTag = 0x7fe00010;
const trailingPadding = 0xfffcfffc;

/** False where something stands behind the pixels: it would be lost. */
function takeTrailer(header: DataSet): boolean {
  header.delete('DataSetTrailingPadding');
  return [...header.elements()].every(({ tag }) => tag <= pixelDataTag || tag === trailingPadding);
}

/** Undefined where the bytes are not as many as the description says: halved chrominance, frames that are missing. */
function framesOf(image: ImageDescription, bytes: Uint8Array) {
  if (image.bitsAllocated !== 8 && image.bitsAllocated !== 16) return undefined;
  const length = decodedFrameBytes(image);
  const wanted = length * image.numberOfFrames;
  if (bytes.length !== wanted + (wanted % 2)) return undefined;
  return async (number: number) => bytes.subarray((number - 1) * length, number * length);
}
