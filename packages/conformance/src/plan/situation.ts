// What the makers of items know: the system under test, one of its entities, and the statuses it states.
import { rangeOf } from '../compare/statuses.ts';
import type { ActivityView, EntityView, Offer, StatementView } from '../compare/view.ts';
import { identifier } from '../generate/names.ts';

/** One application entity of the system under test. */
export interface Situation {
  readonly system: StatementView;
  readonly entity: EntityView;
  /** What stands before the identifiers of its items, where there are several entities. */
  readonly prefix: string;
  /** All entities of the system, this one among them: an archive may store with one and answer with another. */
  readonly entities: readonly Situation[];
}

/** The activities in which the entity is called. */
export const accepted = ({ entity }: Situation): readonly ActivityView[] =>
  entity.acceptance.state === 'described' ? entity.acceptance.value.activities : [];

/** The activities in which it calls. */
export const initiated = ({ entity }: Situation): readonly ActivityView[] =>
  entity.initiation.state === 'described' ? entity.initiation.value.activities : [];

export const offersIn = (activities: readonly ActivityView[]): readonly Offer[] =>
  activities.flatMap(({ offers }) => offers);

/** The offer of a SOP Class that it provides. */
export const provides = (situation: Situation, uid: string): Offer | undefined =>
  offersIn(accepted(situation)).find((offer) => offer.uid === uid && offer.role !== 'SCU');

export const idOf = ({ prefix }: Pick<Situation, 'prefix'>, ...parts: readonly string[]): string =>
  [prefix, ...parts].filter(Boolean).map(identifier).join('/');

/** The items that all others at the entity need. */
export const reachId = (situation: Situation): string => idOf(situation, 'reach');
export const echoId = (situation: Situation): string => idOf(situation, 'verification');

/** Codes that an operation states, by their class. `*` where it states none. */
export function statedCodes(offer: Offer, operation: string, ...classes: readonly string[]): readonly string[] {
  const rows = offer.conformance
    .filter((fact) => fact.operation === operation && fact.ourRole !== 'SCU')
    .flatMap(({ statuses }) => statuses);
  if (rows.length === 0) return ['*'];
  return rows.filter(({ status, code }) => classes.includes(status) && rangeOf(code)).map(({ code }) => code);
}

/** Where an operation's statuses are stated, for the coverage. */
export const statusPaths = (offer: Offer, operation: string, ...classes: readonly string[]): readonly string[] =>
  offer.conformance
    .filter((fact) => fact.operation === operation && fact.ourRole !== 'SCU')
    .flatMap(({ statuses }) => statuses)
    .filter(({ status }) => classes.includes(status))
    .map(({ path }) => path);
