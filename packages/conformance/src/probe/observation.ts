// What a probe has seen of a peer.
import type { Target } from '../execute/target.ts';

/** A SOP Class that the peer accepts. */
export interface SeenClass {
  readonly uid: string;
  /** In the order of the registry; the peer's preference is told by `chosen`. */
  readonly transferSyntaxes: readonly string[];
  /** What it picks where all that it accepts stand in one context, in two orders. */
  readonly chosen: readonly string[];
  /** Whether it grants us the role of a provider, as a C-GET needs it. */
  readonly grantsProviderRole: boolean;
  /** Its answer to extended negotiation, where it gave one. */
  readonly extendedNegotiation?: Uint8Array;
}

/** Attributes that came back filled in answer to a harmless query. */
export interface SeenQuery {
  readonly uid: string;
  readonly level: string;
  readonly status: string;
  readonly returned: readonly string[];
}

export interface Observation {
  readonly target: Target;
  readonly observedAt: string;
  readonly reachable: boolean;
  /** Why the association for Verification was not accepted, where it was not. */
  readonly rejection?: string;
  readonly echo?: string;
  readonly implementation: { readonly classUid?: string; readonly versionName?: string };
  /** Bytes; 0 = any. */
  readonly maximumLength?: number;
  readonly window?: { readonly invoked: number; readonly performed: number };
  readonly classes: readonly SeenClass[];
  /** A private SOP Class that nobody knows was accepted. */
  readonly takesUnknownClasses: boolean;
  readonly queries: readonly SeenQuery[];
  /** What went wrong on the way: the rest was done all the same. */
  readonly troubles: readonly string[];
}
