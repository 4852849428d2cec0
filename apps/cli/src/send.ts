// Sending many files: contexts for all of them, several associations, one outcome per file. PS3.4 Annex B.
import { DicomError } from '@concord/dicom';
import {
  type Association,
  NetworkError,
  type ProposedContext,
  planAssociations,
  statusClass,
  storeStatuses,
} from '@concord/network';
import { dataSetBytes, type InstanceFile } from './instance-file.ts';
import { statusText } from './status-text.ts';
import type { FileOutcome } from './tally.ts';

export interface Sending {
  readonly associations: number;
  readonly open: (contexts: readonly ProposedContext[]) => Promise<Association>;
  readonly tell: (outcome: FileOutcome) => void;
  readonly signal: AbortSignal;
}

/** After so many associations in a row that broke without storing a file, the rest is given up. */
const maximumBreaks = 3;

/** Sends every instance and tells each outcome once. Never throws for what a peer or the network does. */
export async function sendAll(instances: readonly InstanceFile[], sending: Sending): Promise<void> {
  for (const { contexts, instances: batch } of planAssociations(instances)) {
    const queue = [...batch].reverse();
    const lanes = Math.min(sending.associations, batch.length);
    await Promise.all(Array.from({ length: lanes }, () => sendFrom(queue, contexts, sending)));
  }
}

/** One association after the other, until the queue is empty or nothing goes any more. */
async function sendFrom(queue: InstanceFile[], contexts: readonly ProposedContext[], sending: Sending): Promise<void> {
  for (let breaks = 0; queue.length > 0; ) {
    const before = queue.length;
    const error = await sendOnce(queue, contexts, sending);
    if (!error && !sending.signal.aborted) return;
    breaks = queue.length < before ? 1 : breaks + 1;
    const hopeless = !error || sending.signal.aborted || ['refused', 'rejected', 'tls'].includes(error.fault);
    if (breaks < maximumBreaks && !hopeless) continue;
    const reason = `not sent: ${error?.message ?? 'interrupted'}`;
    for (let next = queue.pop(); next; next = queue.pop()) tellFailure(next, reason, sending);
  }
}

/** Sends over one association; the error that ended it early, if one did. */
async function sendOnce(queue: InstanceFile[], contexts: readonly ProposedContext[], sending: Sending) {
  try {
    await using association = await sending.open(contexts);
    // Ctrl-C: what is being sent is finished, the rest stays.
    for (let next = queue.pop(); next; next = sending.signal.aborted ? undefined : queue.pop()) {
      const error = await sendOne(association, next, sending);
      if (error) return error;
    }
    await association.release();
    return undefined;
  } catch (error) {
    if (error instanceof NetworkError) return error;
    throw error;
  }
}

/** Sends one file. A status of the peer is told and the association goes on; what ended the association is returned. */
async function sendOne(
  association: Association,
  file: InstanceFile,
  sending: Sending,
): Promise<NetworkError | undefined> {
  const { path, sopInstanceUid } = file;
  try {
    const status = await association.store({ ...file, open: () => dataSetBytes(file) });
    const kind = statusClass(status.code);
    const said = { path, details: { sopInstanceUid, status: status.code } };
    if (kind === 'success') sending.tell({ ...said, outcome: 'done' });
    else
      sending.tell({
        ...said,
        outcome: kind === 'warning' ? 'warning' : 'failed',
        reason: statusText(status, storeStatuses),
      });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error) || !(error instanceof NetworkError || isFileError(error))) throw error;
    tellFailure(file, `${error.message}${refusalOf(association, file)}`, sending);
    // Where nothing was sent yet (no accepted context, no such file) the association is as good as before.
    return association.exchange.failure;
  }
}

/** What the peer said to the context the file needed, where it refused that. */
function refusalOf({ rejected }: Association, { sopClassUid, transferSyntaxUid }: InstanceFile): string {
  const refused = rejected.find(
    ({ abstractSyntax, offeredTransferSyntaxes }) =>
      abstractSyntax === sopClassUid && offeredTransferSyntaxes.includes(transferSyntaxUid),
  );
  return refused?.reason === undefined ? '' : ` (${refused.reason})`;
}

/** The file could not be read to its end. */
const isFileError = (error: Error) => 'syscall' in error || error instanceof DicomError;

const tellFailure = ({ path, sopInstanceUid }: InstanceFile, reason: string, { tell }: Sending) =>
  tell({ path, outcome: 'failed', reason, details: { sopInstanceUid } });
