// Items about consistent gray: a test pattern is stored, shown by the system, and judged by measurement or by eye. PS3.2 A.8.4, PS3.14
import { isStorageSopClass, uidName } from '@concord/dicom';
import type { Offer } from '../compare/view.ts';
import { item, type PlanItem } from './item.ts';
import { accepted, idOf, offersIn, type Situation } from './situation.ts';
import { syntaxFor } from './storage-items.ts';
import { stored, storeItem } from './store-item.ts';

const path = '/annexes/grayscale';

/** Whether the statement says something about displays and the standard function, and does not deny it. */
const claimed = (text: string | undefined): boolean =>
  text !== undefined &&
  /grayscale standard display|gsdf|ps ?3\.14/i.test(text) &&
  /display|screen|monitor|view/i.test(text);

const isGrayImage = ({ uid, role }: Offer): boolean =>
  isStorageSopClass(uid) && role !== 'SCU' && / Image Storage/.test(uidName(uid) ?? '');

/** Preferred, as its values are P-Values where nothing else is said. */
const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';

/** The pattern by machine, the look at it by hand. */
export function grayscaleItems(situation: Situation): readonly PlanItem[] {
  if (!claimed(situation.system.grayscale)) return [];
  const offers = offersIn(accepted(situation)).filter(isGrayImage);
  const offer = offers.find(({ uid }) => uid === secondaryCapture) ?? offers[0];
  const syntax = offer && syntaxFor(offer);
  if (!offer || syntax === undefined) return [];
  const pattern = storeItem(situation, offer, syntax, {
    id: idOf(situation, 'grayscale', 'pattern'),
    title: 'A pattern of eighteen gray steps is stored, to be displayed',
    kind: 'positive',
    variant: 'gray steps',
    expected: 'Status 0000, or a stated warning.',
    statuses: stored(offer, 'Warning'),
    paths: [path],
    priority: 'should',
  });
  const displayed = item({
    id: idOf(situation, 'grayscale', 'displayed'),
    title: 'The gray steps are displayed through the Grayscale Standard Display Function',
    service: 'Display',
    kind: 'positive',
    claim: { text: situation.system.grayscale ?? '', paths: [path], section: 'A.8.4' },
    configuration: ['Calibrate the display as the statement describes, in the light of the place where it is used.'],
    data: 'Image 4 of the marked test patient: eighteen bars from black to white, P-Values 0, 15, 30 ... 255.',
    steps: [
      {
        action: 'Open the image on the system under test, without window or zoom.',
        expected: 'Eighteen bars are seen.',
      },
      {
        action: 'Measure the luminance of each bar, or look at the edges from the usual distance.',
        expected: 'From bar to bar the same number of just noticeable differences.',
      },
    ],
    criterion:
      'Measured: the contrast of each step is within 10 percent of that of PS3.14 between the darkest and the brightest bar. By eye: all seventeen edges are seen, equally strong.',
    automation: 'manual',
    priority: 'should',
    dependsOn: [pattern.id],
  });
  return [pattern, displayed];
}
