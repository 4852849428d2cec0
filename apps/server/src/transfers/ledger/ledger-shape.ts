// What the ledger says of a study: the one shape that the server answers with and the web interface reads.

/** 'arriving' until it was judged; 'incomplete': judged, and fewer than somebody said. */
export type LedgerState = 'arriving' | 'complete' | 'incomplete';

export interface LedgerLine {
  /** '' for the study. */
  readonly seriesInstanceUid: string;
  readonly modality: string;
  readonly received: number;
  /** Absent where nobody said. */
  readonly expected?: number;
  readonly expectedBy?: string;
  readonly state: LedgerState;
  /** Why it counts as complete, as it was judged. */
  readonly evidence: string;
  readonly completedAt: string;
  /** Instance Numbers that lie between others and are not here: a hint, no proof. */
  readonly gaps: readonly number[];
}

export interface StudyLedger {
  readonly studyInstanceUid: string;
  readonly patientName: string;
  readonly description: string;
  readonly studyDate: string;
  readonly receivedAt: string;
  readonly study: LedgerLine;
  readonly series: readonly LedgerLine[];
  /** Named by somebody and not here, the first of them. */
  readonly missing: readonly LedgerInstance[];
  /** What its senders were refused, or broke off and never finished, on associations that brought some of it. */
  readonly refused: number;
  readonly sent: readonly Sent[];
}

/** What a destination has of it. */
export interface Sent {
  readonly destination: string;
  readonly sent: number;
  readonly failed: number;
  readonly pending: number;
  readonly committed: number;
  readonly notCommitted: number;
}

export interface LedgerInstance {
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
}

/** An object that came, or began to, and was not taken. */
export interface RefusedObject {
  /** Sorts by age. */
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  /** AE title of the sender, '' where it came over the web, and its address. */
  readonly peer: string;
  readonly address: string;
  readonly associationId: string;
  /** '' where it could not be read. */
  readonly studyInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  /** As DIMSE has it; 0 where it broke off, and nobody was left to answer to. */
  readonly status: number;
  /** In words, with the status. */
  readonly detail: string;
}
