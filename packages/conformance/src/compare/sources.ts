// From a line of a comparison to the sources of both values: what the statements say of where they have them from. PS3.2 6
import { sourceText } from '../model/provenance.ts';
import type { Provenance } from '../model/statement.ts';
import type { Link } from './links.ts';
import type { MediaRow } from './media.ts';
import type { Pair, Place } from './pairs.ts';
import type { Reason } from './verdict.ts';

type From = (path: string) => Provenance | undefined;

/** What of a direction has sources. */
interface Sourced {
  readonly pairs: readonly Pair[];
  readonly links: readonly Link[];
  readonly contents: readonly Reason[];
  readonly media: readonly MediaRow[];
}

/** The direction with the sources of its reasons and of the activities of its pairs. */
export function withSources<Direction extends Sourced>(
  direction: Direction,
  initiator: From,
  acceptor: From,
): Direction {
  const textOf = (from: From, path: string | undefined): string | undefined => {
    const found = path === undefined ? undefined : from(path);
    return found && sourceText(found);
  };
  const reasoned = (reason: Reason): Reason => {
    const ours = textOf(initiator, reason.initiator);
    const theirs = textOf(acceptor, reason.acceptor);
    if (ours === undefined && theirs === undefined) return reason;
    const sources = {
      ...(ours !== undefined && { initiator: ours }),
      ...(theirs !== undefined && { acceptor: theirs }),
    };
    return { ...reason, sources };
  };
  const placed = (place: Place, from: From): Place => {
    const source = textOf(from, place.path);
    return source === undefined ? place : { ...place, source };
  };
  const sourced = (pair: Pair): Pair => ({
    ...pair,
    initiator: placed(pair.initiator, initiator),
    ...(pair.acceptor && { acceptor: placed(pair.acceptor, acceptor) }),
    reasons: pair.reasons.map(reasoned),
  });
  return {
    ...direction,
    pairs: direction.pairs.map(sourced),
    links: direction.links.map((link) => ({ ...link, reasons: link.reasons.map(reasoned) })),
    contents: direction.contents.map(reasoned),
    media: direction.media.map((row) => ({ ...row, reasons: row.reasons.map(reasoned) })),
  };
}
