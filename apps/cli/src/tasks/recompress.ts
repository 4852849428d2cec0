// Compressed pixel data made native and back, where regions of it are to be made black. PS3.5 8.2, A.4.
import { explicitVrLittleEndian, type Part10File, writePart10 } from '@concord/dicom';
import { losslessCompressions } from '@concord/imaging';
import { createImagingPool, type ImagingPool } from '@concord/imaging/node';
import { transcodeFile } from '../transcode-file.ts';
import { readDicom } from './task.ts';

/** Its threads end with the program, or the thread, that holds it. */
let pool: ImagingPool | undefined;

/** The same file with native pixel data. */
export async function uncompressed(file: Part10File): Promise<Part10File> {
  pool ??= createImagingPool({ threads: 1 });
  const target = explicitVrLittleEndian;
  return readDicom(await transcodeFile(writePart10(file), { pool, target, lossy: false }));
}

/** A file compressed as it was before; as it is where that would lose something. */
export async function compressed(bytes: Uint8Array, transferSyntaxUid: string): Promise<Uint8Array> {
  if (!pool || !losslessCompressions.includes(transferSyntaxUid)) return bytes;
  return transcodeFile(bytes, { pool, target: transferSyntaxUid, lossy: false });
}
