// Uploads that are being made: from their beginning until they are opened as media, given up or forgotten.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { MediaLimits } from './limits.ts';
import { MediaRefusal } from './media-refusal.ts';
import { createUpload, type Upload } from './uploads.ts';

export interface WaitingUploads {
  /** Throws MediaRefusal, and what the disk throws. */
  begin(): Promise<string>;
  /** Throws MediaRefusal 'no-such-upload'. */
  get(id: string): Upload;
  /** The same, which belongs to the caller from now on. */
  take(id: string): Upload;
  /** Deletes those to which nothing was added in a long time. */
  dropIdle(): Promise<void>;
}

export interface WaitingParts {
  readonly folder: string;
  /** Of each; 0: none is taken. */
  readonly bytes: number;
  readonly limits: MediaLimits;
  readonly now: () => Date;
}

export function createWaitingUploads({ folder, bytes, limits, now }: WaitingParts): WaitingUploads {
  const waiting = new Map<string, { readonly upload: Upload; askedAt: number }>();
  const find = (id: string) => {
    const each = waiting.get(id);
    if (!each) throw new MediaRefusal('no-such-upload');
    each.askedAt = now().getTime();
    return each.upload;
  };
  return {
    async begin() {
      if (bytes === 0) throw new MediaRefusal('not-allowed', 'uploads are switched off');
      if (waiting.size >= limits.open) throw new MediaRefusal('too-many', `${waiting.size} uploads are being made`);
      const id = randomBytes(8).toString('hex');
      waiting.set(id, {
        upload: await createUpload({ folder: join(folder, id), bytes, limits }),
        askedAt: now().getTime(),
      });
      return id;
    },
    get: find,
    take(id) {
      const upload = find(id);
      waiting.delete(id);
      return upload;
    },
    async dropIdle() {
      const since = now().getTime() - limits.idleMs;
      for (const [id, { upload, askedAt }] of waiting) {
        if (askedAt >= since) continue;
        waiting.delete(id);
        await upload.remove();
      }
    },
  };
}
