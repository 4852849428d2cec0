// Reading of media as this server does it: folders and uploads are opened, browsed, and their objects shown, imported or sent. PS3.4 I, PS3.10.
import { rm } from 'node:fs/promises';
import { type FileSet, folderMedium, MediaError, type Medium, openFileSet } from '@concord/media';
import type { Log } from '@concord/network';
import type { Configuration } from '../settings/settings.ts';
import { type ActParts, actOnMedium, type MediaWish } from './act-on-media.ts';
import { type ActionReport, type Actions, createActions, type MediaAction } from './actions.ts';
import { allowedFolder, described, type Folder, foldersIn } from './folders.ts';
import { type MediaLimits, mediaLimits } from './limits.ts';
import { MediaRefusal } from './media-refusal.ts';
import { createOpenedMedia, type OpenedMedia } from './opened-media.ts';
import { rooted } from './rooted.ts';
import type { Upload } from './uploads.ts';
import { createWaitingUploads } from './waiting-uploads.ts';

export interface MediaParts extends Omit<ActParts, 'actions' | 'limits'> {
  readonly configuration: Pick<Configuration, 'mediaFolders' | 'mediaUpload'>;
  /** For what is uploaded: emptied at each start. */
  readonly folder: string;
  readonly limits?: Partial<MediaLimits>;
  readonly now: () => Date;
  readonly log: Log;
}

/** Every method throws MediaRefusal. */
export interface Media {
  readonly actions: Pick<Actions, 'list' | 'get' | 'cancel'>;
  readonly opened: Pick<OpenedMedia, 'get' | 'list'>;
  /** MB of one upload; 0: none is taken. */
  readonly uploadLimit: number;
  roots(): Promise<readonly Folder[]>;
  folders(path: string): Promise<readonly Folder[]>;
  openFolder(path: string): Promise<MediaAction>;
  beginUpload(): Promise<string>;
  upload(id: string): Pick<Upload, 'addFile' | 'addZip'>;
  /** @param title what people call it */
  openUpload(id: string, title: string): MediaAction;
  dropUpload(id: string): Promise<void>;
  act(medium: string, wish: MediaWish): MediaAction;
  closeMedium(medium: string): Promise<void>;
}

export interface ClosableMedia extends Media {
  /** Stops what runs, and deletes what was uploaded. */
  close(): Promise<void>;
}

const megabyte = 1_000_000;
const idleLookMs = 600_000;

/** Throws what the disk throws. */
export async function openMedia(parts: MediaParts): Promise<ClosableMedia> {
  const { configuration, folder, shelf, now, log } = parts;
  const { mediaFolders: roots, mediaUpload } = configuration;
  const limits: MediaLimits = { ...mediaLimits, ...parts.limits };
  await rm(folder, { recursive: true, force: true });
  const failed = (err: unknown) => log.error({ err }, 'an action with media failed');
  const actions = createActions({ limits, now, failed });
  const opened = createOpenedMedia(limits, now);
  const uploads = createWaitingUploads({ folder, bytes: mediaUpload * megabyte, limits, now });
  const clearIdle = () => Promise.all([opened.closeIdle(actions.isBusy), uploads.dropIdle()]);
  const idle = setInterval(() => {
    clearIdle().catch((err: unknown) => log.warn({ err }, 'media that nobody uses could not be closed'));
  }, idleLookMs);
  idle.unref();
  const open = openingIn({ actions, opened, clear: shelf.clear });
  return {
    actions,
    opened,
    uploadLimit: mediaUpload,
    roots: () => Promise.all(roots.map((root) => described(root, root))),
    folders: (path) => foldersIn(path, roots),
    async openFolder(path) {
      const real = await allowedFolder(path, roots);
      return open(path, async (signal) => ({ medium: await folderMedium(real, signal), notes: [], clear: nothing }));
    },
    beginUpload: uploads.begin,
    upload: uploads.get,
    openUpload(id, title) {
      opened.checkRoom();
      const upload = uploads.take(id);
      return open(title, async () => ({ medium: upload.medium(), notes: upload.notes, clear: upload.remove }));
    },
    dropUpload: (id) => uploads.take(id).remove(),
    act: (id, wish) => actOnMedium({ ...parts, limits, actions }, opened.get(id), wish),
    async closeMedium(id) {
      opened.get(id);
      if (actions.isBusy(id)) throw new MediaRefusal('busy');
      await opened.close(id);
    },
    async close() {
      clearInterval(idle);
      await actions.close();
      await shelf.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const nothing = async () => undefined;

interface Source {
  readonly medium: Medium;
  readonly notes: readonly string[];
  readonly clear: () => Promise<void>;
}

interface OpeningParts {
  readonly actions: Actions;
  readonly opened: OpenedMedia;
  /** Takes away what is shown of a medium. */
  readonly clear: (medium: string) => Promise<void>;
}

/** Opening is an action like the others: a disc can have thousands of files to look at. */
const openingIn =
  ({ actions, opened, clear }: OpeningParts) =>
  (title: string, source: (signal: AbortSignal) => Promise<Source>): MediaAction => {
    opened.checkRoom();
    const work = async (report: ActionReport) => {
      const found = await source(report.signal).catch(ofTheMedium);
      try {
        const medium = rooted(found.medium);
        const fileSet = await readMedium(medium, report);
        opened.checkRoom();
        const { id } = opened.add({ title, medium, fileSet, notes: found.notes }, async () => {
          await clear(id);
          await found.clear();
        });
        report.set({ medium: id });
      } catch (error) {
        await found.clear();
        throw error;
      }
    };
    return actions.start({ kind: 'open', medium: '', title, work });
  };

const readMedium = (medium: Medium, { signal, set }: ActionReport): Promise<FileSet> =>
  openFileSet(medium, { signal, progress: (done, total) => set({ done, total }) }).catch(ofTheMedium);

/** What is wrong with a medium is no failure of this server. */
const ofTheMedium = (error: unknown): never => {
  if (error instanceof MediaError) throw new MediaRefusal('unreadable', error.message, error);
  throw error;
};
