// What all connections of one acceptor share: its rules, who is there now, what was asked and answered lately.
import type { AssociationInfo } from '../handlers.ts';
import type { Log } from '../log.ts';
import type { KnownRequests } from '../pdu/known-requests.ts';
import type { AcceptingRules } from './accepting-rules.ts';
import type { KnownAnswers } from './known-answers.ts';
import type { Places } from './places.ts';
import { type AssociationRecord, type OperationRecord, Recorder } from './record.ts';
import type { Slots } from './slots.ts';

export interface AcceptorSettings extends AcceptingRules {
  readonly log: Log;
  readonly onAssociation: (record: AssociationRecord) => void;
  readonly onOperation: ((record: OperationRecord, association: AssociationInfo) => void) | undefined;
  readonly places: Places;
  readonly requests: KnownRequests;
  readonly answers: KnownAnswers;
  /** Turns of C-MOVE jobs. */
  readonly moveSlots: Slots;
}

/** What collects the record of one of them. @param info as it is known when an operation ends */
export const recorderOf = ({ limits, onOperation }: AcceptorSettings, info: () => AssociationInfo): Recorder =>
  new Recorder(limits.recordedOperations, onOperation && ((record) => onOperation(record, info())));
