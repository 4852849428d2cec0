// What a check of index against store can find, and what a person does about it.

export const findingKinds = {
  'missing file': {
    text: 'the index has an object whose file is not there',
    remedy: 'put it back from a backup (concord restore BACKUP --missing), or reindex and have it sent again',
  },
  'wrong size': {
    text: 'the file is longer or shorter than when the object was received',
    remedy: 'put the file back from a backup (concord restore BACKUP --missing)',
  },
  'wrong digest': {
    text: 'the bytes of the data set are not those that were received',
    remedy: 'put the file back from a backup (concord restore BACKUP --missing), and have the disk checked',
  },
  unreadable: {
    text: 'the file cannot be read',
    remedy: 'look at the permissions and at the disk; then verify again',
  },
  'file without row': {
    text: 'a stored object is not in the index',
    remedy: 'concord reindex brings it back into the index',
  },
  unfinished: {
    text: 'an object was being received when the server ended unexpectedly',
    remedy: 'start the server: it indexes what is whole and removes the rest',
  },
  'foreign file': {
    text: 'a file in the object store that no server put there',
    remedy: 'move it away; concord store sends it, if it is a DICOM file that belongs here',
  },
  'wrong count': {
    text: 'a study says another number of instances than it has',
    remedy: 'concord reindex counts again',
  },
} as const satisfies Record<string, { readonly text: string; readonly remedy: string }>;

export type FindingKind = keyof typeof findingKinds;

/** One thing that is not as it should be. */
export interface Finding {
  readonly kind: FindingKind;
  /** Name in the object store; '' where the finding is about rows alone. */
  readonly key: string;
  readonly studyInstanceUid?: string;
  readonly sopInstanceUid?: string;
  /** What was expected and what is there, in words. */
  readonly detail: string;
}
