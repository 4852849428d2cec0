// Exam types as the server keeps them.
import type { ExamType, ExamTypeOfStudy } from '@concord/server/api';
import { request } from '../api.ts';
import { isObject, listOf, textOf } from '../json.ts';

const readList = async (response: Response): Promise<readonly ExamType[]> =>
  listOf(await response.json())
    .filter(isObject)
    .map((entry) => ({
      name: textOf(entry, 'name'),
      addedAt: textOf(entry, 'addedAt'),
      addedBy: textOf(entry, 'addedBy'),
    }));

export const getExamTypes = async (signal: AbortSignal): Promise<readonly ExamType[]> =>
  readList(await request('/api/exam-types', { signal }));

export const addExamType = async (name: string): Promise<readonly ExamType[]> => {
  const headers = { 'content-type': 'application/json' };
  return readList(await request('/api/exam-types', { method: 'POST', headers, body: JSON.stringify({ name }) }));
};

export const removeExamType = async (name: string): Promise<readonly ExamType[]> =>
  readList(await request(`/api/exam-types/${encodeURIComponent(name)}/remove`, { method: 'POST' }));

/** Names of the list that a study is. */
export const getExamTypesOfStudy = async (
  study: string,
  signal: AbortSignal,
): Promise<readonly ExamTypeOfStudy['name'][]> =>
  listOf(await (await request(`/api/studies/${encodeURIComponent(study)}/exam-types`, { signal })).json())
    .filter(isObject)
    .map((entry) => textOf(entry, 'name'));
