// Key object selections as the page asks for them: titles, those of a study, a new one. PS3.3 A.35.4
import type { StudyKeyObjects } from '@concord/server/api';
import { useQuery } from '@tanstack/react-query';
import { request, servicePrefix } from '../api.ts';
import { isObject, type JsonObject, listOf, objectOf, textOf } from '../json.ts';

/** A coded term. */
export interface Term {
  readonly code: string;
  readonly meaning: string;
}

export interface Title extends Term {
  readonly modifiers: readonly Term[];
  readonly modifierRequired: boolean;
}

export interface NewSelection {
  readonly title: string;
  /** '' for none. */
  readonly modifier: string;
  readonly description: string;
  readonly observer: string;
  /** SOP Instance UIDs. */
  readonly instances: readonly string[];
}

const readTerm = (term: JsonObject): Term => ({ code: textOf(term, 'value'), meaning: textOf(term, 'meaning') });

/** Titles that a new selection may have. */
export const useTitles = () =>
  useQuery({
    queryKey: ['key object titles'],
    queryFn: async ({ signal }): Promise<readonly Title[]> => {
      const answer = objectOf(await (await request('/api/key-objects/titles', { signal })).json());
      return listOf(answer.titles)
        .filter(isObject)
        .map((title) => ({
          ...readTerm(title),
          modifiers: listOf(title.modifiers).filter(isObject).map(readTerm),
          modifierRequired: title.modifierRequired === true,
        }));
    },
  });

const readSelection = (selection: JsonObject): StudyKeyObjects => ({
  sopInstanceUid: textOf(selection, 'sopInstanceUid'),
  seriesInstanceUid: textOf(selection, 'seriesInstanceUid'),
  title: textOf(selection, 'title'),
  modifier: textOf(selection, 'modifier'),
  description: textOf(selection, 'description'),
  observer: textOf(selection, 'observer'),
  created: textOf(selection, 'created'),
  objects: listOf(selection.objects)
    .filter(isObject)
    .map((object) => ({
      studyInstanceUid: textOf(object, 'studyInstanceUid'),
      seriesInstanceUid: textOf(object, 'seriesInstanceUid'),
      sopInstanceUid: textOf(object, 'sopInstanceUid'),
      frames: listOf(object.frames).filter((frame) => typeof frame === 'number'),
    })),
});

/** Selections of a study, the newest first; of open media none are listed. */
export const useKeyObjects = (study: string) =>
  useQuery({
    enabled: servicePrefix() === '',
    queryKey: ['study', study, 'key objects'],
    queryFn: async ({ signal }): Promise<readonly StudyKeyObjects[]> => {
      const address = `/api/studies/${encodeURIComponent(study)}/key-objects`;
      return listOf(await (await request(address, { signal })).json())
        .filter(isObject)
        .map(readSelection);
    },
  });

/** Resolves with what was done, in words. */
export const createKeyObjects = async (wish: NewSelection): Promise<string> => {
  const { title, modifier, description, observer, instances } = wish;
  const body = {
    title,
    ...(modifier !== '' && { modifier }),
    ...(description.trim() !== '' && { description }),
    ...(observer.trim() !== '' && { observer }),
    references: instances.map((sopInstanceUid) => ({ sopInstanceUid })),
  };
  const headers = { 'content-type': 'application/json' };
  await request('/api/key-objects', { method: 'POST', body: JSON.stringify(body), headers });
  return instances.length === 1 ? 'One image is noted.' : `${instances.length} images are noted.`;
};
