// What remains of an association: who, from where, what was offered and what became of it, what was done, how it ended.
import type { Operation } from '../dimse/messages.ts';
import { formatCode } from '../dimse/status.ts';
import type { AssociationInfo } from '../handlers.ts';
import type { ContextOutcome } from './context.ts';

export interface OperationRecord {
  readonly operation: Operation;
  /** Ours or the peer's request. */
  readonly by: 'us' | 'peer';
  readonly sopClassUid: string;
  readonly sopInstanceUid?: string;
  /** AE title to which a C-MOVE was to send. */
  readonly moveDestination?: string;
  readonly status: number;
  readonly comment?: string;
  readonly milliseconds: number;
}

export const ends = {
  released: 'released',
  rejected: 'rejected',
  'aborted by peer': 'the peer sent A-ABORT',
  'aborted by us': 'we sent A-ABORT',
  'connection lost': 'the connection ended without a release',
  'no connection': 'no connection to the peer came about',
  'no association': 'the connection ended before an association was asked for',
} as const;

export interface AssociationEnd {
  readonly kind: keyof typeof ends;
  readonly detail: string;
  readonly remedy?: string;
}

/** An association that was there and ended otherwise than by a release. */
export const isBroken = ({ kind }: AssociationEnd): boolean =>
  kind === 'aborted by peer' || kind === 'aborted by us' || kind === 'connection lost';

export interface AssociationRecord extends AssociationInfo {
  readonly milliseconds: number;
  readonly contexts: readonly ContextOutcome[];
  /** The first ones of the association; `omitted` followed. */
  readonly operations: readonly OperationRecord[];
  readonly omitted: number;
  /** How often each operation ended with each status: `C-STORE 0000H` → 500. */
  readonly counts: Readonly<Record<string, number>>;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly end: AssociationEnd;
  /** Of the longest P-DATA-TF PDU that came, in bytes, where it was longer than what the peer was told and was taken all the same. */
  readonly toleratedPData?: number;
  /** The id of the association whose C-MOVE asked for this one. */
  readonly requestedBy?: string;
}

/** Collects a record while the association lives. */
export class Recorder {
  readonly #most: number;
  readonly #operations: OperationRecord[] = [];
  readonly #counts = new Map<string, number>();
  #omitted = 0;
  contexts: readonly ContextOutcome[] = [];
  #end: AssociationEnd | undefined;
  readonly #tell: ((record: OperationRecord) => void) | undefined;

  /**
   * @param most operations that are listed one by one
   * @param tell told of each operation when it has ended
   */
  constructor(most: number, tell?: (record: OperationRecord) => void) {
    this.#most = most;
    this.#tell = tell;
  }

  operation(record: OperationRecord): void {
    const key = `${record.operation} ${formatCode(record.status)}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    if (this.#operations.length < this.#most) this.#operations.push(record);
    else this.#omitted += 1;
    this.#tell?.(record);
  }

  /** The first reason counts; what follows are its consequences. */
  end(end: AssociationEnd): void {
    this.#end ??= end;
  }

  finish(
    info: AssociationInfo,
    facts: Pick<AssociationRecord, 'milliseconds' | 'bytesReceived' | 'bytesSent' | 'toleratedPData' | 'requestedBy'>,
  ): AssociationRecord {
    return {
      ...info,
      ...facts,
      contexts: this.contexts,
      operations: this.#operations,
      omitted: this.#omitted,
      counts: Object.fromEntries(this.#counts),
      end: this.#end ?? { kind: 'connection lost', detail: 'the connection ended' },
    };
  }
}
