// What a test run is asked for: of which plan, how carefully, and which of its items.
import {
  type EntityTarget,
  failedIn,
  type OurSide,
  type Plan,
  type PlanItem,
  type RunReport,
  type Safety,
} from '@concord/conformance';

export interface RunRequest {
  /** The peer's statement; without it the peer is probed first. */
  readonly statement?: unknown;
  /** A plan that was approved, and that was made of this statement; without it one is made. */
  readonly plan?: Plan;
  readonly partner?: unknown;
  /** Where entities of the peer are that have a title and a port of their own. */
  readonly entities?: readonly EntityTarget[];
  /** Where the peer can call us. */
  readonly ourSide?: OurSide;
  readonly allow: readonly Safety[];
  readonly inClinicalUse: boolean;
  readonly dryRun: boolean;
  readonly services?: readonly string[];
  readonly items?: readonly string[];
  /** Only what did not pass then. */
  readonly failedIn?: RunReport;
  readonly tester: string;
  /** Objects a second. */
  readonly rate?: number;
  /** Somebody looks at the run, does what is to be done by hand and makes the peer act. */
  readonly attended: boolean;
}

/** What a person is told who carries an item out. */
export const instructionsOf = ({ title, configuration, steps, criterion }: PlanItem): string =>
  [title, ...configuration, ...steps.map(({ action }) => action), `Passed: ${criterion}`].join('\n');

/** What is chosen of a plan; undefined: everything. */
export function chosen({ services, items, failedIn: before }: RunRequest): ((item: PlanItem) => boolean) | undefined {
  const failed = before && failedIn(before);
  if (!services && !items && !failed) return undefined;
  return (item) =>
    (failed?.(item) ?? true) &&
    ((!services && !items) || (services?.includes(item.service) ?? false) || (items?.includes(item.id) ?? false));
}
