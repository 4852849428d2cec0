// One object's bytes to S3, kept only when what was seen of them is accepted.
import { type ObjectWriter, StoreError } from '../objects/object-store.ts';
import { BackupError } from './backup-error.ts';
import { createWatcher, type Seen, type WriteOptions } from './durable-file.ts';

/** There when the promise resolves, if it was accepted. Throws BackupError where S3 is at fault, and what the source throws. */
export async function writeToS3(
  writer: ObjectWriter,
  bytes: AsyncIterable<Uint8Array>,
  { crcFrom = 0, before, accept = () => true }: WriteOptions,
): Promise<Seen> {
  const watcher = createWatcher(crcFrom);
  try {
    for await (const chunk of bytes) {
      await before?.(chunk.length);
      watcher.see(chunk);
      await atS3(async () => writer.write(chunk));
    }
    const seen = watcher.seen();
    if (accept(seen))
      await atS3(() => writer.commit({ digest: Number.parseInt(seen.crc, 16), from: crcFrom, about: '' }));
    else await writer.abandon();
    writer.settle();
    return seen;
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

async function atS3(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new BackupError(error.fault === 'full' ? 'target-full' : 'not-writable', `S3: ${error.message}`, error);
  }
}
