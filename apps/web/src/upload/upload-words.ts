// An upload in a few words.
import { counted, shownBytes, shownCount } from '../format/quantity.ts';
import type { UploadState } from './uploads.ts';

const settled = ({ stored, refused }: UploadState): number => stored + refused.length;

/** From 0 to 1; files under way count by their bytes. */
export const progressOf = (state: UploadState): number => {
  if (state.phase !== 'running') return 1;
  const parts = state.active.reduce((sum, { sent, size }) => sum + (size === 0 ? 0 : sent / size), 0);
  return state.total === 0 ? 0 : Math.min(1, (settled(state) + parts) / state.total);
};

export interface Headline {
  readonly title: string;
  readonly detail: string;
  readonly tone: 'good' | 'bad' | 'plain';
}

const storedWords = ({ stored, studies, bytesSent, warnings }: UploadState): string => {
  const where = studies.length > 0 ? ` in ${counted(studies.length, 'study', 'studies')}` : '';
  const flaws = warnings > 0 ? `, ${shownCount(warnings)} with a warning` : '';
  return `${counted(stored, 'file')} stored${where}${flaws} · ${shownBytes(bytesSent)}`;
};

const finished = (state: UploadState): Headline => {
  const { total, refused, stored } = state;
  if (total === 0) return { title: 'Nothing to upload', detail: 'No files were found in it', tone: 'plain' };
  const refusedWords = refused.length > 0 ? ` · ${shownCount(refused.length)} refused` : '';
  const title =
    refused.length === 0
      ? 'Upload complete'
      : stored === 0
        ? 'Nothing was stored'
        : 'Upload complete, not everything was stored';
  return { title, detail: storedWords(state) + refusedWords, tone: refused.length === 0 ? 'good' : 'bad' };
};

export const headline = (state: UploadState): Headline => {
  if (state.phase === 'finished') return finished(state);
  if (state.phase === 'cancelled') {
    const { left } = state;
    return { title: 'Upload cancelled', detail: `${storedWords(state)} · ${shownCount(left)} not sent`, tone: 'plain' };
  }
  const done = settled(state);
  const refused = state.refused.length > 0 ? ` · ${shownCount(state.refused.length)} refused` : '';
  return {
    title: `Uploading ${shownCount(done)} of ${shownCount(state.total)}${state.looking ? ' and counting' : ''}`,
    detail: `${shownBytes(state.bytesSent)} stored${refused}`,
    tone: 'plain',
  };
};
