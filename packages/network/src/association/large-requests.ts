// Large A-ASSOCIATE-RQs are answered one in each turn of the event loop: many at once must not hold up everybody else.
import type { AssociateRequest } from '../pdu/pdu.ts';

/** Transfer syntaxes in all contexts together, from which on a request is large: answering takes milliseconds. */
const largeFrom = 500;

export const isLarge = ({ items }: AssociateRequest): boolean =>
  items.presentationContexts.reduce((sum, { syntax }) => sum + syntax.transfer.length, 0) >= largeFrom;

let last: Promise<void> = Promise.resolve();

/** Resolves in a turn of its own, behind those who asked before. */
export function ownTurn(): Promise<void> {
  last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
  return last;
}
