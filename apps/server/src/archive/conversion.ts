// A stored instance's data set in another transfer syntax, made while it is read. PS3.5 8.2, A.1 to A.4.
import {
  type ByteSource,
  explicitVrLittleEndian,
  fileMetaInformation,
  implicitVrLittleEndian,
  readDataSet,
  readSource,
  transferSyntax,
  writeDataSetStream,
} from '@concord/dicom';
import { ImagingError } from '@concord/imaging';
import { type ImagingPool, transcodeInstance } from '@concord/imaging/node';
import { implementation } from '@concord/network';
import type { Archive, ByteRange, StoredInstance } from './archive.ts';
import { changedDataSet } from './outgoing-changes.ts';

/** What a conversion is made with. */
export interface ConversionParts {
  readonly archive: Pick<Archive, 'header' | 'frames' | 'frame' | 'pixelData' | 'dataSetBytes'>;
  readonly imaging: ImagingPool;
}

/** True where pixels lie in the file as little endian cells, one frame behind the other. */
export const keptUncompressed = (uid: string): boolean =>
  uid === explicitVrLittleEndian || uid === implicitVrLittleEndian;

/**
 * The data set in `target`, without File Meta Information. Resolves when the first frame is converted, so that an instance
 * no codec can read fails before anything is sent. Never loses anything: a lossy target is refused.
 * @throws ImagingError, DicomError where it cannot be converted; ArchiveError where it cannot be read
 */
export async function convertedDataSet(
  instance: StoredInstance,
  target: string,
  parts: ConversionParts,
): Promise<AsyncIterable<Uint8Array>> {
  const { archive, imaging } = parts;
  const { transferSyntaxUid } = instance;
  const frames = await archive.frames(instance);
  if (frames.length === 0) return withoutPixels(instance, target, archive);
  if (keptUncompressed(target) && keptUncompressed(transferSyntaxUid)) return rewritten(instance, target, archive);
  checkFrames(instance, frames);
  const header = await archive.header(instance);
  const frame = (number: number) => archive.frame(instance, number);
  const vr = await swappedVr(instance, archive);
  const { dataSet } = await transcodeInstance(imaging, { header, transferSyntaxUid, frame, ...vr }, { target });
  const following = await elementsBehind(instance, frames, target, archive);
  return inOrder(dataSet, following);
}

/** A frame that is not there is known before anything is sent. @throws ImagingError truncated */
function checkFrames({ numberOfFrames }: StoredInstance, frames: readonly (readonly ByteRange[])[]): void {
  const there = frames.filter((runs) => runs.some(({ length }) => length > 0)).length;
  if (there < numberOfFrames) throw new ImagingError('truncated', `${there} of ${numberOfFrames} frames`);
}

/** The VR of big endian pixel data says which bytes are swapped; elsewhere it does not matter. PS3.5 7.3. */
export const swappedVr = async (
  instance: StoredInstance,
  archive: Pick<Archive, 'pixelData'>,
): Promise<{ readonly pixelDataVr?: string }> => {
  if (transferSyntax(instance.transferSyntaxUid)?.littleEndian !== false) return {};
  const pixelDataVr = (await archive.pixelData(instance))?.vr;
  return pixelDataVr === undefined ? {} : { pixelDataVr };
};

const isEncapsulated = (uid: string): boolean => transferSyntax(uid)?.encapsulated !== false;

/** Only images can be compressed. @throws ImagingError unsupported-image */
async function withoutPixels(instance: StoredInstance, target: string, archive: ConversionParts['archive']) {
  if (isEncapsulated(target)) throw new ImagingError('unsupported-image', 'it has no pixel data');
  if (transferSyntax(instance.transferSyntaxUid)?.deflated !== true) return rewritten(instance, target, archive);
  return writeDataSetStream(await archive.header(instance), target);
}

/** Element by element; long values pass through as they lie in the store. */
async function rewritten(instance: StoredInstance, target: string, archive: ConversionParts['archive']) {
  const source = asFile(instance, archive);
  const { dataSet } = await readSource(source);
  return writeDataSetStream(changedDataSet(instance, dataSet), target, { source });
}

/** The data set behind a File Meta Information that says its syntax, as a file that can be read anywhere. */
function asFile(instance: StoredInstance, archive: ConversionParts['archive']): ByteSource {
  const { classUid, versionName } = implementation;
  const meta = fileMetaInformation({
    ...instance,
    implementationClassUid: classUid,
    implementationVersionName: versionName,
  });
  const length = instance.size - instance.dataSetOffset;
  return {
    async read(offset, count) {
      const start = Math.max(0, offset - meta.length);
      const end = Math.min(offset + count - meta.length, length);
      const pieces = [meta.subarray(offset, offset + count)];
      if (start < end) pieces.push(...(await Array.fromAsync(archive.dataSetBytes(instance, { start, end }))));
      return Buffer.concat(pieces);
    },
  };
}

async function* inOrder(...runs: readonly AsyncIterable<Uint8Array>[]): AsyncGenerator<Uint8Array, void> {
  for (const run of runs) yield* run;
}

/** More than this behind the pixel data is left out, in bytes. */
const mostBehind = 16_777_216;
const sequenceDelimitation = Buffer.from('feffdde000000000', 'hex');

async function* nothing(): AsyncGenerator<Uint8Array, void> {}

/** Elements behind the pixel data, which a header does not have: padding, private ones. */
async function elementsBehind(
  instance: StoredInstance,
  frames: readonly (readonly ByteRange[])[],
  target: string,
  archive: ConversionParts['archive'],
): Promise<AsyncIterable<Uint8Array>> {
  const syntax = transferSyntax(instance.transferSyntaxUid);
  const pixelEnd = Math.max(...(frames.at(-1) ?? []).map(({ offset, length }) => offset + length));
  const start = pixelEnd + (pixelEnd % 2);
  const length = instance.size - instance.dataSetOffset - start;
  if (syntax?.deflated === true || length <= 0 || length > mostBehind) return nothing();
  const bytes = Buffer.concat(await Array.fromAsync(archive.dataSetBytes(instance, { start, end: start + length })));
  const delimited = syntax?.encapsulated === true && bytes.indexOf(sequenceDelimitation) === 0;
  const rest = delimited ? bytes.subarray(sequenceDelimitation.length) : bytes;
  if (rest.length === 0 || (syntax?.encapsulated === true && !delimited)) return nothing();
  const encoding = isEncapsulated(target) ? explicitVrLittleEndian : target;
  return writeDataSetStream(readDataSet(rest, instance.transferSyntaxUid), encoding);
}
