// What is kept of an item: associations with their contexts and messages, to the millisecond, and nothing of anybody's data.

import { createHash } from 'node:crypto';
import { uidName } from '@concord/dicom';
import { type AssociationRecord, formatCode } from '@concord/network';

export interface ExchangedMessage {
  readonly operation: string;
  readonly by: 'us' | 'peer';
  readonly sopClass: string;
  readonly sopInstanceUid?: string;
  readonly status: string;
  readonly comment?: string;
  readonly milliseconds: number;
}

/** An association, or an attempt at one. */
export interface ExchangedAssociation {
  /** Since the run began. */
  readonly atMilliseconds: number;
  readonly milliseconds: number;
  readonly openedBy: 'us' | 'peer';
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
  readonly implementation: string;
  /** Accepted contexts: the class and the syntax that was chosen. */
  readonly contexts: readonly string[];
  readonly accepted: number;
  readonly refused: number;
  /** The first of the refused ones. */
  readonly refusals: readonly string[];
  readonly messages: readonly ExchangedMessage[];
  /** Messages beyond those that are kept. */
  readonly omitted: number;
  readonly end: string;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** More are not read by anybody, and a run of days must not fill the memory. */
const mostAssociations = 20;
const mostMessages = 50;
const mostRefusals = 20;

const name = (uid: string): string => uidName(uid) ?? uid;

function associationOf(record: AssociationRecord, since: number): ExchangedAssociation {
  const refused = record.contexts.filter(({ result }) => result !== 0);
  return {
    atMilliseconds: Math.max(0, record.startedAt - since),
    milliseconds: Math.round(record.milliseconds),
    openedBy: record.requestor ? 'us' : 'peer',
    calledAeTitle: record.calledAeTitle,
    callingAeTitle: record.callingAeTitle,
    implementation: [record.peerImplementation.classUid, record.peerImplementation.versionName]
      .filter(Boolean)
      .join(' '),
    contexts: record.contexts
      .filter(({ result }) => result === 0)
      .slice(0, mostRefusals)
      .map(({ abstractSyntax, transferSyntax = '' }) => `${name(abstractSyntax)}: ${name(transferSyntax)}`),
    accepted: record.contexts.length - refused.length,
    refused: refused.length,
    refusals: refused
      .slice(0, mostRefusals)
      .map(
        ({ abstractSyntax, offeredTransferSyntaxes, result }) =>
          `${name(abstractSyntax)} in ${offeredTransferSyntaxes.map(name).join(', ')}: result ${result}`,
      ),
    messages: record.operations.slice(0, mostMessages).map((each) => ({
      operation: each.operation,
      by: each.by,
      sopClass: name(each.sopClassUid),
      ...(each.sopInstanceUid !== undefined && { sopInstanceUid: each.sopInstanceUid }),
      status: formatCode(each.status),
      ...(each.comment !== undefined && { comment: each.comment }),
      milliseconds: Math.round(each.milliseconds),
    })),
    omitted: record.omitted + Math.max(0, record.operations.length - mostMessages),
    end: `${record.end.kind}: ${record.end.detail}`,
    bytesSent: record.bytesSent,
    bytesReceived: record.bytesReceived,
  };
}

/** An object that came or went, by its digest. */
export interface ExchangedObject {
  readonly sopInstanceUid: string;
  readonly bytes: number;
  /** Of the data set as it was on the wire, in hexadecimal. */
  readonly sha256: string;
}

/** Collects what is exchanged during one item. */
export class Evidence {
  readonly #since: number;
  readonly associations: ExchangedAssociation[] = [];
  readonly notes: string[] = [];
  readonly objects: ExchangedObject[] = [];
  omitted = 0;

  constructor(since: number) {
    this.#since = since;
  }

  add(record: AssociationRecord): void {
    if (this.associations.length < mostAssociations) this.associations.push(associationOf(record, this.#since));
    else this.omitted += 1;
  }

  object(sopInstanceUid: string, bytes: Uint8Array): void {
    if (this.objects.length >= mostMessages) return;
    this.objects.push({
      sopInstanceUid,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
  }

  /** For what is no association: bytes that were sent, what somebody was asked to do. */
  note(text: string): void {
    if (this.notes.length < mostMessages) this.notes.push(text);
  }
}

/** An association in a line. */
export const formatRecord = ({ operations, contexts, end }: AssociationRecord): string => {
  const done = operations
    .slice(0, 5)
    .map(({ operation, by, status }) => `${operation} by ${by === 'us' ? 'us' : 'the system'} ${formatCode(status)}`);
  const accepted = contexts.filter(({ result }) => result === 0).length;
  return `${accepted} of ${contexts.length} contexts accepted; ${done.join(', ') || 'no operation'}; ${end.detail}`;
};
