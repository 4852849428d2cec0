// One item of a test plan: what is proved, with what, by which steps, and who can do it. PS3.2 6
import type { Verdict } from '../compare/verdict.ts';
import type { Check } from './check.ts';

export type ItemKind = 'positive' | 'negative' | 'boundary' | 'failure';
/** `automatic`: the executor alone; `assisted`: it waits for somebody who makes the peer act; `manual`: by hand. */
export type Automation = 'automatic' | 'assisted' | 'manual';
/** What it does to the peer. */
export type Safety = 'read-only' | 'adds data' | 'changes data' | 'disturbs';
export type Priority = 'must' | 'should' | 'optional';

export interface Claim {
  readonly text: string;
  /** JSON Pointers into the statement of the system under test. */
  readonly paths: readonly string[];
  /** Of Annex A. */
  readonly section: string;
  /** Rows of the comparison that it rests on, where there was one. */
  readonly rows?: readonly ComparedRow[];
}

/** A row of a comparison: what the partner proposes, and what the system under test says of it. */
export interface ComparedRow {
  /** UID. */
  readonly sopClass: string;
  readonly verdict: Verdict;
  /** JSON Pointer into the statement of the partner. */
  readonly partner: string;
  /** JSON Pointer into that of the system under test; missing where it has nothing of the kind. */
  readonly system?: string;
}

export interface PlanItem {
  readonly id: string;
  readonly title: string;
  readonly service: string;
  /** Which application entity it is about, by its identifier, where the system has several. */
  readonly entity?: string;
  readonly kind: ItemKind;
  readonly claim: Claim;
  /** Who opens the association. */
  readonly direction: 'we call' | 'the system calls';
  readonly configuration: readonly string[];
  readonly data: string;
  readonly steps: readonly { readonly action: string; readonly expected: string }[];
  readonly criterion: string;
  readonly automation: Automation;
  readonly safety: Safety;
  readonly priority: Priority;
  /** Items without which this one proves nothing. */
  readonly dependsOn: readonly string[];
  /** Left out of what is run, with the reason. */
  readonly outOfScope?: string;
  readonly check?: Check;
}

/** Association records, messages with their statuses and times: kept for every item. */
export const evidence = 'Negotiated contexts, messages with status and time, as the report keeps them.';

type Defaults = 'configuration' | 'direction' | 'automation' | 'safety' | 'priority' | 'dependsOn' | 'data';
export type ItemParts = Omit<PlanItem, Defaults> & Partial<Pick<PlanItem, Defaults>>;

/** An item that is automatic, read-only and must pass unless it says otherwise. */
export const item = (parts: ItemParts): PlanItem => ({
  direction: 'we call',
  configuration: [],
  data: 'none',
  automation: 'automatic',
  safety: 'read-only',
  priority: 'must',
  dependsOn: [],
  ...parts,
});
