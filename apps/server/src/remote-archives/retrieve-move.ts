// Fetches by C-MOVE to ourselves: the archive sends to our own listener, like any other sender. PS3.4 C.4.2.
import { type Association, connect, queryRetrieveSopClasses, type RetrieveProgress } from '@concord/network';
import { accepts, offeredContexts } from './query-dimse.ts';
import { type Calling, type RemoteArchive, RemoteError } from './remote-archive.ts';
import { endOf, isFailure, type RetrieveEnd } from './retrieve-end.ts';
import { type Part, retrieveKeys } from './wish.ts';

const { studyRootMove, patientRootMove } = queryRetrieveSopClasses;

export interface MoveParts {
  readonly calling: Calling;
  /** AE title by which the archive knows our listener. */
  readonly destination: string;
  readonly patientId: string | undefined;
  readonly signal: AbortSignal;
}

/** The model that a retrieval uses: Study Root, else Patient Root with the Patient ID. */
export function modelFor(
  association: Association,
  [studyRoot, patientRoot]: readonly [string, string],
  patientId: string | undefined,
): { readonly sopClassUid: string; readonly patientId?: string } {
  if (accepts(association, studyRoot)) return { sopClassUid: studyRoot };
  if (!accepts(association, patientRoot))
    throw new RemoteError('unsupported', 'it has no supported retrieve model (Study Root or Patient Root)');
  if (patientId === undefined)
    throw new RemoteError('unsupported', 'it has Patient Root only, and the Patient ID is not known');
  return { sopClassUid: patientRoot, patientId };
}

/** How each request ended. Stops behind the first that failed. Throws RemoteError and NetworkError. */
export async function retrieveByMove(
  archive: RemoteArchive,
  requests: readonly Part[],
  { calling, destination, patientId, signal }: MoveParts,
): Promise<readonly RetrieveEnd[]> {
  const contexts = offeredContexts(archive.peer, [studyRootMove, patientRootMove]);
  await using association = await connect(archive.peer, contexts, { ...calling, signal });
  const model = modelFor(association, [studyRootMove, patientRootMove], patientId);
  const ends: RetrieveEnd[] = [];
  for (const request of requests) {
    let last: RetrieveProgress | undefined;
    const keys = retrieveKeys(request, model.patientId);
    for await (const step of association.move(model.sopClassUid, keys, destination, { signal })) last = step;
    if (!last) throw new RemoteError('silent', 'no response to the C-MOVE');
    const end = endOf(last);
    ends.push(end);
    if (isFailure(end) || signal.aborted) break;
  }
  return ends;
}
