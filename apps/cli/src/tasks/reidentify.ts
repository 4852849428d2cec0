// One file as it was before de-identification: by a kept map, or by a key to its encrypted attributes. PS3.15 E.1.2.
import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type DataSet, DicomError, writePart10 } from '@concord/dicom';
import { encryptedAttributes, reidentify, restoreAttributes } from '@concord/dicom/deidentify';
import { CliError } from '../cli-error.ts';
import { unseal } from '../cms/envelope.ts';
import { readMap } from '../map-file.ts';
import { type Unnamed, writeUnnamed } from '../new-file.ts';
import { readDicom, type Task } from './task.ts';

export interface ReidentifyTask {
  /** Path of the map; '' where the key is used. */
  readonly map: string;
  /** A private key, PEM; '' where the map is used. */
  readonly key: string;
}

/** `concord deidentify --reidentify` for one file. */
export function reidentifyTask({ map, key }: ReidentifyTask): Task<{ readonly file: Unnamed }> {
  const index = map === '' ? undefined : readMap(map);
  index?.catch(() => {}); // told by the first file
  const privateKey = key === '' ? undefined : createPrivateKey(key);
  const restored = async (dataSet: DataSet): Promise<DataSet> => {
    const uid = dataSet.string('SOPInstanceUID') ?? '';
    if (privateKey) return decrypted(dataSet, (content) => unseal(content, privateKey));
    const entry = await (await index)?.find(uid);
    if (!entry) throw new CliError('failed', `the map has nothing of ${uid || 'an object without SOP Instance UID'}`);
    return reidentify(dataSet, entry);
  };
  return async ({ path }, target) => {
    const { dataSet, transferSyntaxUid } = readDicom(await readFile(path));
    const original = await restored(dataSet);
    return { file: await writeUnnamed(target, [writePart10({ dataSet: original, transferSyntaxUid })]) };
  };
}

function decrypted(dataSet: DataSet, open: (content: Uint8Array) => Uint8Array): DataSet {
  const items = encryptedAttributes(dataSet);
  let reason: unknown = new DicomError('bad-value', -1, 'EncryptedAttributesSequence', 'no encrypted attributes');
  for (const { content, transferSyntaxUid } of items)
    try {
      return restoreAttributes(dataSet, open(content), transferSyntaxUid);
    } catch (error) {
      reason = error;
    }
  throw reason;
}
