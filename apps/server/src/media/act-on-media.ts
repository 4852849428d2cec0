// What is done with chosen objects of an open medium: shown, imported, or sent to another system. PS3.4 I, PS3.10.
import type { FileSet } from '@concord/media';
import type { Archive, StoredInstance } from '../archive/archive.ts';
import type { Transfers } from '../transfers/open-transfers.ts';
import type { ActionReport, Actions, MediaAction, TakenSeries } from './actions.ts';
import { chosenInstances } from './contents.ts';
import type { MediaLimits } from './limits.ts';
import { MediaRefusal } from './media-refusal.ts';
import type { OpenedMedium } from './opened-media.ts';
import { sendThem } from './send-from-media.ts';
import type { Shelf } from './shelf.ts';
import { takeFiles } from './take-files.ts';

export interface ActParts {
  readonly archive: Pick<Archive, 'receive'>;
  readonly shelf: Shelf;
  readonly transfers: Pick<Transfers, 'add' | 'jobs' | 'watch' | 'control' | 'send'>;
  readonly isPeer: (aeTitle: string) => boolean;
  readonly node: string;
  readonly limits: MediaLimits;
  readonly actions: Actions;
}

/** What is to be done with what of a medium. */
export interface MediaWish {
  readonly kind: 'show' | 'import' | 'send';
  /** Branches by their names; none: all of it. */
  readonly items: readonly string[];
  /** Needed to send; of what is imported, where it goes afterwards. */
  readonly destination?: string | undefined;
  /** Who asks. */
  readonly cause: string;
}

const mostSeries = 1000;

const seriesOf = (taken: readonly StoredInstance[]): readonly TakenSeries[] => {
  const series = new Map(
    taken.map(({ studyInstanceUid, seriesInstanceUid }) => [
      `${studyInstanceUid} ${seriesInstanceUid}`,
      { studyInstanceUid, seriesInstanceUid },
    ]),
  );
  return [...series.values()].slice(0, mostSeries);
};

/** Of the whole medium: what is passed over is told, though nobody could choose it. */
function tellPassedOver({ passedOver }: Pick<FileSet, 'passedOver'>, { count, note }: ActionReport): void {
  for (const file of new Set(passedOver)) {
    count('skipped');
    note({ file, kind: 'skipped', text: 'its record is private or of no known type' });
  }
}

/** Takes its place behind the actions before it. Throws MediaRefusal. */
export function actOnMedium(parts: ActParts, opened: OpenedMedium, wish: MediaWish): MediaAction {
  const { kind, items, destination = '' } = wish;
  const { id, title, medium, fileSet } = opened;
  const entries = chosenInstances(fileSet, items);
  if (destination === '' ? kind === 'send' : !parts.isPeer(destination))
    throw new MediaRefusal('no-such-peer', destination);
  const work = async (report: ActionReport) => {
    const archive = kind === 'import' ? parts.archive : await parts.shelf.open(id);
    if (items.length === 0) tellPassedOver(fileSet, report);
    const taken = await takeFiles({
      ...{ medium, entries, archive, report },
      isForGood: kind === 'import',
      limits: parts.limits,
    });
    const uids = taken.map(({ sopInstanceUid }) => sopInstanceUid);
    if (kind !== 'import') parts.shelf.keep(id, uids);
    report.set({ series: seriesOf(taken) });
    report.signal.throwIfAborted();
    if (destination === '' || taken.length === 0) return;
    const sending = { destination, cause: wish.cause };
    if (kind === 'send') return sendThem(parts, { ...sending, instances: taken, title }, report);
    const selection = { sopInstanceUid: uids };
    const sent = await parts.transfers.send({ ...sending, selection, priority: 'medium' });
    if (sent.kind === 'queued') report.set({ job: sent.jobId });
  };
  return parts.actions.start({ kind, medium: id, title, destination, work });
}
