// What a request accepts: the accept query parameter first, then the Accept header. PS3.18 8.7.6 to 8.7.8.
import type { FastifyRequest } from 'fastify';
import type { MediaRange } from './media-range.ts';
import { parseAccept } from './media-range.ts';
import { type Choice, negotiate, notAcceptable, type Offer, type Packaging } from './media-types.ts';
import { type Query, single } from './query.ts';

/** The sets of ranges in the order in which they count. */
export type Acceptance = readonly (readonly MediaRange[])[];

/** A `+` that was not percent-encoded arrives as a space: `application/dicom json` can only mean one thing. */
const repairPlus = (text: string): string => text.replace(/(application\/dicom) (json|xml)/gu, '$1+$2');

/** @throws HttpProblem invalid-parameter where `accept` stands twice */
export const acceptanceOf = (request: FastifyRequest, query: Query): Acceptance => {
  const header = parseAccept(request.headers.accept);
  const parameter = single(query, 'accept');
  return parameter === undefined ? [header] : [parseAccept(repairPlus(parameter)), header];
};

/** The choice of the first set that leads to one. */
export const chooseFrom = <O extends Offer>(
  acceptance: Acceptance,
  offers: readonly O[],
  packagings: readonly Packaging[],
): Choice<O> | undefined => {
  for (const ranges of acceptance) {
    const choice = negotiate(ranges, offers, packagings);
    if (choice !== undefined) return choice;
  }
  return undefined;
};

/** The same. @throws HttpProblem not-acceptable with what could be had */
export const choose = <O extends Offer>(
  acceptance: Acceptance,
  offers: readonly O[],
  packagings: readonly Packaging[],
): Choice<O> => {
  const choice = chooseFrom(acceptance, offers, packagings);
  if (choice === undefined) throw notAcceptable(offers, packagings);
  return choice;
};
