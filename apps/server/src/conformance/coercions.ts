// Attributes that are changed here: at receipt, by people, and on the way out, as the settings in force have it. PS3.2 A.8.1.4
import type { Annexes } from '@concord/conformance';
import { describeTag, formatTag, type Keyword, tagOf } from '@concord/dicom';
import { patientAttributes, studyAttributes } from '../reconciliation/reconciliation.ts';
import type { AttributeFilter } from '../settings/attribute-filters.ts';
import { type FilterPlace, toldPlace } from '../settings/filter-places.ts';
import type { Configuration } from '../settings/settings.ts';

type Described = Extract<Annexes['coercion'], { state: 'described' }>;
type Coercion = Described['rows'][number];

export type CoercionSettings = Pick<
  Configuration,
  | 'incomingDefaults'
  | 'incomingNames'
  | 'incomingSex'
  | 'compressIncoming'
  | 'coercionWarning'
  | 'duplicates'
  | 'patientConflicts'
  | 'accessionFromOrders'
  | 'attributeFilters'
  | 'peers'
>;

const row = (tag: number, source: string, condition: string, status = '0000'): Coercion => ({
  service: 'Storage',
  attribute: describeTag(tag)?.name ?? 'Unknown',
  tag: formatTag(tag),
  source,
  condition,
  status,
});

/** What an object is answered with that was changed at its receipt. PS3.4 B.2.3 */
const answered = ({ coercionWarning }: CoercionSettings): string => (coercionWarning === 'on' ? 'B000' : '0000');

const laidOver = (reason: 'COERCE' | 'CORRECT'): string =>
  `The stored bytes stay as they came; the value is laid over them on the way out, and Original Attributes Sequence (0400,0561) keeps the received one with the reason ${reason}.`;

/** What compression at receipt changes: the bytes that came are not kept. */
function compressionsOf({ compressIncoming, ...settings }: CoercionSettings): readonly Coercion[] {
  const when = (rules: CoercionSettings['compressIncoming']): string =>
    rules
      .map(({ from, modality }) =>
        [modality ?? 'all modalities', from === undefined ? 'of anybody' : `of ${from}`].join(' '),
      )
      .join('; ');
  const renewed = compressIncoming.filter(({ sopInstanceUid }) => sopInstanceUid === 'new');
  const told = (keyword: Keyword, rules: CoercionSettings['compressIncoming']): Coercion =>
    row(
      tagOf(keyword),
      'AUTO',
      `Where an image that came uncompressed is kept in JPEG, with loss: ${when(rules)}. What came is not kept.`,
      answered({ compressIncoming, ...settings }),
    );
  return [
    ...(compressIncoming.length > 0 ? [told('LossyImageCompression', compressIncoming)] : []),
    ...(renewed.length > 0 ? [told('SOPInstanceUID', renewed)] : []),
  ];
}

/** What changes an object as it comes, one row for each setting that does. */
function atReceipt(settings: CoercionSettings): readonly Coercion[] {
  const { incomingDefaults, incomingNames, incomingSex, duplicates, patientConflicts, accessionFromOrders } = settings;
  const coerced = (keyword: Keyword, source: string, condition: string): Coercion =>
    row(tagOf(keyword), source, `${condition} ${laidOver('COERCE')}`, answered(settings));
  const onlyEmpty = accessionFromOrders === 'where empty' ? ', and it came with no number of its own' : '';
  return [
    ...incomingDefaults.map(({ attribute, value, from }) =>
      coerced(
        attribute,
        `CONFIG: ${value}`,
        `Where it is empty or absent${from === undefined ? '' : ` in objects of ${from}`}.`,
      ),
    ),
    ...(incomingNames === 'as sent'
      ? []
      : [coerced('PatientName', 'AUTO', 'Where a comma stands for the delimiter of family and given name.')]),
    ...(incomingSex === 'as sent' ? [] : [coerced('PatientSex', 'AUTO', 'Where it is none of M, F and O.')]),
    ...(accessionFromOrders === 'never'
      ? []
      : [
          coerced(
            'AccessionNumber',
            'MWL',
            `Where an order has the Patient ID, Patient Name, date and Modality of the object${onlyEmpty}.`,
          ),
        ]),
    ...(patientConflicts === 'new id'
      ? [coerced('PatientID', 'AUTO', 'Where a study comes under a known Patient ID and names another person.')]
      : []),
    ...(duplicates === 'rename'
      ? [
          coerced(
            'SOPInstanceUID',
            'AUTO',
            'Where another object is stored under the UID; made from a hash of that UID and of what came.',
          ),
        ]
      : []),
  ];
}

/** What people put right: always possible; what comes later for the same patient or study is shown so, too. */
const corrections = (settings: CoercionSettings): readonly Coercion[] =>
  [...patientAttributes, ...studyAttributes].map((keyword) =>
    row(
      tagOf(keyword),
      'USER',
      `Where a user put it right, merged patients or moved the study; in objects that come later, too. ${laidOver('CORRECT')}`,
      answered(settings),
    ),
  );

const onTheWayOut = 'What is stored stays as it is, and Original Attributes Sequence is not added.';

/** Characters of a value: a filter may hold more than a cell of the table. */
const mostShown = 300;

/** The attribute with where a filter finds it. */
function placed(place: FilterPlace, source: string, condition: string): Coercion {
  const made = row(place.tag, source, condition);
  const where = toldPlace(place);
  return where === '' ? made : { ...made, attribute: `${made.attribute}, ${where}` };
}

/** What one filter writes into the objects that it is for. */
const writtenBy = ({ name, set, deidentify }: AttributeFilter): readonly Coercion[] => [
  ...set.map(({ place, value }) =>
    placed(
      place,
      value === '' ? 'CONFIG: empty' : `CONFIG: ${value.slice(0, mostShown)}`,
      `In instances sent to peers whose entry names the filter ${name}. ${onTheWayOut}`,
    ),
  ),
  ...(deidentify === undefined
    ? []
    : [
        row(
          tagOf('PatientIdentityRemoved'),
          'AUTO',
          `YES in instances sent to peers whose entry names the filter ${name}; with it all attributes of PS3.15 Table E.1-1 are changed as the profile and its options in 7.1 have it, the UIDs of the instance among them. ${onTheWayOut}`,
        ),
      ]),
];

/** What one filter leaves out. */
const removedBy = ({ name, remove, privateElements }: AttributeFilter): readonly Coercion[] => {
  const others = privateElements === 'remove' ? ' So are all private attributes.' : '';
  const where = `Left out of instances sent to peers whose entry names the filter ${name}.${others} ${onTheWayOut}`;
  const rows = remove.map((place) => placed(place, 'CONFIG: removed', where));
  if (rows.length > 0 || privateElements === 'keep') return rows;
  const all = `All attributes of odd groups are left out of instances sent to peers whose entry names the filter ${name}. ${onTheWayOut}`;
  return [{ ...row(0x0009_0010, 'CONFIG: removed', all), attribute: 'Private attributes of every group' }];
};

/** Of filters only those that an entry of a peer names. */
const filtersInUse = ({ peers, attributeFilters }: CoercionSettings): readonly AttributeFilter[] =>
  attributeFilters.filter(({ name }) => peers.some(({ filter }) => filter === name));

/** What entries of peers ask for beside filters and the images of 8.1.1. */
function askedByPeers({ peers }: CoercionSettings): readonly Coercion[] {
  const asked = (keyword: Keyword, condition: string): Coercion =>
    row(tagOf(keyword), 'CONFIG', `${condition} ${onTheWayOut}`);
  const window = 'In grey images without window values, sent to peers whose entry has defaultWindow.';
  return [
    ...(peers.some(({ defaultWindow }) => defaultWindow !== undefined)
      ? [asked('WindowCenter', window), asked('WindowWidth', window)]
      : []),
    ...(peers.some(({ ultrasound }) => ultrasound !== undefined)
      ? [
          asked(
            'SOPClassUID',
            'In images of ultrasound, retired or current, sent to peers whose entry has ultrasound and that take only the other class.',
          ),
        ]
      : []),
  ];
}

const written = (settings: CoercionSettings): readonly Coercion[] => [
  ...compressionsOf(settings),
  ...atReceipt(settings),
  ...filtersInUse(settings).flatMap(writtenBy),
  ...askedByPeers(settings),
];

/** Section 8.1.4 of the statement. */
export function coercionOf(settings: CoercionSettings): Described {
  const removed = filtersInUse(settings).flatMap(removedBy);
  const [first, ...rest] = [...written(settings), ...removed, ...corrections(settings)];
  if (first === undefined) throw new TypeError('there are always corrections');
  return { state: 'described', rows: [first, ...rest] };
}

/** Every attribute that this server writes into an instance by itself: none of them is private. */
export const writtenAttributes = (settings: CoercionSettings): readonly string[] =>
  [...written(settings), ...corrections(settings)].map(({ tag }) => tag);
