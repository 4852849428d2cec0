// The hot path: a data set goes by once; its header is read, its bytes go unchanged into the store behind a Part 10 header.
import { setImmediate as breath } from 'node:timers/promises';
import { type DataSet, type InstanceScanner, scanInstance, transferSyntax } from '@concord/dicom';
import { crc32 } from '../objects/crc32.ts';
import type { ObjectWriter } from '../objects/object-store.ts';
import type { Incoming } from './archive.ts';
import type { CompleteImage } from './complete-image.ts';
import { type Identifiers, identify, isKeepableUid } from './describe-instance.ts';
import type { createFileMetaWriter } from './file-meta.ts';
import { refusal, type StoreStatus } from './outcome.ts';
import { longestHeader } from './recent-headers.ts';

/** What this program calls itself in the files it writes. PS3.10 7.1. */
export interface Implementation {
  readonly classUid: string;
  readonly versionName: string;
}

/** What the File Meta Information is made with. */
export interface MetaParts {
  readonly implementation: Implementation;
  readonly writeMeta: ReturnType<typeof createFileMetaWriter>;
  /** Finds images that lack what showing them takes; absent: they are taken. */
  readonly complete?: CompleteImage;
}

export interface TakenIn {
  readonly identifiers: Identifiers;
  readonly header: DataSet;
  readonly pixelData: InstanceScanner['pixelData'];
  /** Of the file, in bytes. */
  readonly size: number;
  readonly dataSetOffset: number;
  /** CRC-32 of the data set. */
  readonly digest: number;
  /** Its bytes up to the pixel data's value; absent where there is none, or where they are many. */
  readonly encodedHeader: Uint8Array | undefined;
}

/** Copies what goes by until the pixel data begins. */
class HeaderCopy {
  #pieces: Uint8Array[] | undefined = [];
  #whole: Uint8Array | undefined;
  #seen = 0;

  /** @param end where the pixel data's value begins, once that is known */
  add(chunk: Uint8Array, end: number | undefined): void {
    const pieces = this.#pieces;
    if (!pieces) return;
    // Where the value began before this chunk its header is not whole: it is read from the store when it is asked for.
    if (end !== undefined && end < this.#seen) {
      this.#pieces = undefined;
      return;
    }
    const piece = end === undefined ? chunk : chunk.subarray(0, end - this.#seen);
    this.#seen += chunk.length;
    if ((end ?? this.#seen) <= longestHeader) pieces.push(new Uint8Array(piece));
    if (end !== undefined && end <= longestHeader)
      this.#whole = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
    if (end !== undefined || this.#seen > longestHeader) this.#pieces = undefined;
  }

  get ended(): boolean {
    return this.#pieces === undefined;
  }

  get bytes(): Uint8Array | undefined {
    return this.#whole;
  }
}

/** Of deflated bytes a thousand times as many may come out: so few are inflated at a time. */
const deflatedAtOnce = 1024;
/** How long others wait meanwhile, in ms. */
const turnMs = 10;

/** What watches a deflated data set go by, and lets others have their turn: a megabyte may take seconds. */
function createInflatingScan(scanner: InstanceScanner) {
  let since = performance.now();
  return async (chunk: Uint8Array): Promise<void> => {
    for (let at = 0; at < chunk.length; at += deflatedAtOnce) {
      if (performance.now() - since > turnMs) {
        await breath();
        since = performance.now();
      }
      scanner.push(chunk.subarray(at, at + deflatedAtOnce));
    }
  };
}

/**
 * Reads the data set to its end, or to where it is refused; nothing is durable yet.
 * Throws DicomError, StoreError, and whatever the source throws.
 */
export async function takeIn(
  incoming: Incoming,
  writer: Pick<ObjectWriter, 'write'>,
  { implementation, writeMeta, complete }: MetaParts,
): Promise<TakenIn | StoreStatus> {
  const { transferSyntaxUid, dataSet, origin } = incoming;
  const scanner = scanInstance(transferSyntaxUid);
  /** Copies held back until the header says what the object is, where the sender did not: its Part 10 header comes first. */
  let held: Uint8Array[] = [];
  let identifiers: Identifiers | undefined;
  let offset = 0;
  let digest = 0;
  const inflating = transferSyntax(transferSyntaxUid)?.deflated ? createInflatingScan(scanner) : undefined;
  // Places in a deflated data set are not those of the bytes that come.
  const headerCopy = inflating ? undefined : new HeaderCopy();

  const begin = (sopClassUid: string, sopInstanceUid: string) => {
    const meta = writeMeta({
      sopClassUid,
      sopInstanceUid,
      transferSyntaxUid,
      implementationClassUid: implementation.classUid,
      implementationVersionName: implementation.versionName,
      ...(origin.callingAeTitle && { sourceApplicationEntityTitle: origin.callingAeTitle }),
    });
    offset = meta.length;
    writer.write(meta);
  };
  const check = async (header: DataSet): Promise<StoreStatus | undefined> => {
    const found = identify(header, incoming);
    if ('comment' in found) return refusal(0xa900, found.comment, found.offending);
    const lacking = complete?.header(found.sopClassUid, header);
    if (lacking) return refusal(0xa900, lacking.comment, lacking.offending);
    identifiers = found;
    if (offset === 0) begin(found.sopClassUid, found.sopInstanceUid);
    for (const chunk of held) await writer.write(chunk);
    held = [];
    return undefined;
  };

  const { sopClassUid = '', sopInstanceUid = '' } = incoming;
  if (isKeepableUid(sopClassUid) && isKeepableUid(sopInstanceUid)) begin(sopClassUid, sopInstanceUid);
  for await (const chunk of dataSet) {
    if (inflating) await inflating(chunk);
    else scanner.push(chunk);
    digest = crc32(chunk, digest);
    if (headerCopy?.ended === false) headerCopy.add(chunk, scanner.pixelData?.offset);
    if (offset > 0) {
      const full = writer.write(chunk);
      if (full) await full;
    } else held.push(Uint8Array.from(chunk));
    if (identifiers || !scanner.header) continue;
    const objection = await check(scanner.header);
    if (objection) return objection;
  }
  scanner.end();
  const { header } = scanner;
  if (!header) return refusal(0xc000, 'the data set has no end');
  const objection = identifiers ? undefined : await check(header);
  if (objection || !identifiers) return objection ?? refusal(0xc000, 'the data set is empty');
  const lacking = complete?.pixels(identifiers.sopClassUid, header, scanner.pixelData);
  if (lacking) return refusal(0xa900, lacking.comment, lacking.offending);
  return {
    identifiers,
    header,
    pixelData: scanner.pixelData,
    size: offset + scanner.bytesSeen,
    dataSetOffset: offset,
    digest,
    encodedHeader: headerCopy?.bytes,
  };
}
