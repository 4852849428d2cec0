// What the standard leaves open about sub-operations that fail, as a site decides it. PS3.4 C.4.2.3
import type { RetrieveBehaviour } from '@concord/network';

/** Absent: it goes on, with B000 where some failed. */
export interface RetrievePolicy {
  readonly afterFailure?: 'continue' | 'stop' | undefined;
  readonly partlyFailed?: 'B000' | 'A702' | undefined;
  /** Of a C-MOVE whose association has ended. */
  readonly withoutRequester?: 'continue' | 'stop' | undefined;
}

export const behaviourOf = ({
  afterFailure,
  partlyFailed,
  withoutRequester,
}: RetrievePolicy): Partial<RetrieveBehaviour> => ({
  ...(afterFailure && { onFailure: afterFailure }),
  ...(partlyFailed && { someFailed: partlyFailed === 'A702' ? 0xa702 : 0xb000 }),
  ...(withoutRequester && { withoutRequester }),
});
