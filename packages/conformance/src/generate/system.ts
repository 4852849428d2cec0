// What the generator is told of a running system: its declarations and its configuration, as they are in memory.
import type { Implementation, Limits, Policy, Service, Timeouts } from '@concord/network';
import type { Annexes, CharacterSets, Security } from '../model/annexes.ts';
import type { Grouping } from '../model/grouping.ts';
import type { Media } from '../model/media.ts';
import type { Statement } from '../model/statement.ts';
import type { EntityBaseline, GeneralBaseline } from './baseline.ts';
import type { ObjectBuilder } from './object-contents.ts';

/** A value that an installation may change: what the product ships with, and what is in force here. */
export interface Effective<T> {
  readonly default: T;
  readonly value: T;
}

/** A setting as the settings table has it. */
export interface DescribedSetting {
  readonly name: string;
  readonly text: string;
  readonly default: string;
  readonly value: string;
  readonly unit?: string;
  readonly range: string;
}

/** Tries after the first, and the wait before each, in seconds. */
export interface Retries {
  readonly count: number;
  readonly interval: number;
  readonly condition: string;
}

/** One application entity. Those that accept are called at its port; those that initiate call peers. */
export interface DescribedEntity {
  readonly id: string;
  readonly name: string;
  /** What it does, in general terms. PS3.2 A.4.1.2 */
  readonly functionalDefinition: string;
  readonly aeTitle: Effective<string>;
  readonly port: Effective<number>;
  /** Where it is another than that of the system. */
  readonly implementation?: Implementation;
  readonly accepts: {
    readonly services: readonly Service[];
    readonly limits: Limits;
    readonly timeouts: Timeouts;
    readonly policy: Policy;
  };
  readonly initiates: {
    readonly services: readonly Service[];
    readonly timeouts: Timeouts;
    /** By the name of a service: how often a failed operation is tried again by itself; none: never. */
    readonly retries?: Readonly<Record<string, Retries>> | undefined;
    /** Associations at a time; undefined: as many as are asked for. */
    readonly associations: number | undefined;
    readonly grouping: Grouping;
  };
  readonly baseline: EntityBaseline;
}

/** A remote system of this installation: site data. */
export interface DescribedRemote {
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
}

/** One entry of the revision history, as its author wrote it. */
export interface DescribedRevision {
  /** Of the document. */
  readonly version: string;
  readonly date: string;
  readonly author?: string;
  readonly text: string;
}

/** Actors of system management profiles. PS3.15 Annexes F to H, PS3.2 A.4.3.2 */
export interface DescribedManagement {
  readonly profiles: readonly {
    readonly profile: string;
    readonly actor: string;
    readonly protocols: readonly string[];
    readonly optionalTransactions: string;
    readonly securitySupport: string;
  }[];
  /** What each actor does. */
  readonly texts: readonly { readonly actor: string; readonly text: string }[];
  /** The greatest error of the clock that is borne without a warning. */
  readonly accuracy?: { readonly text: string; readonly seconds: number };
}

export interface DescribedSystem {
  readonly product: { readonly name: string; readonly version: string; readonly company?: string };
  /** In layman's terms, without acronyms. PS3.2 A.1 */
  readonly overview: string;
  /** Which order activities have, or why none. PS3.2 A.4.1.3 */
  readonly sequencing: string;
  /** Details that matter to others and have no place elsewhere. PS3.2 6.2 */
  readonly implementationNotes?: string;
  readonly documentDate: string;
  readonly documentNumber?: string;
  /** The oldest first; without any the history has one entry, which says that it was generated. */
  readonly revisions?: readonly DescribedRevision[];
  readonly implementation: Implementation;
  readonly entities: readonly DescribedEntity[];
  readonly settings: readonly DescribedSetting[];
  readonly baseline: GeneralBaseline;
  readonly remotes: readonly DescribedRemote[];
  readonly protocols: readonly string[];
  /** None: no system management profile. */
  readonly management?: DescribedManagement;
  readonly characterSets: CharacterSets;
  readonly security: Security;
  /** What stands beside what the builders give. */
  readonly annexes: Annexes;
  /** What makes objects; the types of their SOP Classes follow from what they put into them. */
  readonly builders?: readonly ObjectBuilder[];
  readonly media: Media | undefined;
  readonly webServices: Extract<Statement['webServices'], { state: 'described' }>['rows'];
  /** Edition of the standard that the tables come from. */
  readonly standardEdition: string;
}
