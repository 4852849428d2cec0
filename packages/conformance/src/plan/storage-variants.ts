// Items about storing what is unusual: wrong, incomplete, repeated, beyond ASCII, many, large, with more than its class has. PS3.4 B.2.3

import { parameterNames, parameterOf } from '../compare/parameters.ts';
import type { Offer } from '../compare/view.ts';
import { namesByTerm } from './character-names.ts';
import type { PlanItem } from './item.ts';
import { relatedGeneralItems } from './related-general-items.ts';
import { idOf, type Situation, statedCodes, statusPaths } from './situation.ts';
import { type StoreParts, stored, storeItem } from './store-item.ts';

const base = { priority: 'should' as const };

/** The parts of a variant with the identifier that follows from its name. */
const variant = (
  situation: Situation,
  offer: Offer,
  syntax: string,
  id: string,
  parts: Omit<StoreParts, 'id'>,
): PlanItem => storeItem(situation, offer, syntax, { ...base, id: idOf(situation, 'store', id), ...parts });

const anyStated = (offer: Offer): readonly string[] => {
  const refused = statedCodes(offer, 'C-STORE', 'Failure', 'Warning');
  return refused.length > 0 ? refused : ['*'];
};

function wrong(situation: Situation, offer: Offer, syntax: string): readonly PlanItem[] {
  return [
    variant(situation, offer, syntax, 'class mismatch', {
      title: 'A data set of another SOP Class than its request is refused, or stored with a warning',
      kind: 'negative',
      variant: 'class mismatch',
      expected: 'A stated failure or warning, such as A900 or B007.',
      statuses: anyStated(offer),
      paths: statusPaths(offer, 'C-STORE', 'Failure'),
    }),
    variant(situation, offer, syntax, 'missing attribute', {
      title: 'A data set without Study Instance UID gets a stated answer',
      kind: 'negative',
      variant: 'missing attribute',
      expected: 'A stated status, such as A900 or C000.',
      statuses: stored(offer, 'Warning', 'Failure'),
      paths: statusPaths(offer, 'C-STORE', 'Failure'),
    }),
    variant(situation, offer, syntax, 'again', {
      title: 'The same instance a second time gets a stated answer',
      kind: 'negative',
      variant: 'again',
      expected: 'A stated status.',
      statuses: stored(offer, 'Warning', 'Failure'),
      paths: [],
    }),
  ];
}

/** Defined terms that the statement supports and test objects can be made in, ISO_IR 192 first. */
export function testedTerms({ system }: Situation): readonly string[] {
  const { characterSets } = system;
  const stated =
    characterSets.state === 'described'
      ? characterSets.value.sets.filter(({ direction }) => direction !== 'sent').flatMap(({ terms }) => terms)
      : [];
  return [...new Set(['ISO_IR 192', ...stated])].filter((term) => term in namesByTerm);
}

const unicode = 'ISO_IR 192';
/** The first item is older than the others, and keeps its identifier. */
export const termId = (term: string): string => (term === unicode ? 'character set' : `character set ${term}`);

function characterSets(situation: Situation, offer: Offer, syntax: string): readonly PlanItem[] {
  const terms = testedTerms(situation);
  const described = situation.system.characterSets.state === 'described';
  const unstated = Object.keys(namesByTerm).find((term) => !terms.includes(term));
  const one = (term: string, isStated: boolean): PlanItem =>
    variant(situation, offer, syntax, termId(term), {
      title: `Names beyond ASCII are ${isStated ? 'stored' : 'answered with a stated status'} (${term}${isStated ? '' : ', which is not stated'})`,
      kind: isStated ? 'boundary' : 'negative',
      variant: 'character set',
      characterSet: term,
      expected: isStated ? 'Status 0000, or a stated warning.' : 'A stated status.',
      statuses: isStated ? stored(offer, 'Warning') : stored(offer, 'Warning', 'Failure'),
      paths: ['/characterSets/supported'],
    });
  return [...terms.map((term) => one(term, true)), ...(described && unstated ? [one(unstated, false)] : [])];
}

function counted(situation: Situation, offer: Offer, syntax: string): readonly PlanItem[] {
  const make = (id: 'many' | 'five hundred', count: number, rest: Partial<StoreParts> = {}): PlanItem =>
    variant(situation, offer, syntax, id, {
      title: `${count} small instances over one association`,
      kind: 'boundary',
      variant: id,
      data: `${count} synthetic instances of one series.`,
      expected: 'Status 0000 for each.',
      statuses: stored(offer, 'Warning'),
      paths: [],
      ...rest,
    });
  return [make('many', 20), make('five hundred', 500, { priority: 'optional', safety: 'disturbs' })];
}

const mega = 1024 ** 2;
/** Larger objects are sent by hand, in bytes. */
const largest = 2 * 1024 ** 3;
const frame = 512 * 512;

function large(situation: Situation, offer: Offer, syntax: string): readonly PlanItem[] {
  const limit = parameterOf(situation.system, situation.entity.id, parameterNames.objectSize);
  const make = (id: string, bytes: number, refused: boolean): PlanItem =>
    variant(situation, offer, syntax, id, {
      title: refused
        ? `An object beyond the stated limit of ${limit?.value} bytes is refused with a stated status`
        : `A multi-frame object of ${Math.round(bytes / mega)} MB is stored`,
      kind: 'boundary',
      variant: 'large',
      bytes,
      data: `A synthetic multi-frame object of ${bytes} bytes.`,
      expected: refused ? 'A stated failure, and the system goes on.' : 'Status 0000, or a stated warning.',
      statuses: refused ? [...statedCodes(offer, 'C-STORE', 'Failure'), 'abort'] : stored(offer, 'Warning'),
      paths: limit ? [limit.path] : [],
      priority: 'optional',
      safety: 'disturbs',
    });
  if (limit && limit.value <= largest)
    return [
      make('below the limit', Math.max(1, limit.value - 2 * frame), false),
      make('above the limit', limit.value + 1, true),
    ];
  return [make('65 megabytes', 65 * mega, false), make('2 gigabytes', largest, false)];
}

/** Everything unusual that is stored at an entity with one class. */
export const storageVariants = (situation: Situation, offer: Offer, syntax: string): readonly PlanItem[] => [
  ...wrong(situation, offer, syntax),
  ...characterSets(situation, offer, syntax),
  ...counted(situation, offer, syntax),
  ...large(situation, offer, syntax),
  variant(situation, offer, syntax, 'added attributes', {
    title: 'Attributes that the class does not have, standard and private, do no harm',
    kind: 'boundary',
    variant: 'added attributes',
    expected: 'Status 0000, or a stated warning.',
    statuses: stored(offer, 'Warning'),
    paths: statusPaths(offer, 'C-STORE', 'Warning'),
  }),
  ...relatedGeneralItems(situation, offer),
];
