// Files out of what was dropped or chosen, folders and all that is in them. File and Directory Entries API.

/** A file that is read only when its turn comes. */
export interface WaitingFile {
  /** With the folders it came in. */
  readonly path: string;
  open(): Promise<Blob>;
}

/** The parts of FileSystemEntry that are used. */
export interface Entry {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly fullPath: string;
}
interface FileEntry extends Entry {
  file(found: (file: Blob) => void, failed: (error: unknown) => void): void;
}
interface DirectoryEntry extends Entry {
  createReader(): { readEntries(found: (entries: readonly Entry[]) => void, failed: (error: unknown) => void): void };
}

const isFile = (entry: Entry): entry is FileEntry => entry.isFile && 'file' in entry;
const isDirectory = (entry: Entry): entry is DirectoryEntry => entry.isDirectory && 'createReader' in entry;

/** Folders within folders beyond this depth are left out: only a loop goes deeper. */
const deepest = 64;

/** A folder gives its entries in portions, until one is empty. */
async function* entriesOf(folder: DirectoryEntry): AsyncGenerator<Entry, void> {
  const reader = folder.createReader();
  for (;;) {
    const portion = await new Promise<readonly Entry[]>((found, failed) => reader.readEntries(found, failed));
    if (portion.length === 0) return;
    yield* portion;
  }
}

/** What a file system puts beside files for itself. */
const isLitter = (path: string): boolean => /(?:^|\/)(?:\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*)$/u.test(path);

/** Every file below the entries, folder by folder. A folder that cannot be read comes as a file that cannot be opened. */
export async function* filesBelow(entries: Iterable<Entry>, depth = 0): AsyncGenerator<WaitingFile, void> {
  for (const entry of entries) {
    const path = entry.fullPath.replace(/^\//u, '');
    if (isFile(entry)) {
      if (!isLitter(path)) yield { path, open: () => new Promise((found, failed) => entry.file(found, failed)) };
    } else if (isDirectory(entry) && depth < deepest) {
      try {
        for await (const inner of entriesOf(entry)) yield* filesBelow([inner], depth + 1);
      } catch (error) {
        yield { path: `${path}/`, open: () => Promise.reject(error) };
      }
    }
  }
}

/** The parts of a DataTransferItem that are used. */
type DroppedItem = Pick<DataTransferItem, 'kind' | 'webkitGetAsEntry' | 'getAsFile'>;

/**
 * What was dropped, files and folders. The items must be looked at while the drop event runs, afterwards they are
 * empty; so everything is taken at once, and only its contents later.
 */
export const filesDropped = (items: Iterable<DroppedItem>): AsyncIterable<WaitingFile> | undefined => {
  const entries: Entry[] = [];
  const files: File[] = [];
  for (const item of items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry();
    const file = entry === null ? item.getAsFile() : null;
    if (entry !== null) entries.push(entry);
    else if (file !== null) files.push(file);
  }
  return entries.length + files.length === 0 ? undefined : filesOfDrop(entries, files);
};

async function* filesOfDrop(entries: readonly Entry[], files: readonly File[]): AsyncGenerator<WaitingFile, void> {
  yield* filesBelow(entries);
  yield* filesChosen(files);
}

/** Files of an input element; those of a chosen folder know their path in it. */
export async function* filesChosen(files: Iterable<File>): AsyncGenerator<WaitingFile, void> {
  for (const file of files) {
    const path = file.webkitRelativePath || file.name;
    if (!isLitter(path)) yield { path, open: () => Promise.resolve(file) };
  }
}
