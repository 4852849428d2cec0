// Items about storing: each class, each syntax that we can make, wrong data, repeated data, many objects. PS3.4 Annex B
import {
  deflatedExplicitVrLittleEndian,
  explicitVrBigEndian,
  explicitVrLittleEndian,
  implicitVrLittleEndian,
  isStorageSopClass,
  uidName,
} from '@concord/dicom';
import { sectionOf } from '../compare/statement-section.ts';
import type { Offer } from '../compare/view.ts';
import type { Check } from './check.ts';
import { type ItemParts, item, type PlanItem } from './item.ts';
import { accepted, idOf, offersIn, type Situation, statedCodes, statusPaths } from './situation.ts';

const service = 'Storage';

/** Syntaxes that objects are made in without a codec. */
const makable: readonly string[] = [
  explicitVrLittleEndian,
  implicitVrLittleEndian,
  explicitVrBigEndian,
  deflatedExplicitVrLittleEndian,
];

const isStored = ({ uid, role }: Offer): boolean => isStorageSopClass(uid) && role !== 'SCU';
/** What a clinic sends most: where there is a choice, one of these is taken. */
const usual = ['1.2.840.10008.5.1.4.1.1.7', '1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.5.1.4.1.1.4'];

/** The class that items are made with where one is enough. */
const sampleClass = (situation: Situation): Offer | undefined => {
  const offers = offersIn(accepted(situation)).filter(isStored);
  return usual.map((uid) => offers.find((offer) => offer.uid === uid)).find(Boolean) ?? offers[0];
};

/** What an entity finds and commits: the class that it stores itself, or another entity of the same system. */
export function sampleOf(situation: Situation): { readonly offer: Offer; readonly id: string } | undefined {
  for (const each of [situation, ...situation.entities]) {
    const offer = sampleClass(each);
    if (offer) return { offer, id: idOf(each, 'store', offer.uid) };
  }
  return undefined;
}

/** The item that other services need: something is stored that they can find. */
export const storedId = (situation: Situation): string | undefined => sampleOf(situation)?.id;

const syntaxFor = (offer: Offer): string | undefined => makable.find((uid) => offer.syntaxes.has(uid));

interface StoreParts extends Partial<ItemParts> {
  readonly id: string;
  readonly title: string;
  readonly kind: ItemParts['kind'];
  readonly variant: Extract<Check, { kind: 'store' }>['variant'];
  readonly expected: string;
  readonly statuses: readonly string[];
  readonly paths: readonly string[];
}

function storeItem(situation: Situation, offer: Offer, syntax: string, parts: StoreParts): PlanItem {
  const { variant, expected, statuses, paths, ...rest } = parts;
  const activity = offer.activity.id;
  return item({
    service,
    claim: { text: `${offer.name} is stored.`, paths: [offer.path, ...paths], section: sectionOf(offer.path) },
    data: `A synthetic ${offer.name} of a marked test patient, in ${uidName(syntax) ?? syntax}.`,
    steps: [{ action: 'Send it with C-STORE.', expected }],
    criterion: expected,
    safety: 'adds data',
    dependsOn: [idOf(situation, 'negotiation', activity)],
    check: { kind: 'store', sopClass: offer.uid, transferSyntax: syntax, variant, statuses },
    ...rest,
  });
}

const good = ['Success', 'Warning'];

/** Success, and what is stated of these classes; anything where nothing is stated. */
function stored(offer: Offer, ...classes: readonly string[]): readonly string[] {
  const codes = statedCodes(offer, 'C-STORE', ...classes);
  return codes.includes('*') ? codes : ['0000', ...codes];
}

function eachClass(situation: Situation): readonly PlanItem[] {
  return offersIn(accepted(situation))
    .filter(isStored)
    .flatMap((offer) => {
      const syntax = syntaxFor(offer);
      if (syntax === undefined) return [];
      return storeItem(situation, offer, syntax, {
        id: idOf(situation, 'store', offer.uid),
        title: `${offer.name} is stored`,
        kind: 'positive',
        variant: 'plain',
        expected: 'Status 0000, or a stated warning.',
        statuses: stored(offer, 'Warning'),
        paths: statusPaths(offer, 'C-STORE', ...good),
      });
    });
}

/** Each further syntax with one class: those we can make, and the others by hand. */
function eachSyntax(situation: Situation, offer: Offer): readonly PlanItem[] {
  const main = syntaxFor(offer);
  return [...offer.syntaxes]
    .filter((uid) => uid !== main)
    .map((uid) => {
      const byMachine = makable.includes(uid);
      const { check, ...rest } = storeItem(situation, offer, uid, {
        id: idOf(situation, 'store', offer.uid, uid),
        title: `${offer.name} in ${uidName(uid) ?? uid} is stored`,
        kind: 'positive',
        variant: 'plain',
        expected: 'Status 0000, or a stated warning.',
        statuses: stored(offer, 'Warning'),
        paths: [],
        priority: 'should',
        automation: byMachine ? 'automatic' : 'manual',
      });
      return byMachine && check ? { ...rest, check } : rest;
    });
}

function variants(situation: Situation, offer: Offer, syntax: string): readonly PlanItem[] {
  const refused = statedCodes(offer, 'C-STORE', 'Failure', 'Warning');
  const again = stored(offer, 'Warning', 'Failure');
  const base = { priority: 'should' as const };
  return [
    storeItem(situation, offer, syntax, {
      ...base,
      id: idOf(situation, 'store', 'class mismatch'),
      title: 'A data set of another SOP Class than its request is refused, or stored with a warning',
      kind: 'negative',
      variant: 'class mismatch',
      expected: 'A stated failure or warning, such as A900 or B007.',
      statuses: refused.length > 0 ? refused : ['*'],
      paths: statusPaths(offer, 'C-STORE', 'Failure'),
    }),
    storeItem(situation, offer, syntax, {
      ...base,
      id: idOf(situation, 'store', 'again'),
      title: 'The same instance a second time gets a stated answer',
      kind: 'negative',
      variant: 'again',
      expected: 'A stated status.',
      statuses: again,
      paths: [],
    }),
    storeItem(situation, offer, syntax, {
      ...base,
      id: idOf(situation, 'store', 'character set'),
      title: 'Names beyond ASCII are stored (ISO_IR 192)',
      kind: 'boundary',
      variant: 'character set',
      expected: 'Status 0000, or a stated warning.',
      statuses: stored(offer, 'Warning'),
      paths: ['/characterSets/supported'],
    }),
    storeItem(situation, offer, syntax, {
      ...base,
      id: idOf(situation, 'store', 'many'),
      title: 'Many small instances over one association',
      kind: 'boundary',
      variant: 'many',
      data: '20 synthetic instances of one series.',
      expected: 'Status 0000 for each.',
      statuses: stored(offer, 'Warning'),
      paths: [],
    }),
  ];
}

/** Everything about storing at an entity. */
export function storageItems(situation: Situation): readonly PlanItem[] {
  const sample = sampleClass(situation);
  const syntax = sample && syntaxFor(sample);
  return [
    ...eachClass(situation),
    ...(sample ? eachSyntax(situation, sample) : []),
    ...(sample && syntax !== undefined ? variants(situation, sample, syntax) : []),
  ];
}
