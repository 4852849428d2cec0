// What is looked for among the associations: as it stands in the page's address, and as the server is asked.
import { type JsonObject, textOf } from '../json.ts';

export const outcomes = { refused: 'Refused', failed: 'Refused or failed', released: 'Ended well' } as const;
export type Outcome = keyof typeof outcomes;

/** What is not looked for is absent. */
export interface AssociationSearch {
  /** Calling or called. */
  readonly title?: string;
  readonly address?: string;
  readonly outcome?: Outcome;
  /** From 1. */
  readonly page?: number;
}

export const pageSize = 50;
const longest = 64;

export const isOutcome = (text: string): text is Outcome => Object.hasOwn(outcomes, text);

/** The search that an address means; what it does not understand is left out. */
export const readAssociationSearch = (query: JsonObject): AssociationSearch => {
  const [title, address, outcome] = ['title', 'address', 'outcome'].map((key) =>
    textOf(query, key).trim().slice(0, longest),
  );
  const page = Number(textOf(query, 'page'));
  return {
    ...(title && { title }),
    ...(address && { address }),
    ...(outcome && isOutcome(outcome) && { outcome }),
    ...(Number.isInteger(page) && page > 1 && page < 100_000 && { page }),
  };
};

export const isNarrowed = ({ title, address, outcome }: AssociationSearch): boolean =>
  [title, address, outcome].some((value) => value !== undefined);

/** One more than a page is asked for: it tells whether there is a next one. */
export const associationQuery = ({ title, address, outcome, page = 1 }: AssociationSearch): string => {
  const query = new URLSearchParams({ limit: String(pageSize + 1), offset: String((page - 1) * pageSize) });
  if (title !== undefined) query.set('aeTitle', title);
  if (address !== undefined) query.set('address', address);
  if (outcome !== undefined) query.set('outcome', outcome);
  return query.toString();
};
