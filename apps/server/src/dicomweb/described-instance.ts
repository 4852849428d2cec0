// An instance that came as metadata and bulk data: what it still lacks, and its data set once nothing is lacking. PS3.18 F, 8.7.3.
import { type DataSet, DicomError, parseTag, transferSyntax, writeDataSet } from '@concord/dicom';
import { pixelDataEnd, pixelDataFragment, pixelDataStart } from '@concord/imaging';
import type { BulkParts } from './bulk-parts.ts';
import type { Hold } from './held-bodies.ts';
import { type KeptPixels, keepPixels } from './stow-pixels.ts';

/** What turns metadata into a data set; `undefined` leaves an element empty. */
export type Build = (bulkData: (uri: string, path: string) => Uint8Array | undefined) => DataSet;

/** An instance whose metadata has been read. */
export interface DescribedInstance {
  /** Everything but what lies in bulk data. */
  readonly dataSet: DataSet;
  /** Every location that is named, each once. */
  readonly locations: readonly string[];
  /** Of the pixel data, where that is named. */
  readonly pixels: { readonly tag: number; readonly location: string } | undefined;
  readonly build: Build;
}

const pixelTags: ReadonlySet<number> = new Set([0x7fe00008, 0x7fe00009, 0x7fe00010]);

/** `resolve` makes an absolute address of one that may be relative. @throws DicomError */
export const describeInstance = (build: Build, resolve: (uri: string) => string): DescribedInstance => {
  const locations = new Set<string>();
  let pixels: DescribedInstance['pixels'];
  const dataSet = build((uri, path) => {
    const location = resolve(uri);
    locations.add(location);
    const tag = parseTag(path);
    if (tag !== undefined && pixelTags.has(tag)) pixels = { tag, location };
    return undefined;
  });
  return { dataSet, locations: [...locations], pixels, build };
};

/** Values that are held in memory while an instance is put together, in bytes. */
const mostHeld = 67_108_864;

export interface Assembled {
  readonly transferSyntaxUid: string;
  /** Without File Meta Information. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Elements that describe the transfer and are no part of an instance. */
const notOfTheInstance = ['AvailableTransferSyntaxUID', 'RetrieveURL', 'InstanceAvailability'] as const;

export interface AssemblyParts {
  readonly resolve: (uri: string) => string;
  readonly bulk: BulkParts;
  /** Takes the values that are held, until the instance is stored. */
  readonly hold: Hold;
}

/** The whole data set. @throws DicomError where the parts do not fit the metadata, HttpProblem where there is no room for them */
export const assemble = async (
  { build, pixels, locations }: DescribedInstance,
  { resolve, bulk, hold }: AssemblyParts,
): Promise<Assembled> => {
  const values = await valuesOf({ locations, pixels: pixels?.location }, bulk, hold);
  const dataSet = build((uri, path) => (pixelTags.has(parseTag(path) ?? 0) ? undefined : values.get(resolve(uri))));
  const parts = pixels === undefined ? [] : (bulk.at(pixels.location) ?? []);
  const kept = await keepPixels(dataSet, parts, hold);
  const { transferSyntaxUid } = kept;
  for (const keyword of notOfTheInstance) dataSet.delete(keyword);
  for (const { tag } of [...dataSet.elements()]) if (tag < 0x00080000) dataSet.delete(tag);
  if (pixels === undefined) return { transferSyntaxUid, bytes: once(writeDataSet(dataSet, transferSyntaxUid)) };
  const frames = dataSet.number('NumberOfFrames') ?? 1;
  if (parts.length > 1 && parts.length !== frames) {
    throw new DicomError('bad-json', -1, 'PixelData', `${parts.length} parts for ${frames} frames`);
  }
  return { transferSyntaxUid, bytes: withPixels(dataSet, pixels.tag, kept) };
};

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

const valuesOf = async (
  { locations, pixels }: { readonly locations: readonly string[]; readonly pixels: string | undefined },
  bulk: BulkParts,
  hold: Hold,
) => {
  const values = new Map<string, Uint8Array>();
  let held = 0;
  for (const location of locations) {
    if (location === pixels) continue;
    const [part] = bulk.at(location) ?? [];
    held += part?.length ?? 0;
    if (held > mostHeld) throw new DicomError('too-long', -1, '', `${held} bytes of bulk data beside the pixels`);
    if (part === undefined) continue;
    hold.take(part.length);
    values.set(location, Buffer.concat(await Array.fromAsync(part.stream())));
  }
  return values;
};

async function* withPixels(
  dataSet: DataSet,
  tag: number,
  { parts, transferSyntaxUid }: KeptPixels,
): AsyncGenerator<Uint8Array, void> {
  const vr = dataSet.element(tag)?.vr ?? 'OW';
  const [before, behind] = [dataSet.clone(), dataSet.clone()];
  for (const element of [...dataSet.elements()]) (element.tag < tag ? behind : before).delete(element.tag);
  behind.delete(tag);
  yield writeDataSet(before, transferSyntaxUid);
  if (transferSyntax(transferSyntaxUid)?.encapsulated === false) yield* nativeElement(tag, vr, parts);
  else yield* fragments(parts);
  yield writeDataSet(behind, transferSyntaxUid);
}

/** Tag, VR and a length of 32 bits: PS3.5 7.1.2. */
async function* nativeElement(tag: number, vr: string, parts: KeptPixels['parts']): AsyncGenerator<Uint8Array, void> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > 0xfffffffe) throw new DicomError('too-long', -1, 'PixelData', `${length} bytes`);
  const header = Buffer.alloc(12);
  header.writeUInt16LE(tag >>> 16, 0);
  header.writeUInt16LE(tag & 0xffff, 2);
  header.write(vr, 4, 'latin1');
  header.writeUInt32LE(length + (length % 2), 8);
  yield header;
  for (const part of parts) yield* part.stream();
  if (length % 2 === 1) yield new Uint8Array(1);
}

/** Each part is one fragment: a frame, or a whole video. PS3.5 A.4. */
async function* fragments(parts: KeptPixels['parts']): AsyncGenerator<Uint8Array, void> {
  yield pixelDataStart(parts.map(({ length }) => length));
  for (const part of parts) {
    if (part.length > 0xfffffffe) throw new DicomError('too-long', -1, 'PixelData', `${part.length} bytes`);
    const [header] = pixelDataFragment(new Uint8Array(0));
    if (header !== undefined) yield fragmentHeader(header, part.length);
    yield* part.stream();
    if (part.length % 2 === 1) yield new Uint8Array(1);
  }
  yield pixelDataEnd();
}

const fragmentHeader = (empty: Uint8Array, length: number): Uint8Array => {
  const header = Buffer.from(empty);
  header.writeUInt32LE(length + (length % 2), 4);
  return header;
};
