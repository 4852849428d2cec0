// What the administrators of both sides have to enter before anything works: a line for each pair of AE titles and direction. PS3.2 A.4.4.1
import type { Link } from './links.ts';
import type { Pair } from './pairs.ts';

export interface WorkSheetLine {
  readonly initiator: string;
  readonly acceptor: string;
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  /** What to enter on the side that opens the association. */
  readonly onInitiator: string;
  /** What to enter on the side that is called. */
  readonly onAcceptor: string;
}

const asked = '(ask)';

/** Lines for the entities that have anything to do with each other. */
export function workSheetOf({
  initiator,
  acceptor,
  links,
  pairs,
}: {
  readonly initiator: string;
  readonly acceptor: string;
  readonly links: readonly Link[];
  readonly pairs: readonly Pair[];
}): readonly WorkSheetLine[] {
  return links
    .filter((link) =>
      pairs.some(
        (pair) =>
          pair.verdict !== 'cannot' &&
          pair.initiator.ae === link.initiator.ae &&
          pair.acceptor?.ae === link.acceptor.ae,
      ),
    )
    .map((link) => {
      const callingAeTitle = link.initiator.title ?? asked;
      const calledAeTitle = link.acceptor.title ?? asked;
      return {
        initiator: `${initiator}: ${link.initiator.name}`,
        acceptor: `${acceptor}: ${link.acceptor.name}`,
        callingAeTitle,
        calledAeTitle,
        onInitiator: `Remote AE title ${calledAeTitle}, its host name or address, port ${link.acceptor.port ?? asked}.`,
        onAcceptor: `Allow calling AE title ${callingAeTitle} from its host name or address, where callers are restricted.`,
      };
    });
}
