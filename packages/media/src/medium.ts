// A medium as its readers see it: files by name, and bytes of them. File IDs are looked up among the names, and lead nowhere else. PS3.10 8.2, PS3.12 F.1
import type { ByteSource } from '@concord/dicom';

/** The files of a medium, however it is mounted: a folder, an upload, an archive. */
export interface Medium {
  /** Every file by its path from the root, components joined by `/`. */
  readonly paths: readonly string[];
  /** Bytes from an offset: as many as asked for, fewer only at the end, none beyond it. Rejects where the file cannot be read. */
  readonly read: (path: string, offset: number, length: number) => Promise<Uint8Array>;
}

/** The name of the directory in the root of a file-set. PS3.10 8.6 */
export const directoryName = 'DICOMDIR';

/** Most levels of folders of a File ID. PS3.10 8.2 */
const mostComponents = 8;

/** `IM1.;1` and `im1` are one name: ISO 9660 adds a version, other systems show lower case. PS3.12 F.1.2.1 */
const folded = (path: string): string =>
  path
    .split('/')
    .map((component) => component.toUpperCase().replace(/\.?(;\d+)?$/, ''))
    .join('/');

/** Whether the components are a File ID of the standard: one to eight of one to eight characters. PS3.10 8.2, 8.5 */
export const isFileId = (components: readonly string[]): boolean =>
  components.length >= 1 &&
  components.length <= mostComponents &&
  components.every((component) => /^[A-Z0-9_]{1,8}$/.test(component));

/** Whether a File ID would lead out of the file-set, were it taken for a path. */
export const leadsOutside = (components: readonly string[]): boolean =>
  components
    .flatMap((component) => component.split(/[/\\]/))
    .some(
      (part, at, { length }) =>
        part === '..' || part === '.' || /^[A-Za-z]:/.test(part) || (part === '' && at < length - 1),
    );

/** Finds the file that a File ID means: its path on the medium, or undefined. */
export type FindFile = (components: readonly string[]) => string | undefined;

/** Looks names up without regard to case, version and closing dot; an equal name goes first. */
export function fileFinder({ paths }: Medium): FindFile {
  const exact = new Set(paths);
  const byFolded = new Map<string, string>();
  for (const path of paths) if (!byFolded.has(folded(path))) byFolded.set(folded(path), path);
  return (components) => {
    const path = components.join('/').replaceAll('\\', '/');
    return exact.has(path) ? path : byFolded.get(folded(path));
  };
}

/** A file as a source of bytes. */
export const byteSource = (medium: Medium, path: string): ByteSource => ({
  read: (offset, length) => medium.read(path, offset, length),
});
