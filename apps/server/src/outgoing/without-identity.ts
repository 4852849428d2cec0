// A stored instance as it goes out without identity, under the same new UIDs each time. PS3.15 E.1.
import { DataSet, DicomError } from '@concord/dicom';
import { type ConfidentialityOption, deidentify } from '@concord/dicom/deidentify';
import type { StoredInstance } from '../archive/archive.ts';

/** By the Basic Profile and the options; both parts agree on the SOP Instance UID. */
export interface WithoutIdentity {
  readonly uidOf: (instance: StoredInstance) => string;
  readonly edit: (dataSet: DataSet) => DataSet;
}

/** The same object always gets the same UIDs: sent twice, it is one. */
export function withoutIdentity(options: readonly ConfidentialityOption[], secret: Uint8Array): WithoutIdentity {
  const uidOf = ({ sopClassUid, sopInstanceUid }: StoredInstance): string => {
    const alone = new DataSet();
    alone.set('SOPClassUID', sopClassUid);
    alone.set('SOPInstanceUID', sopInstanceUid);
    const uid = deidentify(alone, { secret, options }).dataSet.string('SOPInstanceUID');
    if (uid === undefined) throw new DicomError('bad-value', -1, 'SOPInstanceUID', 'no pseudonym');
    return uid;
  };
  return { uidOf, edit: (dataSet: DataSet) => deidentify(dataSet, { secret, options }).dataSet };
}

/** Gives any instance as one without identity; the secret is asked for when the first one is. */
export const createAnonymous =
  (secret: () => Uint8Array) =>
  (instance: StoredInstance): StoredInstance => {
    const { uidOf, edit } = withoutIdentity([], secret());
    return { ...instance, sopInstanceUid: uidOf(instance), changes: { overlays: [], ...instance.changes, edit } };
  };
