// How an initiator spreads the transfer syntaxes of an abstract syntax over presentation contexts: the words of a statement, and what stands in each context. PS3.2 A.4.2.x.3.1.2
import { transferSyntax } from '@concord/dicom';

/** From few contexts to many; which of them it is decides what an acceptor can choose. */
export const groupings = [
  'one context for all transfer syntaxes',
  'one context for the uncompressed transfer syntaxes, and one for each other',
  'one context per transfer syntax',
  'one context per transfer syntax, and one for all of them',
] as const;

export type Grouping = (typeof groupings)[number];

const isGrouping = (text: string): text is Grouping => groupings.some((each) => each === text);

const isCompressed = (uid: string): boolean => {
  const syntax = transferSyntax(uid);
  return syntax === undefined || syntax.encapsulated || syntax.deflated;
};

/** The lists of transfer syntaxes of the contexts that are proposed; words that are no grouping of the model: one context with all. */
export function contextsOfGrouping(grouping: string, syntaxes: readonly string[]): readonly (readonly string[])[] {
  const each = syntaxes.map((uid) => [uid]);
  switch (isGrouping(grouping) ? grouping : groupings[0]) {
    case 'one context for all transfer syntaxes':
      return [syntaxes];
    case 'one context per transfer syntax':
      return each;
    case 'one context per transfer syntax, and one for all of them':
      return syntaxes.length > 1 ? [...each, syntaxes] : each;
    case 'one context for the uncompressed transfer syntaxes, and one for each other': {
      const together = syntaxes.filter((uid) => !isCompressed(uid));
      const apart = syntaxes.filter(isCompressed).map((uid) => [uid]);
      return together.length > 0 ? [together, ...apart] : apart;
    }
  }
}
