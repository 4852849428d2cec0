// A medium below the folder in which its DICOMDIR lies: what is copied, packed or uploaded is often one folder deeper. PS3.10 8.6.
import type { Medium } from '@concord/media';
import { isDirectoryName } from './folders.ts';

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** The same medium where a DICOMDIR lies in its root, or none lies anywhere; else what lies below the first one that is least deep. */
export function rooted(medium: Medium): Medium {
  const folders = medium.paths
    .filter((path) => isDirectoryName(path.slice(path.lastIndexOf('/') + 1)))
    .map(folderOf)
    .sort((one, other) => one.split('/').length - other.split('/').length || (one < other ? -1 : 1));
  const [root = ''] = folders;
  if (root === '') return medium;
  return {
    paths: medium.paths.filter((path) => path.startsWith(root)).map((path) => path.slice(root.length)),
    read: (path, offset, length) => medium.read(root + path, offset, length),
  };
}
