// How far a test run is, as it is told and kept.
import type { ItemResult, RunReport } from '@concord/conformance';

export interface RunProgress {
  readonly id: string;
  readonly peer: string;
  /** `interrupted`: its process ended before the run did. */
  readonly state: 'probing' | 'running' | 'done' | 'failed' | 'interrupted';
  readonly startedAt: string;
  readonly tester: string;
  readonly done: number;
  readonly total: number;
  readonly doing: string;
  readonly paused: boolean;
  /** What a person is to do by hand, and is waited for. */
  readonly prompt?: { readonly item: string; readonly instructions: string };
  /** The last lines. */
  readonly log: readonly string[];
  readonly results: readonly Pick<
    ItemResult,
    'id' | 'title' | 'service' | 'result' | 'expected' | 'observed' | 'differences'
  >[];
  readonly report?: RunReport;
}

/** What a person found who did an item by hand. */
export interface RunAnswer {
  readonly result: 'passed' | 'failed' | 'inconclusive' | 'not run';
  readonly observed: string;
}
