// Fetches by WADO-RS: Part 10 files as parts of one answer, each stored as it comes. PS3.18 10.4.
import { isBoundary, readMultipart } from '../dicomweb/multipart.ts';
import { HttpProblem } from '../web/problem.ts';
import { streamFrom } from './dicomweb-client.ts';
import { type RemoteArchive, RemoteError } from './remote-archive.ts';
import type { ReceivedFrom } from './tally.ts';
import type { Part } from './wish.ts';

export interface WadoParts extends ReceivedFrom {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';

/** The address of each request: instances one by one, because WADO-RS has no lists. */
const addressesOf = ({ dicomweb }: RemoteArchive, part: Part): readonly URL[] => {
  const study = `${dicomweb}/studies/${part.studyInstanceUid}`;
  if (part.seriesInstanceUid === undefined) return [new URL(study)];
  const series = `${study}/series/${part.seriesInstanceUid}`;
  return part.sopInstanceUids?.map((uid) => new URL(`${series}/instances/${uid}`)) ?? [new URL(series)];
};

const boundaryOf = (contentType: string): string => {
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]*)"|([^;\s]*))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare ?? '';
  if (!/^multipart\/related/i.test(contentType) || !isBoundary(boundary))
    throw new RemoteError('unreadable', 'it is not multipart/related with a boundary');
  return boundary;
};

/** Throws RemoteError where the archive refuses, breaks off or says nothing for too long; what came before is stored. */
export async function retrieveByWado(
  archive: RemoteArchive,
  requests: readonly Part[],
  parts: WadoParts,
): Promise<void> {
  for (const request of requests)
    for (const address of addressesOf(archive, request)) await retrieveOne(archive, address, parts);
}

/** What it does not have is missed among what came; the others are asked for all the same. PS3.18 10.4.3.2 */
function unlessMissing(error: unknown): undefined {
  if (!(error instanceof RemoteError) || ![404, 410].includes(error.status ?? 0)) throw error;
  return undefined;
}

async function retrieveOne({ aeTitle }: RemoteArchive, address: URL, parts: WadoParts): Promise<void> {
  const { signal, timeoutMs, receivePart10, received } = parts;
  const answer = await streamFrom(address, accept, { signal, timeoutMs }).catch(unlessMissing);
  if (!answer) return;
  const { body, contentType } = answer;
  const origin = { via: 'import', callingAeTitle: aeTitle, address: address.host, retrieved: true } as const;
  try {
    for await (const part of readMultipart(body, boundaryOf(contentType))) {
      const receipt = await receivePart10(part.body, origin, signal);
      await received(receipt, {
        transferSyntaxUid: receipt.instance?.transferSyntaxUid ?? '',
        associationId: '',
      });
    }
  } catch (error) {
    if (error instanceof HttpProblem) throw new RemoteError('unreadable', error.message, { cause: error });
    throw error;
  }
}
