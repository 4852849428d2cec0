// Items about storing: each class, each syntax that we can make, wrong data, repeated data, many objects. PS3.4 Annex B
import { isStorageSopClass, uidName } from '@concord/dicom';
import type { Offer } from '../compare/view.ts';
import type { PlanItem } from './item.ts';
import { accepted, idOf, offersIn, type Situation, statusPaths } from './situation.ts';
import { storageVariants } from './storage-variants.ts';
import { stored, storeItem } from './store-item.ts';
import { encodable, isMakable, makable } from './syntaxes.ts';

const isStored = ({ uid, role }: Offer): boolean => isStorageSopClass(uid) && role !== 'SCU';
/** What a clinic sends most: where there is a choice, one of these is taken. */
const usual = ['1.2.840.10008.5.1.4.1.1.7', '1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.5.1.4.1.1.4'];

/** The class that items are made with where one is enough. */
const sampleClass = (situation: Situation): Offer | undefined => {
  const offers = offersIn(accepted(situation)).filter(isStored);
  return usual.map((uid) => offers.find((offer) => offer.uid === uid)).find(Boolean) ?? offers[0];
};

/** What an entity finds and commits: the class that it stores itself, or another entity of the same system. */
export function sampleOf(
  situation: Situation,
): { readonly offer: Offer; readonly id: string; readonly situation: Situation } | undefined {
  for (const each of [situation, ...situation.entities]) {
    const offer = sampleClass(each);
    if (offer) return { offer, id: idOf(each, 'store', offer.uid), situation: each };
  }
  return undefined;
}

/** The item that other services need: something is stored that they can find. */
export const storedId = (situation: Situation): string | undefined => sampleOf(situation)?.id;

/** The syntax that an offer's test objects are made in. */
export const syntaxFor = (offer: Offer): string | undefined => makable.find((uid) => offer.syntaxes.has(uid));

const good = ['Success', 'Warning'];

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
      const byMachine = isMakable(uid) || encodable.has(uid);
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

/** Everything about storing at an entity. */
export function storageItems(situation: Situation): readonly PlanItem[] {
  const sample = sampleClass(situation);
  const syntax = sample && syntaxFor(sample);
  return [
    ...eachClass(situation),
    ...(sample ? eachSyntax(situation, sample) : []),
    ...(sample && syntax !== undefined ? storageVariants(situation, sample, syntax) : []),
  ];
}
