// Storage SOP Classes. PS3.4 B.5 and GG.3.
import { storageUids } from './storage-sop-class.generated.ts';
import { describeUid } from './uid.ts';

/** One SOP Class of the Storage or Non-Patient Object Storage service class. */
export interface StorageSopClass {
  readonly uid: string;
  readonly name: string;
  readonly keyword: string;
  readonly retired: boolean;
}

/** Every storage SOP Class of the standard, the retired ones included. */
export const storageSopClasses: readonly StorageSopClass[] = storageUids.split('\n').map((text) => {
  const uid = text.replace('~', '1.2.840.10008.5.1.4.');
  const { name = uid, keyword = '', retired = false } = describeUid(uid) ?? {};
  return { uid, name, keyword, retired };
});

const byUid: ReadonlySet<string> = new Set(storageSopClasses.map((s) => s.uid));

/** Whether a UID names a storage SOP Class of the standard. */
export const isStorageSopClass = (uid: string): boolean => byUid.has(uid);
