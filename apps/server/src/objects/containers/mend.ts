// One object's bytes, written anew at its place in a container with their headers: for what a disk has damaged, also while it is read.
import { open } from 'node:fs/promises';
import { StoreError } from '../object-store.ts';
import type { ContainerPlace } from './container-names.ts';
import { layoutOf, type MemberNote, tarBlock, writeMember } from './tar-member.ts';

/**
 * Durable when the promise resolves. Throws StoreError 'cut-short' where there are fewer or more bytes than the place has.
 * @param note no longer than the one the member had: what lies before the member is not ours to write
 */
export async function mendInContainer(
  path: string,
  { offset, length }: ContainerPlace,
  note: MemberNote,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  const layout = layoutOf(length, note);
  // Larger objects have files of their own: this is a few megabytes at most.
  const member = Buffer.alloc(layout.length);
  writeMember(member, { size: length, note, time: 0 }, layout);
  const head = member.subarray(0, layout.dataOffset);
  const file = await open(path, 'r+');
  try {
    await file.write(head, 0, head.length, offset - head.length);
    let at = 0;
    for await (const chunk of bytes) {
      if (at + chunk.length > length) break;
      for (let done = 0; done < chunk.length; )
        done += (await file.write(chunk, done, chunk.length - done, offset + at + done)).bytesWritten;
      at += chunk.length;
    }
    if (at !== length) throw new StoreError('cut-short', `${length} bytes are expected`);
    // Where this was the last member, the file may have ended too early: members end at whole blocks.
    const end = offset + Math.ceil(length / tarBlock) * tarBlock;
    if ((await file.stat()).size < end) await file.truncate(end);
    await file.datasync();
  } finally {
    await file.close();
  }
}
