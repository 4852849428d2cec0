// One item that stores something, and what may be answered to it. PS3.4 Annex B
import { uidName } from '@concord/dicom';
import { sectionOf } from '../compare/statement-section.ts';
import type { Offer } from '../compare/view.ts';
import type { Check } from './check.ts';
import { type ItemParts, item, type PlanItem } from './item.ts';
import { idOf, type Situation, statedCodes } from './situation.ts';

const service = 'Storage';

export interface StoreParts extends Partial<ItemParts> {
  readonly id: string;
  readonly title: string;
  readonly kind: ItemParts['kind'];
  readonly variant: Extract<Check, { kind: 'store' }>['variant'];
  readonly expected: string;
  readonly statuses: readonly string[];
  readonly paths: readonly string[];
  readonly characterSet?: string;
  readonly bytes?: number;
}

/** An item that stores something. */
export function storeItem(situation: Situation, offer: Offer, syntax: string, parts: StoreParts): PlanItem {
  const { variant, expected, statuses, paths, characterSet, bytes, ...rest } = parts;
  const activity = offer.activity.id;
  return item({
    service,
    claim: { text: `${offer.name} is stored.`, paths: [offer.path, ...paths], section: sectionOf(offer.path) },
    data: `A synthetic ${offer.name} of a marked test patient, in ${uidName(syntax) ?? syntax}.`,
    steps: [{ action: 'Send it with C-STORE.', expected }],
    criterion: expected,
    safety: 'adds data',
    dependsOn: [idOf(situation, 'negotiation', activity)],
    check: {
      kind: 'store',
      sopClass: offer.uid,
      transferSyntax: syntax,
      variant,
      statuses,
      ...(characterSet !== undefined && { characterSet }),
      ...(bytes !== undefined && { bytes }),
    },
    ...rest,
  });
}

/** Success, and what is stated of these classes; anything where nothing is stated. */
export function stored(offer: Offer, ...classes: readonly string[]): readonly string[] {
  const codes = statedCodes(offer, 'C-STORE', ...classes);
  return codes.includes('*') ? codes : ['0000', ...codes];
}
