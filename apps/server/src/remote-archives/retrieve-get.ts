// Fetches by C-GET: instances come over the association that asked for them. PS3.4 C.4.3.
import { transferSyntaxes as allSyntaxes, isStorageSopClass } from '@concord/dicom';
import { connect, type ProposedContext, queryRetrieveSopClasses, type RetrieveProgress } from '@concord/network';
import type { Receipt } from '../archive/archive.ts';
import { offeredContexts } from './query-dimse.ts';
import { type Calling, type RemoteArchive, RemoteError } from './remote-archive.ts';
import { endOf, isFailure, type RetrieveEnd } from './retrieve-end.ts';
import { modelFor } from './retrieve-move.ts';
import type { ReceivedFrom } from './tally.ts';
import { type Part, retrieveKeys } from './wish.ts';

const { studyRootGet, patientRootGet } = queryRetrieveSopClasses;

/** Contexts left beside the two of the retrieval. PS3.8 9.3.2.2. */
const room = 126;

/** Offered where the archive does not say what it has. */
const usual = [
  '1.2.840.10008.5.1.4.1.1.1',
  '1.2.840.10008.5.1.4.1.1.1.1',
  '1.2.840.10008.5.1.4.1.1.1.2',
  '1.2.840.10008.5.1.4.1.1.2',
  '1.2.840.10008.5.1.4.1.1.2.1',
  '1.2.840.10008.5.1.4.1.1.3.1',
  '1.2.840.10008.5.1.4.1.1.4',
  '1.2.840.10008.5.1.4.1.1.4.1',
  '1.2.840.10008.5.1.4.1.1.6.1',
  '1.2.840.10008.5.1.4.1.1.7',
  '1.2.840.10008.5.1.4.1.1.11.1',
  '1.2.840.10008.5.1.4.1.1.12.1',
  '1.2.840.10008.5.1.4.1.1.20',
  '1.2.840.10008.5.1.4.1.1.77.1.4',
  '1.2.840.10008.5.1.4.1.1.88.33',
  '1.2.840.10008.5.1.4.1.1.88.59',
  '1.2.840.10008.5.1.4.1.1.104.1',
  '1.2.840.10008.5.1.4.1.1.128',
];

/** DCMTK closes the connection where one context proposes more than 50 syntaxes. */
const mostSyntaxes = 48;

/** Every syntax an object can come in, compressed ones first: an archive that keeps it compressed need not convert. */
const transferSyntaxes = allSyntaxes
  .filter(({ retired }) => !retired)
  .sort((a, b) => Number(b.encapsulated) - Number(a.encapsulated))
  .slice(-mostSyntaxes)
  .map(({ uid }) => uid);

/** Contexts in which we are the receiver. PS3.7 D.3.3.4. */
const receiving = (sopClassUids: readonly string[]): readonly ProposedContext[] => {
  const given = [...new Set(sopClassUids)].filter((uid) => uid !== '');
  const named = given.filter((uid) => isStorageSopClass(uid) || !uid.startsWith('1.2.840.10008.'));
  const isSaid = named.length > 0 && !sopClassUids.includes('');
  return (isSaid ? named : [...new Set([...named, ...usual])])
    .slice(0, room)
    .map((abstractSyntax) => ({ abstractSyntax, transferSyntaxes, roles: { scu: false, scp: true } }));
};

export interface GetParts extends ReceivedFrom {
  readonly calling: Calling;
  readonly patientId: string | undefined;
  /** SOP Classes that are expected; '': one that is not known. */
  readonly sopClassUids: readonly string[];
  readonly signal: AbortSignal;
}

/** How each request ended. Stops behind the first that failed. Throws RemoteError and NetworkError. */
export async function retrieveByGet(
  archive: RemoteArchive,
  requests: readonly Part[],
  { calling, patientId, sopClassUids, receive, received, signal }: GetParts,
): Promise<readonly RetrieveEnd[]> {
  const contexts = [...offeredContexts(archive.peer, [studyRootGet, patientRootGet]), ...receiving(sopClassUids)];
  await using association = await connect(archive.peer, contexts, { ...calling, signal });
  const model = modelFor(association, [studyRootGet, patientRootGet], patientId);
  const { id: associationId, address } = association.peer;
  const ends: RetrieveEnd[] = [];
  for (const request of requests) {
    let last: RetrieveProgress | undefined;
    const steps = association.get(model.sopClassUid, retrieveKeys(request, model.patientId), {
      signal,
      onStore: async (store, { presentationContext }) => {
        const receipt: Receipt = await receive({
          dataSet: store.dataSet.borrowed(),
          transferSyntaxUid: presentationContext.transferSyntax,
          sopClassUid: store.affectedSopClassUid,
          sopInstanceUid: store.affectedSopInstanceUid,
          origin: { via: 'DIMSE', callingAeTitle: archive.aeTitle, address, associationId, retrieved: true },
        });
        await received(receipt, { transferSyntaxUid: presentationContext.transferSyntax, associationId });
        return receipt.status;
      },
    });
    for await (const step of steps) last = step;
    if (!last) throw new RemoteError('silent', 'no response to the C-GET');
    const end = endOf(last);
    ends.push(end);
    if (isFailure(end) || signal.aborted) break;
  }
  return ends;
}
