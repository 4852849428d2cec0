// Objects of opened media that are looked at or sent without being imported: an archive of its own, gone when they are closed.
import type { Archive } from '../archive/archive.ts';
import type { StudyPresentationState } from '../presentation-states/states-of-study.ts';

/** An archive that is there only while somebody needs it. */
export interface OpenedShelf {
  readonly archive: Archive;
  readonly presentationStates: (studyInstanceUid: string) => Promise<readonly StudyPresentationState[]>;
  close(): Promise<void>;
}

export interface Shelf {
  /** Opens it where it is not open, for a medium that keeps it open. Throws what opening throws. */
  open(medium: string): Promise<Archive>;
  /** Undefined while nothing of any medium is shown. */
  readonly opened: OpenedShelf | undefined;
  /** What a medium brought; it goes with it. */
  keep(medium: string, sopInstanceUids: readonly string[]): void;
  /** Takes out what only this medium brought; the last one takes the shelf away. */
  clear(medium: string): Promise<void>;
  close(): Promise<void>;
}

const atOnce = 500;

/** @param openShelf makes an empty one, in a folder of its own */
export function createShelf(openShelf: () => Promise<OpenedShelf>): Shelf {
  let opening: Promise<OpenedShelf> | undefined;
  let opened: OpenedShelf | undefined;
  const kept = new Map<string, Set<string>>();

  const takeAway = async () => {
    const going = opening;
    [opening, opened] = [undefined, undefined];
    await (await going?.catch(() => undefined))?.close();
  };
  return {
    async open(medium) {
      kept.set(medium, kept.get(medium) ?? new Set());
      opening ??= openShelf();
      const mine = opening;
      try {
        const shelf = await mine;
        if (opening === mine) opened = shelf;
        return shelf.archive;
      } catch (error) {
        if (opening === mine) opening = undefined;
        throw error;
      }
    },
    get opened() {
      return opened;
    },
    keep(medium, sopInstanceUids) {
      const own = kept.get(medium) ?? new Set();
      for (const uid of sopInstanceUids) own.add(uid);
      kept.set(medium, own);
    },
    async clear(medium) {
      const own = kept.get(medium);
      if (!own) return;
      kept.delete(medium);
      if (kept.size === 0) return takeAway();
      const others = [...kept.values()];
      const alone = [...own].filter((uid) => !others.some((each) => each.has(uid)));
      if (opened) await removeFrom(opened.archive, alone);
    },
    close: takeAway,
  };
}

async function removeFrom(archive: Archive, uids: readonly string[]): Promise<void> {
  const note = { by: 'media', reason: 'the medium was closed' };
  for (let from = 0; from < uids.length; from += atOnce) {
    const instances = await archive.instances({ sopInstanceUid: uids.slice(from, from + atOnce) });
    if (instances.length === 0) continue;
    const sopInstanceUid = instances.map((instance) => instance.sopInstanceUid);
    await archive.reject({ sopInstanceUid }, note);
    for (const study of new Set(instances.map(({ studyInstanceUid }) => studyInstanceUid)))
      await archive.purge(study, note, { sopInstanceUids: sopInstanceUid });
  }
}
