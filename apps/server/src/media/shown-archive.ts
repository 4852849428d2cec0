// The shelf of opened media as an archive that can be handed out before it is there: empty as long as nothing is shown.
import { type Archive, ArchiveError } from '../archive/archive.ts';
import type { Shelf } from './shelf.ts';

const nobody = () => () => undefined;

/** Reads what is shown; nothing can be put into it this way. */
export function shownArchive(shelf: Pick<Shelf, 'opened'>): Archive {
  const there = (): Archive => {
    if (!shelf.opened) throw new ArchiveError('no-such-instance', 'no medium is shown');
    return shelf.opened.archive;
  };
  const refused = async (): Promise<never> => {
    throw new ArchiveError('store-failed', 'nothing is stored with what media show');
  };
  return {
    receive: refused,
    receivePart10: refused,
    find: (...asked) => there().find(...asked),
    findForPeer: (...asked) => there().findForPeer(...asked),
    findTexts: (...asked) => there().findTexts(...asked),
    count: async (...asked) => there().count(...asked),
    instances: async (selection) => (await shelf.opened?.archive.instances(selection)) ?? [],
    header: async (instance) => there().header(instance),
    headerLeavingValues: async (instance) => there().headerLeavingValues(instance),
    leftValue: (...asked) => there().leftValue(...asked),
    headerBytes: async (instance) => there().headerBytes(instance),
    dataSetBytes: (...asked) => there().dataSetBytes(...asked),
    part10Bytes: (instance) => there().part10Bytes(instance),
    lendDataSet: (instance) => there().lendDataSet(instance),
    lendPart10: (instance) => there().lendPart10(instance),
    frames: async (instance) => there().frames(instance),
    frame: async (...asked) => there().frame(...asked),
    lendFrame: async (...asked) => there().lendFrame(...asked),
    pixelData: async (instance) => there().pixelData(instance),
    watch: nobody,
    statistics: async () => there().statistics(),
    reject: refused,
    rejected: async () => [],
    hasRejected: async () => false,
    restore: refused,
    purge: refused,
  };
}
