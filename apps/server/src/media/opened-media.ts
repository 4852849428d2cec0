// Media that are open: each with its contents, and what has to be cleared away when it is closed.
import { randomBytes } from 'node:crypto';
import type { FileSet, Medium } from '@concord/media';
import type { MediaLimits } from './limits.ts';
import { MediaRefusal } from './media-refusal.ts';

/** A medium that is open. */
export interface OpenedMedium {
  readonly id: string;
  /** What people call it: a folder, or how it was uploaded. */
  readonly title: string;
  readonly medium: Medium;
  readonly fileSet: FileSet;
  /** What was left out on the way here. */
  readonly notes: readonly string[];
  /** ISO 8601. */
  readonly openedAt: string;
}

export interface OpenedMedia {
  /** Throws MediaRefusal 'too-many'. */
  checkRoom(): void;
  add(medium: Omit<OpenedMedium, 'id' | 'openedAt'>, clear: () => Promise<void>): OpenedMedium;
  /** Throws MediaRefusal 'no-such-medium'. Whoever asks keeps it open. */
  get(id: string): OpenedMedium;
  list(): readonly OpenedMedium[];
  /** Throws MediaRefusal, and what clearing away throws. */
  close(id: string): Promise<void>;
  /** Closes those that nobody asked for in a long time, but none that is `isBusy`. */
  closeIdle(isBusy: (id: string) => boolean): Promise<void>;
}

interface Held {
  readonly opened: OpenedMedium;
  readonly clear: () => Promise<void>;
  askedAt: number;
}

export function createOpenedMedia(limits: Pick<MediaLimits, 'open' | 'idleMs'>, now: () => Date): OpenedMedia {
  const held = new Map<string, Held>();
  const find = (id: string): Held => {
    const each = held.get(id);
    if (!each) throw new MediaRefusal('no-such-medium');
    return each;
  };
  const close = async (id: string): Promise<void> => {
    const { clear } = find(id);
    held.delete(id);
    await clear();
  };
  return {
    checkRoom() {
      if (held.size >= limits.open) throw new MediaRefusal('too-many', `${held.size} media are open: close one first`);
    },
    add(medium, clear) {
      const id = randomBytes(8).toString('hex');
      const opened = { ...medium, id, openedAt: now().toISOString() };
      held.set(id, { opened, clear, askedAt: now().getTime() });
      return opened;
    },
    get(id) {
      const each = find(id);
      each.askedAt = now().getTime();
      return each.opened;
    },
    list: () => [...held.values()].map(({ opened }) => opened),
    close,
    async closeIdle(isBusy) {
      const since = now().getTime() - limits.idleMs;
      for (const [id, { askedAt }] of held) if (askedAt < since && !isBusy(id)) await close(id);
    },
  };
}
