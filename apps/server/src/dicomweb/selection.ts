// The stored instances that an address means. PS3.18 10.4.1.1.
import type { Archive, StoredInstance } from '../archive/archive.ts';
import { HttpProblem } from '../web/problem.ts';
import type { Target } from './target.ts';

/** All instances of the target, by series and instance number. @throws HttpProblem not-found, or gone, where there is none */
export const selectInstances = async (
  archive: Archive,
  { studyInstanceUid, seriesInstanceUid, sopInstanceUid }: Target,
): Promise<readonly [StoredInstance, ...StoredInstance[]]> => {
  const selection = {
    ...(studyInstanceUid === undefined ? {} : { studyInstanceUid }),
    ...(seriesInstanceUid === undefined ? {} : { seriesInstanceUid }),
    ...(sopInstanceUid === undefined ? {} : { sopInstanceUid }),
  };
  const [first, ...others] = await archive.instances(selection);
  if (first !== undefined) return [first, ...others];
  throw await absence(archive, selection);
};

/** What is said of a target without instances: 410 while what was rejected there can still come back. PS3.18 8.5 */
export async function absence(archive: Archive, selection: Omit<Target, 'frames'>): Promise<HttpProblem> {
  const level = selection.sopInstanceUid ? 'instance' : selection.seriesInstanceUid ? 'series' : 'study';
  return (await archive.hasRejected(selection))
    ? new HttpProblem('gone', `This ${level} was taken out of the archive (rejected).`)
    : new HttpProblem('not-found', `The archive has no such ${level}.`);
}

/** The one instance of the target. @throws HttpProblem not-found */
export const selectInstance = async (archive: Archive, target: Target): Promise<StoredInstance> =>
  (await selectInstances(archive, target))[0];

/** Where an instance is found, from the address of the service. */
export const instancePath = ({ studyInstanceUid, seriesInstanceUid, sopInstanceUid }: StoredInstance): string =>
  `/studies/${encodeURIComponent(studyInstanceUid)}/series/${encodeURIComponent(seriesInstanceUid)}` +
  `/instances/${encodeURIComponent(sopInstanceUid)}`;
