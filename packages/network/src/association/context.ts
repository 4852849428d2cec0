// A negotiated presentation context, as the acceptor answered it and both sides use it. PS3.8 7.1.1.13 and .14.
import type { PresentationContext } from '../handlers.ts';
import type { BoundService } from '../service.ts';

/** An accepted context. */
export interface AcceptedContext extends PresentationContext {
  /** We may invoke operations (or, as SCP, notifications go the other way). PS3.7 D.3.3.4. */
  readonly weAreScu: boolean;
  readonly weAreScp: boolean;
  /** What carries out the peer's requests. */
  readonly service: BoundService | undefined;
  /** What takes the events that the peer sends as SCP. */
  readonly eventService: BoundService | undefined;
  /** What both sides agreed for the SOP Class. */
  readonly extendedNegotiation: Uint8Array | undefined;
}

/** One offered context and what became of it. */
export interface ContextOutcome {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly offeredTransferSyntaxes: readonly string[];
  /** PS3.8 Table 9-18. */
  readonly result: number;
  readonly transferSyntax?: string;
  /** Why it was refused, and what would help. */
  readonly reason?: string;
  readonly remedy?: string;
}
