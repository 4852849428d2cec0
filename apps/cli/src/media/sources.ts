// Files of this machine as sources of a file-set: those that are instances.
import { fileSource, type MediaSource } from '@concord/media';
import { filesBelow, type NamedFile } from '../files.ts';
import { readInstanceFile } from '../instance-file.ts';

/** What there is to write. */
export interface LocalSources {
  readonly sources: readonly MediaSource[];
  /** Files in folders that are no instances. */
  readonly passedBy: number;
  /** What was named and cannot be written, with the reason. */
  readonly failed: readonly string[];
}

/** Looks at the head of each file: folders hold more than instances, above all an older DICOMDIR. @throws CliError `usage` */
export async function localSources(paths: readonly string[]): Promise<LocalSources> {
  const sources: MediaSource[] = [];
  const failed: string[] = [];
  let passedBy = 0;
  for await (const file of filesBelow(paths)) {
    const reason = await whyNot(file);
    if (reason === undefined) sources.push(fileSource(file.path, file.size));
    else if (reason === 'foreign') passedBy += 1;
    else failed.push(`${file.path}: ${reason}`);
  }
  return { sources, passedBy, failed };
}

/** `foreign`: it only lay in the folder. */
async function whyNot(file: NamedFile): Promise<string | undefined> {
  const instance = await readInstanceFile(file);
  if (!('kind' in instance)) return undefined;
  return instance.kind === 'foreign' && !file.explicit ? 'foreign' : instance.reason;
}
