// An instance that a peer sends, kept as a Part 10 file. Its name is ours: a checked UID, never a path from the wire. PS3.10 7.1.
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DataSet, DicomError, fileMetaInformation, isUid, scanInstance } from '@concord/dicom';
import { implementation, type PresentationContext, type Status, type StoreRequest } from '@concord/network';

/** What is looked at of a C-STORE request. */
type Incoming = Pick<StoreRequest, 'affectedSopClassUid' | 'affectedSopInstanceUid'> & {
  readonly dataSet: AsyncIterable<Uint8Array>;
};

/** Statuses of a C-STORE response. PS3.4 B.2.3. */
const statuses = { success: 0x0000, outOfResources: 0xa700, contradiction: 0xa900, notUnderstood: 0xc000 };

/**
 * Keeps one instance in `folder` as `<SOP Instance UID>.dcm`, replacing an older copy. Success is answered only when the
 * file is complete, of what was asked for, on the disk and under its name; whatever goes wrong before leaves nothing behind.
 */
export async function keep(
  folder: string,
  request: Incoming,
  context: PresentationContext,
  isWanted: (header: DataSet) => boolean = () => true,
): Promise<Status> {
  const { affectedSopClassUid: sopClassUid, affectedSopInstanceUid: sopInstanceUid, dataSet } = request;
  if (!isUid(sopClassUid) || !isUid(sopInstanceUid))
    return { code: statuses.contradiction, comment: 'SOP Class UID or SOP Instance UID is no UID' };
  const unfinished = join(folder, `.${sopInstanceUid}.part`);
  try {
    await using file = await open(unfinished, 'w');
    await file.write(metaOf(sopClassUid, sopInstanceUid, context.transferSyntax));
    const header = await writeAll(file, dataSet, context.transferSyntax);
    const isNamed = header?.string('SOPInstanceUID') === sopInstanceUid;
    if (!isNamed || !isWanted(header)) {
      await rm(unfinished, { force: true });
      const comment = isNamed ? 'nobody asked for this object' : 'the data set has another SOP Instance UID';
      return { code: statuses.contradiction, comment };
    }
    await file.sync();
    await rename(unfinished, join(folder, `${sopInstanceUid}.dcm`));
    return { code: statuses.success };
  } catch (error) {
    await rm(unfinished, { force: true });
    if (error instanceof DicomError) return { code: statuses.notUnderstood, comment: error.message };
    if (error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT'].includes(String(error.code)))
      return { code: statuses.outOfResources, comment: 'no space left for the file' };
    throw error;
  }
}

const metaOf = (sopClassUid: string, sopInstanceUid: string, transferSyntaxUid: string) =>
  fileMetaInformation({
    sopClassUid,
    sopInstanceUid,
    transferSyntaxUid,
    implementationClassUid: implementation.classUid,
    implementationVersionName: implementation.versionName,
  });

/** Writes the data set as it arrives; its header. Throws DicomError when it ends inside an element. */
async function writeAll(file: FileHandle, dataSet: AsyncIterable<Uint8Array>, transferSyntaxUid: string) {
  const scanner = scanInstance(transferSyntaxUid);
  for await (const chunk of dataSet) {
    scanner.push(chunk);
    for (let written = 0; written < chunk.length; )
      written += (await file.write(chunk, written, chunk.length - written)).bytesWritten;
  }
  scanner.end();
  return scanner.header;
}
