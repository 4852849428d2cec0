// What the archive offers the faces (DIMSE, DICOMweb, administration): one way in, one query engine, one way out.
import type { DataSet, Element, Keyword } from '@concord/dicom';
import type { LentBytes } from '@concord/network';
import type { Overlay } from '../patients/overlay.ts';
import type { StoreStatus } from './outcome.ts';

/** Where an object came from; kept with its row. */
export interface Origin {
  readonly via: 'DIMSE' | 'STOW-RS' | 'import';
  readonly callingAeTitle?: string;
  /** Address of the sender as the socket saw it. */
  readonly address?: string;
  readonly associationId?: string;
  /** It came because this server asked for it. */
  readonly retrieved?: true;
}

/** A data set on its way in: no preamble, no File Meta Information, encoded in `transferSyntaxUid`. */
export interface Incoming {
  /** Each chunk is used up before the next is asked for. */
  readonly dataSet: AsyncIterable<Uint8Array>;
  readonly transferSyntaxUid: string;
  /** As the C-STORE request said; a data set that says otherwise is refused with A900. */
  readonly sopClassUid?: string;
  readonly sopInstanceUid?: string;
  readonly origin: Origin;
  readonly signal?: AbortSignal;
}

/** What became of an object that was sent in. */
export interface Receipt {
  readonly status: StoreStatus;
  /** What was stored, or, for an object that was there already, the copy that stays. */
  readonly instance?: StoredInstance;
  /** The same SOP Instance UID was in the archive before; no second copy was made. */
  readonly already?: boolean;
  /** Other bytes than those that are there: they are put aside. */
  readonly aside?: boolean;
  /** The study that a copy says it is of: that of the one that stays may be another. */
  readonly studyInstanceUid?: string;
  /** What is wrong with an object that is kept all the same, as it came. */
  readonly flaw?: { readonly comment: string; readonly offending: readonly number[] };
  /** What the sender said the object is, as far as it could be read: for answers that name a refused object. */
  readonly sopClassUid?: string;
  readonly sopInstanceUid?: string;
}

/** One stored object, as the index knows it. */
export interface StoredInstance {
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly patientId: string;
  readonly instanceNumber?: number;
  readonly numberOfFrames: number;
  readonly rows?: number;
  readonly columns?: number;
  /** Of the file, in bytes. */
  readonly size: number;
  /** Where the data set begins in the file, in bytes. */
  readonly dataSetOffset: number;
  /** Name in the object store. */
  readonly key: string;
  /** CRC-32 of the data set's bytes as they came, in hexadecimal. */
  readonly digest: string;
  /** Where its pixel data lies, as the index has it; '' where it has none; absent where that is too long to be carried along. */
  readonly pixelData?: string;
  /** Absent: it goes out as it was received. */
  readonly changes?: OutgoingChanges;
}

/** What a stored object is on its way out, where that is not what was received. */
export interface OutgoingChanges {
  /** Values that were changed here, the first layer first: put right by a person, or coerced when it came. */
  readonly overlays: readonly Overlay[];
  /** What a peer is to get otherwise; the data set it is given may be changed. */
  readonly edit?: (dataSet: DataSet) => DataSet;
}

/** Query/Retrieve Level, (0008,0052). */
export type Level = 'PATIENT' | 'STUDY' | 'SERIES' | 'IMAGE';

export interface FindOptions {
  /** Answers at most; 0 or absent: all. */
  readonly limit?: number;
  /** Answers left out at the beginning. */
  readonly offset?: number;
  /** An attribute of the level or one above; those that are alike stay in the usual order. */
  readonly orderBy?: { readonly keyword: Keyword; readonly descending: boolean };
  /** Fuzzy matching of person names, PS3.18 8.3.4.2. */
  readonly fuzzy?: boolean;
  /** A key of two quotation marks matches what is empty. PS3.4 C.2.2.2.7. */
  readonly emptyValues?: boolean;
  /** Each value of a key has to be found where an attribute may have several. PS3.4 C.2.2.2.8. */
  readonly multipleValues?: boolean;
  /** A range of dates and one of times bound one span of moments. PS3.4 C.2.2.2.5.3. */
  readonly combinedDateTime?: boolean;
  /** Keys of any level may be given, and the unique keys above the level may be missing. PS3.4 C.4.1.2.2. */
  readonly relational?: boolean;
  readonly signal?: AbortSignal;
}

export interface FurtherOptions extends FindOptions {
  readonly further?: FurtherMatching;
}

/** What is left to compare beside the keys of a query, where these let more through than is wanted. */
export interface FurtherMatching {
  /** The query as it was meant: its keys say at which level a relational one is carried out. */
  readonly meant: DataSet;
  /** Given each answer of that level, which it may change. */
  readonly accepts: (answer: DataSet) => boolean;
}

/** How answers go to a peer: in this transfer syntax, each with these elements beside the keys that were asked for. */
export interface AnswerForm {
  readonly transferSyntaxUid: string;
  /** Values by keyword. */
  readonly constants: Readonly<Record<string, string>>;
}

/** What answers on the web have beside the keys that were asked for. PS3.18 10.6.3.3. */
export interface WebForm {
  /** Values by keyword. */
  readonly constants: Readonly<Record<string, string>>;
  /** Where an entity can be had, by the UIDs of its study, its series and itself, as far down as it lies. */
  readonly retrieveUrl: (uids: readonly string[]) => string;
}

/** Which instances: every given key must match; a list means any of its values. */
export interface Selection {
  readonly patientId?: string | readonly string[];
  readonly studyInstanceUid?: string | readonly string[];
  readonly seriesInstanceUid?: string | readonly string[];
  readonly sopInstanceUid?: string | readonly string[];
}

/** A run of bytes within the data set. */
export interface ByteRange {
  /** From the first byte of the data set. */
  readonly offset: number;
  readonly length: number;
}

/** One frame, in chunks or at once; whoever reads it at once has not begun with the chunks. */
export interface LentFrame extends LentBytes {
  /** Fills memory of exactly `length` bytes, in one read where it lies in one run. */
  readInto(memory: Uint8Array): Promise<void>;
}

/** Where pixel data lies. */
export interface StoredPixelData {
  readonly vr: string;
  /** The native value, or each fragment behind the offset table. */
  readonly runs: readonly ByteRange[];
}

/** Something changed that a page may want to show. */
export type Change = {
  readonly kind: 'instances-stored';
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly count: number;
};

/** Who takes instances out of the archive, and why: kept with them. */
export interface RejectionNote {
  /** A person or a system, as the caller knows it. */
  readonly by: string;
  readonly reason: string;
}

export interface RejectionOptions {
  /** Nobody decided about these instances: what may not go by itself at that moment stays. */
  readonly byItself?: boolean;
  /** Only those that are marked as temporary still. */
  readonly temporary?: boolean;
  /** They are deleted with the same decision: nobody can put them back. */
  readonly forGood?: boolean;
}

/** Which rejected instances of a study are deleted; absent: all. */
export interface PurgeOptions {
  readonly sopInstanceUids?: readonly string[];
  /** ISO 8601: those that were rejected before that. */
  readonly rejectedBefore?: string;
}

/** Rejected instances of one study. */
export interface Rejected {
  readonly studyInstanceUid: string;
  /** As it was shown when it was rejected, or as its object says; '' where that cannot be read. */
  readonly patientName: string;
  readonly patientId: string;
  readonly studyDate: string;
  readonly description: string;
  readonly instances: number;
  /** Of the last rejection, ISO 8601. */
  readonly rejectedAt: string;
  readonly rejectedBy: string;
  readonly reason: string;
}

export interface Statistics {
  readonly patients: number;
  readonly studies: number;
  readonly series: number;
  readonly instances: number;
  /** Size of all stored files. */
  readonly bytes: number;
}

/** The archive. Every promise rejects with an ArchiveError where the store or the index fails. */
export interface Archive {
  /** Resolves when file and index row are durable, or when the object was refused: the status is what to answer. */
  receive(incoming: Incoming): Promise<Receipt>;
  /** The same for a whole Part 10 file. */
  receivePart10(file: AsyncIterable<Uint8Array>, origin: Origin, signal?: AbortSignal): Promise<Receipt>;
  /** Answers carry the keys that were asked for and the first ones come at once. */
  find(level: Level, keys: DataSet, options?: FurtherOptions): AsyncIterable<DataSet>;
  /** The same answers for one peer, as far as possible encoded already. */
  findForPeer(
    level: Level,
    keys: DataSet,
    options: FindOptions & { readonly form: AnswerForm },
  ): AsyncIterable<DataSet | Uint8Array>;
  /**
   * The same answers for the web, as texts of the DICOM JSON model, as many at a time as come together: each time all of them are to be
   * taken. Returns how many there are without limit and offset, where that was found out on the way.
   */
  findTexts(
    level: Level,
    keys: DataSet,
    options: FindOptions & { readonly form: WebForm },
  ): AsyncGenerator<Iterable<string>, number | undefined>;
  count(level: Level, keys: DataSet, options?: FindOptions): Promise<number>;
  /** Ordered by study, series number, instance number. */
  instances(selection: Selection): Promise<readonly StoredInstance[]>;
  /** Everything before the pixel data. */
  header(instance: StoredInstance): Promise<DataSet>;
  /** The same as it is encoded; undefined where it goes out changed, is very long, or only reading it tells where it ends. */
  headerBytes(instance: StoredInstance): Promise<Uint8Array | undefined>;
  /** The same as `header`, but a value of more than 1 MiB stays in the file: `leftValue` gives it. Throws DicomError beyond 64 MiB without those. */
  headerLeavingValues(instance: StoredInstance): Promise<DataSet>;
  /** A value that `headerLeavingValues` left in the file, or a range of it; `end` is exclusive. */
  leftValue(
    instance: StoredInstance,
    element: Element,
    range?: { start: number; end: number },
  ): AsyncIterable<Uint8Array>;
  /** The data set as it was received, without File Meta Information; `end` is exclusive. */
  dataSetBytes(instance: StoredInstance, range?: { start: number; end: number }): AsyncIterable<Uint8Array>;
  /** The whole file, its preamble zeroed on the way out. */
  part10Bytes(instance: StoredInstance): AsyncIterable<Uint8Array>;
  /** The same as `dataSetBytes`, lent. */
  lendDataSet(instance: StoredInstance): LentBytes;
  /** The same as `part10Bytes`, lent. */
  lendPart10(instance: StoredInstance): LentBytes;
  /** For each frame the runs of bytes that make it up, in order. Empty where there is no pixel data. */
  frames(instance: StoredInstance): Promise<readonly (readonly ByteRange[])[]>;
  /** The encoded bytes of one frame, counted from 1; its fragments joined. Throws ArchiveError 'no-such-frame'. */
  frame(instance: StoredInstance, number: number): Promise<Uint8Array>;
  /** The same as `frame`, lent. */
  lendFrame(instance: StoredInstance, number: number): Promise<LentFrame>;
  /** The pixel data as it is stored, whatever its frames; undefined where there is none. */
  pixelData(instance: StoredInstance): Promise<StoredPixelData | undefined>;
  /** Calls back after each commit that stored something; the result ends it. */
  watch(listener: (change: Change) => void): () => void;
  statistics(): Promise<Statistics>;
  /** Takes instances out of every answer; their files stay until they are purged. Resolves with how many. */
  reject(selection: Selection, note: RejectionNote, options?: RejectionOptions): Promise<number>;
  /** Studies with rejected instances, the last rejected first, at most 1,000. */
  rejected(): Promise<readonly Rejected[]>;
  /** Whether something that the selection names was rejected and lies here still. */
  hasRejected(selection: Omit<Selection, 'patientId'>): Promise<boolean>;
  /** Puts the rejected instances of a study back; how many. The log keeps who did, and why. */
  restore(studyInstanceUid: string, note: RejectionNote): Promise<number>;
  /** Deletes the rejected instances of a study for good, but none that somebody restores; how many. The log keeps who did, and why. */
  purge(studyInstanceUid: string, note: RejectionNote, options?: PurgeOptions): Promise<number>;
}

export const archiveFaults = {
  'no-such-instance': 'the object is not in the archive',
  'no-such-frame': 'the object has no such frame',
  'store-failed': 'the object store could not be read or written',
  'index-failed': 'the index could not be read or written',
  'keys-refused': 'the keys do not fit the level',
} as const;

/** The one error of the archive; `fault` says which, the message adds detail, `cause` what lies below. */
export class ArchiveError extends Error {
  readonly fault: keyof typeof archiveFaults;
  constructor(fault: keyof typeof archiveFaults, detail = '', cause?: unknown) {
    super(`${archiveFaults[fault]}${detail && `: ${detail}`}`, { cause });
    this.name = 'ArchiveError';
    this.fault = fault;
  }
}
