// What the rules find in statements of this system, remembered by their content: the document, the page and a preview ask for the same. PS3.2 7
import { type Statement, statementDigest, type Validation, validate } from '@concord/conformance';

/** The validation of a statement; its digest, where the caller has it. */
export type ValidationOf = (statement: Statement, digest?: string) => Validation;

/** As configured, as shipped, and one text that somebody is writing. */
const remembered = 3;

/** Validates again only what is another statement. */
export function keptValidation(): ValidationOf {
  const kept = new Map<string, Validation>();
  return (statement, digest = statementDigest(statement)) => {
    const found = kept.get(digest) ?? validate(statement);
    // The one that was asked for last is the last to be forgotten.
    kept.delete(digest);
    kept.set(digest, found);
    const [oldest] = kept.keys();
    if (kept.size > remembered && oldest !== undefined) kept.delete(oldest);
    return found;
  };
}
