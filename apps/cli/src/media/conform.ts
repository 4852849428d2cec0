// Copies in a transfer syntax that a profile allows: what is in another one is converted to Explicit VR Little Endian. PS3.11
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DicomError, explicitVrLittleEndian } from '@concord/dicom';
import { ImagingError } from '@concord/imaging';
import { createImagingPool } from '@concord/imaging/node';
import { type ApplicationProfile, fileSource, type MediaSource } from '@concord/media';
import { readInstanceFile } from '../instance-file.ts';
import { progress } from '../progress.ts';
import type { Surroundings } from '../surroundings.ts';
import { transcodeFile } from '../transcode-file.ts';

/** Sources that the profile takes; what cannot be converted is told, with the reason. The files that were given stay as they are. */
export async function conformingSources(
  sources: readonly MediaSource[],
  { transferSyntaxes }: ApplicationProfile,
  folder: string,
  surroundings: Surroundings,
): Promise<{ readonly sources: readonly MediaSource[]; readonly failed: readonly string[] }> {
  await mkdir(folder, { recursive: true });
  const pool = createImagingPool();
  const bar = progress(surroundings, sources.length);
  const made: MediaSource[] = [];
  const failed: string[] = [];
  try {
    for (const [index, source] of sources.entries()) {
      surroundings.signal.throwIfAborted();
      bar.show(index + 1, 'looked at, or converted');
      const found = await readInstanceFile({ path: source.name, relative: '', size: source.size, explicit: true });
      const fits = 'transferSyntaxUid' in found && transferSyntaxes.includes(found.transferSyntaxUid);
      if (fits) made.push(source);
      else
        try {
          const transcoding = { pool, target: explicitVrLittleEndian, lossy: false };
          const bytes = await transcodeFile(await readFile(source.name), transcoding);
          const path = join(folder, String(index));
          await writeFile(path, bytes);
          made.push({ ...fileSource(path, bytes.length), name: source.name });
        } catch (error) {
          if (!(error instanceof DicomError) && !(error instanceof ImagingError)) throw error;
          failed.push(`${source.name}: ${error.message}`);
        }
    }
  } finally {
    bar.end();
    await pool.close();
  }
  return { sources: made, failed };
}
