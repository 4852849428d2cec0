// Another archive as this one asks and fetches from it: by DIMSE (PS3.4 Annex C) or DICOMweb (PS3.18 10).
import type { DataSet } from '@concord/dicom';
import type { AssociationRecord, Log, Peer } from '@concord/network';
import type { Wishes } from './wishes.ts';

export const queryMethods = ['C-FIND', 'QIDO-RS', 'no'] as const;
export const retrieveMethods = ['C-MOVE', 'C-GET', 'WADO-RS'] as const;

export interface RemoteArchive {
  readonly aeTitle: string;
  /** What people call it, where that is not its title. */
  readonly name?: string | undefined;
  readonly host: string;
  readonly port: number;
  /** How it is called for DIMSE. */
  readonly peer: Peer;
  readonly query: (typeof queryMethods)[number];
  readonly retrieve: (typeof retrieveMethods)[number];
  /** Base address of its DICOMweb service, without a slash at the end; '' where it has none. */
  readonly dicomweb: string;
}

/** Query/Retrieve Level of a question: other archives are never asked for patients alone. */
export const askedLevels = ['STUDY', 'SERIES', 'IMAGE'] as const;
export type AskedLevel = (typeof askedLevels)[number];

/** What one archive is asked. */
export interface Question {
  readonly level: AskedLevel;
  /** Also what is below each match, down to this level; absent: the matches alone. */
  readonly depth?: AskedLevel;
  /** The identifier: level, keys with values, and everything that is to be returned. */
  readonly keys: DataSet;
  /** Answers of one archive at most; it is told to stop (C-CANCEL) behind them. */
  readonly limit: number;
  /** What is to be negotiated; absent: nothing. */
  readonly wishes?: Wishes;
  /** Keys that only a relational query may have, or leave out. PS3.4 C.4.1.2.2.2 */
  readonly beyond?: readonly string[];
  /** Keys of every level were agreed to. */
  readonly relational?: boolean;
  readonly signal: AbortSignal;
}

/** Answers as they come. Throws RemoteError and NetworkError. */
export type Answers = AsyncIterable<DataSet>;

/** How associations are opened on behalf of a question. */
export interface Calling {
  readonly log: Log;
  readonly onRecord: (record: AssociationRecord) => void;
}

export const remoteFaults = {
  unsupported: 'the archive cannot do this',
  missing: 'nothing found',
  unoffered: 'this server does not ask so',
  refused: 'the archive refused the request',
  unreadable: 'the answer of the archive cannot be read',
  silent: 'the archive does not answer',
} as const;

/** The one error of this room: what another archive did that leaves nothing to go on with. */
export class RemoteError extends Error {
  readonly fault: keyof typeof remoteFaults;
  /** Of the response, where there was one: DIMSE or HTTP. */
  readonly status: number | undefined;
  constructor(fault: keyof typeof remoteFaults, detail: string, options: { status?: number; cause?: unknown } = {}) {
    super(`${remoteFaults[fault]}: ${detail}`, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'RemoteError';
    this.fault = fault;
    this.status = options.status;
  }
}
