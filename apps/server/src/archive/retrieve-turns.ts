// What a retrieve sends: which objects is settled when it is asked for, what each is when its turn comes. PS3.4 C.4.2, C.4.3.
import { isDeepStrictEqual } from 'node:util';
import type { OutgoingInstance, Retrieval } from '@concord/network';
import { type Archive, ArchiveError, type StoredInstance } from './archive.ts';
import { readAhead } from './read-ahead.ts';

export interface TurnParts {
  readonly archive: Pick<Archive, 'instances'>;
  readonly sendable: (instance: StoredInstance) => OutgoingInstance;
  /** Milliseconds, never going back. */
  readonly now?: () => number;
}

/** What was looked up longer ago is looked up again before it goes out. */
const freshMs = 1000;
/** Looked up again together: a quick retrieve of thousands asks the index once for so many. */
const lot = 50;

/** The list is fixed, as the counts of the first response are; what is put right or taken out meanwhile goes out put right, or fails. */
export function retrieveTurns(
  stored: readonly StoredInstance[],
  { archive, sendable, now = () => performance.now() }: TurnParts,
): Required<Pick<Retrieval, 'instances' | 'current' | 'ended'>> {
  const { instances, ended } = readAhead(stored.map(sendable));
  const places = new Map(instances.map((instance, place) => [instance, place]));
  let looked = { at: now(), until: stored.length, byUid: new Map(stored.map((each) => [each.sopInstanceUid, each])) };
  const lookAt = async (place: number): Promise<StoredInstance | undefined> => {
    const uid = stored[place]?.sopInstanceUid ?? '';
    if (now() - looked.at < freshMs && place < looked.until) return looked.byUid.get(uid);
    const at = now();
    const sopInstanceUid = stored.slice(place, place + lot).map((each) => each.sopInstanceUid);
    const found = await archive.instances({ sopInstanceUid });
    looked = { at, until: place + lot, byUid: new Map(found.map((each) => [each.sopInstanceUid, each])) };
    return looked.byUid.get(uid);
  };
  return {
    instances,
    ended,
    async current(instance) {
      const place = places.get(instance);
      if (place === undefined) return instance;
      const found = await lookAt(place);
      if (!found) throw new ArchiveError('no-such-instance', 'it was taken out meanwhile');
      return isDeepStrictEqual(found, stored[place]) ? instance : sendable(found);
    },
  };
}
