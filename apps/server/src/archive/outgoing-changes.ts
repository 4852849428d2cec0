// The way out of objects that are changed on it: what was put right or coerced laid over them, what a peer is to get otherwise.
// The stored bytes stay what they are: ranges and frames are those of the file.
import { type ByteSource, type DataSet, readSource, writeDataSetStream, writePart10Stream } from '@concord/dicom';
import type { LentBytes } from '@concord/network';
import { applyOverlays } from '../patients/overlay.ts';
import type { Archive, StoredInstance } from './archive.ts';

type WayOut = Pick<
  Archive,
  'header' | 'headerBytes' | 'headerLeavingValues' | 'dataSetBytes' | 'part10Bytes' | 'lendDataSet' | 'lendPart10'
>;

/** The data set as it goes out; the same one where nothing is changed. */
export const changedDataSet = ({ changes, sopInstanceUid }: StoredInstance, dataSet: DataSet): DataSet => {
  if (!changes) return dataSet;
  const laid = applyOverlays(dataSet, changes.overlays);
  const edited = changes.edit?.(laid) ?? laid;
  if (edited.string('SOPInstanceUID') !== sopInstanceUid) edited.set('SOPInstanceUID', sopInstanceUid);
  return edited;
};

/** The instance with one more change to what goes out of it, after all others. */
export const alsoEdited = (instance: StoredInstance, edit: (dataSet: DataSet) => DataSet): StoredInstance => {
  const { overlays = [], edit: before } = instance.changes ?? {};
  return { ...instance, changes: { overlays, edit: (dataSet) => edit(before?.(dataSet) ?? dataSet) } };
};

/** What an entity tag or a cache must tell apart beside the stored bytes. */
export const changesMark = ({ changes }: StoredInstance): string => (changes ? JSON.stringify(changes.overlays) : '');

/** Tells an instance as it goes out from every other, and from itself before something was put right. */
export const outgoingMark = (instance: StoredInstance): string =>
  instance.sopInstanceUid + instance.digest + changesMark(instance);

/** The same way out for instances without changes; the others are written anew as they are read, long values passed through. */
export function withChanges<T extends WayOut>(wayOut: T): T {
  const whole = (instance: StoredInstance): ByteSource => ({
    read: async (offset, length) => {
      const end = Math.min(offset + length, instance.size);
      const start = offset - instance.dataSetOffset;
      if (offset >= end) return new Uint8Array();
      // The file's own front is read too: it says the transfer syntax.
      const chunks = await Array.fromAsync(wayOut.dataSetBytes(instance, { start, end: end - instance.dataSetOffset }));
      return Buffer.concat(chunks);
    },
  });
  const opened = async (instance: StoredInstance) => {
    const source = whole(instance);
    const { dataSet } = await readSource(source);
    return { source, dataSet: changedDataSet(instance, dataSet) };
  };
  const changedBytes = async function* (instance: StoredInstance): AsyncGenerator<Uint8Array> {
    const { source, dataSet } = await opened(instance);
    yield* writeDataSetStream(dataSet, instance.transferSyntaxUid, { source });
  };
  const changedFile = async function* (instance: StoredInstance): AsyncGenerator<Uint8Array> {
    const { source, dataSet } = await opened(instance);
    yield* writePart10Stream({ dataSet, transferSyntaxUid: instance.transferSyntaxUid }, { source });
  };
  return {
    ...wayOut,
    header: async (instance: StoredInstance) => changedDataSet(instance, await wayOut.header(instance)),
    headerLeavingValues: async (instance: StoredInstance) =>
      changedDataSet(instance, await wayOut.headerLeavingValues(instance)),
    headerBytes: async (instance: StoredInstance) => (instance.changes ? undefined : wayOut.headerBytes(instance)),
    dataSetBytes: (instance: StoredInstance, range?: { start: number; end: number }) =>
      instance.changes && !range ? changedBytes(instance) : wayOut.dataSetBytes(instance, range),
    part10Bytes: (instance: StoredInstance) =>
      instance.changes ? changedFile(instance) : wayOut.part10Bytes(instance),
    lendDataSet: (instance: StoredInstance): LentBytes => wayOut.lendDataSet(unchanged(instance)),
    lendPart10: (instance: StoredInstance): LentBytes => wayOut.lendPart10(unchanged(instance)),
  };
}

/** Lent bytes are those of the file: their length is told beforehand. */
function unchanged(instance: StoredInstance): StoredInstance {
  if (instance.changes) throw new TypeError('an instance that is changed on its way out cannot be lent');
  return instance;
}
