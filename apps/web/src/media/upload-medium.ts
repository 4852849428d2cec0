// Brings a folder, files or a ZIP archive of this machine to the server, where they become a medium.
import { request } from '../api.ts';
import { objectOf, textOf } from '../json.ts';
import { type Action, readAction } from './media-api.ts';

export interface Progress {
  readonly done: number;
  readonly total: number;
}

const atOnce = 3;
/** Of one file: a stick can be slow, and a file long. */
const patienceMs = 3_600_000;

/** One in a folder is a file of the medium like any other. */
const isZip = ({ name, webkitRelativePath }: File): boolean => webkitRelativePath === '' && /\.zip$/iu.test(name);

/** The path of a file within what was chosen; the chosen folder's own name is none of the medium's. */
export const pathOnMedium = ({ name, webkitRelativePath }: Pick<File, 'name' | 'webkitRelativePath'>): string =>
  webkitRelativePath === '' ? name : webkitRelativePath.slice(webkitRelativePath.indexOf('/') + 1);

const put = async (address: string, file: File, signal: AbortSignal): Promise<void> => {
  const headers = { 'content-type': 'application/octet-stream' };
  await request(address, { method: 'PUT', body: file, headers, signal, timeoutMs: patienceMs });
};

const answerOf = async (address: string, init: RequestInit) => objectOf(await (await request(address, init)).json());

const sendAll = async (
  { upload, files, signal }: { readonly upload: string; readonly files: readonly File[]; readonly signal: AbortSignal },
  onProgress: (progress: Progress) => void,
): Promise<void> => {
  const left = files.values();
  let done = 0;
  const work = async () => {
    for (const file of left) {
      const path = encodeURIComponent(pathOnMedium(file));
      await put(isZip(file) ? `${upload}/zip` : `${upload}/file?path=${path}`, file, signal);
      done += 1;
      onProgress({ done, total: files.length });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
};

const titleOf = ([first, ...more]: readonly File[]): string => {
  const folder = first?.webkitRelativePath.split('/', 1)[0];
  return folder || (more.length === 0 ? (first?.name ?? '') : `${more.length + 1} files`);
};

/**
 * The action that opens them.
 * @throws RequestError, or the reason of the signal
 */
export const uploadMedium = async (
  files: readonly File[],
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<Action> => {
  onProgress({ done: 0, total: files.length });
  const begun = await answerOf('/api/media/uploads', { method: 'POST', signal });
  const upload = `/api/media/uploads/${encodeURIComponent(textOf(begun, 'upload'))}`;
  const stop = new AbortController();
  try {
    await sendAll({ upload, files, signal: AbortSignal.any([signal, stop.signal]) }, onProgress);
  } catch (error) {
    // The others are on their way still: the first that fails ends them all.
    stop.abort();
    await request(upload, { method: 'DELETE' }).catch(() => undefined);
    throw error;
  }
  const body = JSON.stringify({ title: titleOf(files).slice(0, 200) || 'Upload' });
  const headers = { 'content-type': 'application/json' };
  return readAction(await answerOf(`${upload}/open`, { method: 'POST', headers, body }));
};
