// Whether an answer of another archive is one to the question: some ignore a key, widen it, or answer at another level.
import { type DataSet, hasWildcard } from '@concord/dicom';
import { readable } from './readable.ts';
import type { Question } from './remote-archive.ts';

const levels = ['PATIENT', 'STUDY', 'SERIES', 'IMAGE'];
const identifying = ['PatientID', 'StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID'] as const;

/** What belongs to somebody or something else is not shown as what was asked for; what an answer does not say is no reason. PS3.4 C.4.1.1.3 */
export function isForeign({ level, keys }: Pick<Question, 'level' | 'keys'>, answer: DataSet): boolean {
  const said = (keyword: string) => readable(() => answer.string(keyword))?.trim() ?? '';
  const answered = said('QueryRetrieveLevel');
  if (answered !== level && levels.includes(answered)) return true;
  return identifying.some((keyword) => {
    const asked = keys.strings(keyword).map((value) => value.trim());
    const isNamed = asked.length > 0 && asked.every((value) => value !== '' && !hasWildcard(value));
    return isNamed && said(keyword) !== '' && !asked.includes(said(keyword));
  });
}
