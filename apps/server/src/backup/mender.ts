// Puts the right bytes where an object of the index lies, wherever that is: a file, a place in a container, S3.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { splitPart10 } from '../archive/part10-stream.ts';
import { containerName, containersFolder, placeOfKey } from '../objects/containers/container-names.ts';
import { mendInContainer } from '../objects/containers/mend.ts';
import type { MemberNote } from '../objects/containers/tar-member.ts';
import { syncFolder } from '../objects/file-supply.ts';
import { isS3Key } from '../objects/s3/s3-names.ts';
import type { S3PutBack } from '../objects/s3/s3-put-back.ts';
import { s3SettingsOf, secondStoreOf } from '../settings/s3-settings.ts';
import type { Configuration } from '../settings/settings.ts';
import { writeWhole } from './durable-file.ts';
import type { ObjectName } from './restore-place.ts';
import { writeToS3 } from './write-to-s3.ts';

/** An object as it was received. */
export interface RightObject extends ObjectName {
  /** CRC-32 of its bytes from `from` to its end, in hexadecimal. */
  readonly crc: string;
  readonly from: number;
  /** Its bytes, each time anew. */
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

export interface Mender {
  /** Durable when the promise resolves; an archive may be at work. Throws what source, disk and S3 throw. */
  mend(object: RightObject): Promise<void>;
  close(): Promise<void>;
}

/** Throws StoreError where the bucket is not there or may not be used. */
export async function openMender(configuration: Configuration): Promise<Mender> {
  const folder = join(configuration.data, 'objects');
  const settings = s3SettingsOf(configuration) ?? secondStoreOf(configuration);
  let s3: S3PutBack | undefined;
  if (settings) s3 = await (await import('../objects/s3/s3-put-back.ts')).openS3PutBack(settings);
  return {
    async mend(object) {
      const { key, bytes } = object;
      if (s3 && isS3Key(key)) {
        await writeToS3(s3.create(key), bytes(), {});
        return;
      }
      const place = placeOfKey(key);
      const container = place && join(folder, containersFolder, containerName(place.container));
      if (place && container !== undefined && (await isFile(container)))
        return mendInContainer(container, place, await noteOf(object), bytes());
      // Without its container an object has a file of its own, in a folder of the container's name.
      await writeWhole(join(folder, key), bytes());
      await syncFolder(join(folder, key, '..'));
    },
    close: async () => s3?.close(),
  };
}

/** The shortest note that a start after a crash, or a new index, can use: whom it came from only the index knows. */
async function noteOf({ number, crc, from, bytes }: RightObject): Promise<MemberNote> {
  const file = await splitPart10(bytes());
  const transferSyntaxUid = file?.meta.string('TransferSyntaxUID') ?? '';
  if (file) for await (const _first of file.dataSet) break;
  const about = JSON.stringify({ transferSyntaxUid, origin: { via: 'import' }, receivedAt: new Date().toISOString() });
  return { number, digest: Number.parseInt(crc, 16), from, about };
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
