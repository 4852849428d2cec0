// `concord modify`: sets and removes elements in files; what is not touched stays byte for byte. PS3.5 chapter 7.
import { randomBytes } from 'node:crypto';
import { type DataSet, DicomError, newUid, parseTag, writePart10 } from '@concord/dicom';
import { Command } from 'commander';
import { CliError } from './cli-error.ts';
import { type EachFileOptions, eachFile, readDicom, withFiles } from './each-file.ts';
import { collectKeys, type Key } from './keys.ts';
import type { Surroundings } from './surroundings.ts';

interface ModifyOptions extends EachFileOptions {
  readonly set?: readonly Key[];
  readonly remove?: readonly Key[];
  readonly newInstance?: true;
}

const examples = `
Several values are separated by \\; an empty value makes the element empty. A step into a sequence is [0].

Examples:
  concord modify study/ --to changed --set PatientID=123 --set 'PatientName=DOE^JANE'
  concord modify image.dcm --in-place --remove PatientComments --remove 'RequestAttributesSequence[0].ScheduledProcedureStepID'`;

/** The command. */
export const modify = (surroundings: Surroundings): Command =>
  withFiles(new Command('modify'))
    .description('sets and removes elements of DICOM files')
    .option('-s, --set <key=value>', 'sets an element; may be given several times', collectKeys)
    .option('-r, --remove <attribute>', 'removes an element; may be given several times', collectKeys)
    .option('--new-instance', 'gives every new file a SOP Instance UID of its own')
    .addHelpText('after', examples)
    .action(async (paths: readonly string[], options: ModifyOptions) => {
      const { set = [], remove = [], newInstance } = options;
      if (set.length + remove.length === 0 && !newInstance)
        throw new CliError('usage', 'say what to change: --set, --remove or --new-instance');
      const uid = newInstance ? () => newUid(randomBytes(16)) : undefined;
      const make = (bytes: Uint8Array) => modified(bytes, set, remove, uid);
      await eachFile(paths, options, { done: 'modified', make }, surroundings);
    });

function modified(bytes: Uint8Array, set: readonly Key[], remove: readonly Key[], uid?: () => string): Uint8Array {
  const file = readDicom(bytes);
  for (const { path } of remove) file.dataSet.delete(path);
  for (const { path, value } of set) setElement(file.dataSet, path, value);
  if (uid) file.dataSet.set('SOPInstanceUID', uid());
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
