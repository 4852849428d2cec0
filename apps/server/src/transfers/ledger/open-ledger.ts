// The transfer ledger put together: what faces ask it, and what people tell it.
import type { AssociationRecord } from '@concord/network';
import { expectationRow } from '../../arrivals/arrival-rows.ts';
import type { Database } from '../../database/database.ts';
import type { RefusedObject, StudyLedger } from './ledger-shape.ts';
import { associationProof, studyProof } from './proof.ts';
import type { ProofLine } from './proof-lines.ts';
import type { Receptions } from './receptions.ts';
import { type RefusedSpan, refusedObjects } from './refused-objects.ts';
import { incompleteStudies, recentStudies, type Span, studyLedger } from './study-ledger.ts';

export interface LedgerParts {
  readonly database: Database;
  readonly receptions: Pick<Receptions, 'settled'>;
  readonly associations: (query: { readonly id: string }) => Promise<readonly AssociationRecord[]>;
  /** Told of a study about which something was said. */
  readonly reconsider: (studyInstanceUid: string) => void;
  readonly now: () => Date;
}

export interface Said {
  readonly studyInstanceUid: string;
  /** '' for the study. */
  readonly seriesInstanceUid: string;
  readonly count: number;
  readonly source: string;
}

export interface TransferLedger {
  recent(which: Span): Promise<readonly StudyLedger[]>;
  /** Those of which fewer came than somebody said, also where nothing came. */
  incomplete(which: Span): Promise<readonly StudyLedger[]>;
  /** What was not taken, the last first. */
  refused(which: RefusedSpan): Promise<readonly RefusedObject[]>;
  study(studyInstanceUid: string): Promise<StudyLedger | undefined>;
  studyProof(studyInstanceUid: string): AsyncIterable<ProofLine>;
  associationProof(associationId: string): AsyncIterable<ProofLine>;
  expect(said: Said): Promise<void>;
}

export const openLedger = (parts: LedgerParts): TransferLedger => {
  const { database, receptions } = parts;
  const ledgersOf = async (studies: readonly string[]): Promise<readonly StudyLedger[]> => {
    const found: StudyLedger[] = [];
    for (const study of studies) {
      const ledger = await studyLedger(database, study);
      if (ledger) found.push(ledger);
    }
    return found;
  };
  return {
    async recent(which) {
      await receptions.settled();
      return ledgersOf(await recentStudies(database, which));
    },
    async incomplete(which) {
      await receptions.settled();
      return ledgersOf(await incompleteStudies(database, which));
    },
    async refused(which) {
      await receptions.settled();
      return refusedObjects(database, which);
    },
    async study(studyInstanceUid) {
      await receptions.settled();
      return studyLedger(database, studyInstanceUid);
    },
    async *studyProof(studyInstanceUid) {
      await receptions.settled();
      yield* studyProof(studyInstanceUid, parts);
    },
    async *associationProof(id) {
      await receptions.settled();
      yield* associationProof(id, parts);
    },
    async expect({ studyInstanceUid, seriesInstanceUid, count, source }) {
      const saidAt = parts.now().toISOString();
      const row = { seriesInstanceUid, source, evidence: 'count', count, saidAt };
      await database.batch([expectationRow(studyInstanceUid, row)]);
      parts.reconsider(studyInstanceUid);
    },
  };
};
