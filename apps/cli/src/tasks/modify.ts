// Elements set and removed in one file; what is not touched stays byte for byte. PS3.5 chapter 7.
import { randomBytes } from 'node:crypto';
import { type DataSet, DicomError, newUid, parseTag, writePart10 } from '@concord/dicom';
import type { Key } from '../keys.ts';
import { readDicom, rewriting } from './task.ts';

export interface ModifyTask {
  readonly set: readonly Key[];
  readonly remove: readonly Key[];
  /** Each new file gets a SOP Instance UID of its own. */
  readonly newInstance: boolean;
}

/** `concord modify` for one file. */
export const modifyTask = (options: ModifyTask) => rewriting((bytes) => modified(bytes, options));

function modified(bytes: Uint8Array, { set, remove, newInstance }: ModifyTask): Uint8Array {
  const file = readDicom(bytes);
  for (const { path } of remove) file.dataSet.delete(path);
  for (const { path, value } of set) setElement(file.dataSet, path, value);
  if (newInstance) file.dataSet.set('SOPInstanceUID', newUid(randomBytes(16)));
  agree(file.meta, file.dataSet, 'MediaStorageSOPInstanceUID', 'SOPInstanceUID');
  agree(file.meta, file.dataSet, 'MediaStorageSOPClassUID', 'SOPClassUID');
  return writePart10(file);
}

function setElement(dataSet: DataSet, path: string, value: string): void {
  const tag = parseTag(path);
  // Group 0002 and 0000 are no part of a data set. PS3.5 7.1.
  if (tag !== undefined && tag < 0x0004_0000)
    throw new DicomError('bad-path', -1, path, 'not an element of a data set');
  dataSet.set(path, value === '' ? null : value.split('\\'));
}

/** The meta information says the same as the data set. PS3.10 7.1. */
function agree(meta: DataSet, dataSet: DataSet, metaKeyword: string, keyword: string): void {
  const value = dataSet.string(keyword);
  if (meta.has(metaKeyword) && value !== undefined && meta.string(metaKeyword) !== value) meta.set(metaKeyword, value);
}
