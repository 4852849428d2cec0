// Items about retrieval: destinations known, unknown and refusing, cancel, and everything that comes back as it was sent. PS3.4 C.4.2, C.4.3
import { modalityWorklistSopClass, queryRetrieveSopClasses as uids } from '@concord/network';
import { sectionOf } from '../compare/statement-section.ts';
import type { Offer } from '../compare/view.ts';
import type { Check } from './check.ts';
import { type ItemParts, item, type PlanItem } from './item.ts';
import {
  accepted,
  idOf,
  initiated,
  offersIn,
  provides,
  type Situation,
  statedCodes,
  statusPaths,
} from './situation.ts';
import { sampleOf, storedId } from './storage-items.ts';
import { termId, testedTerms } from './storage-variants.ts';
import { jpegBaseline } from './syntaxes.ts';

const moves: readonly string[] = [uids.patientRootMove, uids.studyRootMove];
const gets: readonly string[] = [uids.patientRootGet, uids.studyRootGet];

/** What has to be there before a query can be judged. */
export const needs = (situation: Situation, offer: Offer): readonly string[] => {
  const stored = offer.uid === modalityWorklistSopClass ? undefined : storedId(situation);
  return [idOf(situation, 'negotiation', offer.activity.id), ...(stored === undefined ? [] : [stored])];
};

type Move = Omit<Extract<Check, { kind: 'move' }>, 'kind' | 'sopClass'>;
type Get = Omit<Extract<Check, { kind: 'get' }>, 'kind' | 'sopClass' | 'storageClass'>;

interface Words extends Partial<ItemParts> {
  readonly what: string;
  readonly title: string;
  readonly kind: PlanItem['kind'];
  readonly action: string;
  readonly expected: string;
  readonly paths: readonly string[];
}

function retrieveItem(situation: Situation, offer: Offer, verb: 'move' | 'get', words: Words): PlanItem {
  const { what, title, kind, action, expected, paths, ...rest } = words;
  return item({
    id: idOf(situation, verb, offer.uid, what),
    title: `${offer.name}: ${title}`,
    service: 'Query/Retrieve',
    kind,
    claim: { text: title, paths, section: sectionOf(offer.path) },
    data: 'the test instances stored before',
    steps: [{ action, expected }],
    criterion: expected,
    dependsOn: needs(situation, offer),
    ...rest,
  });
}

const ourReceiver = [
  'Configure our receiving AE title, host and port as a Move Destination of the system under test, and name the port in the run.',
];

/** Our receiver is a destination that the system knows: a run that has none leaves these out. */
function moveToUs(situation: Situation, offer: Offer, words: Words, check: Move): PlanItem {
  return retrieveItem(situation, offer, 'move', {
    configuration: ourReceiver,
    ...words,
    check: { kind: 'move', sopClass: offer.uid, ...check },
  });
}

function moveItems(situation: Situation, offer: Offer): readonly PlanItem[] {
  const refusals = statedCodes(offer, 'C-MOVE', 'Failure');
  const partly = statedCodes(offer, 'C-MOVE', 'Warning', 'Failure');
  return [
    retrieveItem(situation, offer, 'move', {
      what: 'unknown destination',
      title: 'an unknown Move Destination is refused',
      kind: 'negative',
      action: 'Ask for the test study to be sent to an AE title that nobody has.',
      expected: 'A stated failure, such as A801; nothing is sent.',
      paths: [offer.path, ...statusPaths(offer, 'C-MOVE', 'Failure')],
      check: { kind: 'move', sopClass: offer.uid, statuses: refusals.includes('A801') ? ['A801'] : refusals },
    }),
    moveToUs(
      situation,
      offer,
      {
        what: 'known destination',
        title: 'what was stored is sent to a known Move Destination',
        kind: 'positive',
        action: 'Ask for the test study to be sent to our receiver.',
        expected: 'Every instance arrives, final status 0000, and the counts add up.',
        paths: statusPaths(offer, 'C-MOVE', 'Success', 'Pending'),
      },
      { variant: 'known', statuses: ['0000'] },
    ),
    moveToUs(
      situation,
      offer,
      {
        what: 'refusing destination',
        title: 'a destination that refuses an instance is told of, with counts',
        kind: 'failure',
        action: 'Ask for the test study to be sent to our receiver, which refuses the first instance (A700).',
        expected: 'B000 or another stated status that is no success; the refused one is counted as failed.',
        paths: statusPaths(offer, 'C-MOVE', 'Warning'),
        priority: 'should',
      },
      { variant: 'refusing', statuses: partly.length > 0 ? partly : ['*'] },
    ),
    moveToUs(
      situation,
      offer,
      {
        what: 'cancel',
        title: 'a move may be cancelled',
        kind: 'boundary',
        action: 'Ask for the test study to be sent to our receiver, and send C-CANCEL after the first response.',
        expected: 'FE00, or 0000 where all was sent already.',
        paths: statusPaths(offer, 'C-MOVE', 'Cancel'),
        priority: 'should',
      },
      { variant: 'cancel', statuses: ['FE00', '0000'] },
    ),
  ];
}

/** What the entity says becomes of lossy instances where their syntax is not accepted. */
function lossyOnly(situation: Situation): 'converted' | 'fails' | undefined {
  const offers = offersIn([...accepted(situation), ...initiated(situation)]);
  const text = offers.flatMap(({ conformance }) => conformance.flatMap((fact) => fact.lossyOnly ?? []))[0];
  if (text === undefined) return undefined;
  if (/\b(?:never|not) (?:decompressed|converted|transcoded)|\bfails?\b|not sent|refused/i.test(text)) return 'fails';
  return /decompress|convert|transcod/i.test(text) ? 'converted' : undefined;
}

/** Whether attributes beyond the class are kept: level 2 of the Storage Service Class. PS3.4 B.4.1 */
const extraAttributes = ({ conformance, negotiation }: Offer): 'kept' | 'dropped' => {
  const text = [...negotiation, ...conformance.map(({ description }) => description)].join(' ');
  return /(?:private|optional|type 3)[^.]{0,60}(?:discarded|dropped|removed|not (?:kept|stored))|level [01]\b/i.test(
    text,
  )
    ? 'dropped'
    : 'kept';
};

function getItems(situation: Situation, offer: Offer): readonly PlanItem[] {
  const sample = sampleOf(situation);
  if (!sample) return [];
  const { offer: stored, entity } = { offer: sample.offer, entity: sample.situation };
  const { coercion } = situation.system;
  const coerced = coercion.state === 'described' ? coercion.value.map(({ tag }) => tag) : [];
  const paths = [offer.path, ...statusPaths(offer, 'C-GET', 'Success', 'Pending')];
  const make = (words: Omit<Words, 'paths' | 'kind'> & { readonly after?: string }, check: Get): PlanItem => {
    const { after, ...rest } = words;
    return retrieveItem(situation, offer, 'get', {
      paths,
      kind: words.what === '' ? 'positive' : 'boundary',
      priority: words.what === '' ? 'must' : 'should',
      ...rest,
      dependsOn: [...needs(situation, offer), ...(after === undefined ? [] : [after])],
      check: {
        kind: 'get',
        sopClass: offer.uid,
        storageClass: stored.uid,
        ...(coerced.length > 0 && { coerced }),
        ...check,
      },
    });
  };
  const lossy = lossyOnly(situation) ?? lossyOnly(entity);
  const extra = extraAttributes(stored);
  return [
    make(
      {
        what: '',
        title: 'what was stored comes back over the same association',
        action: 'Take the role of a Storage SCP for the class, and send C-GET for one instance.',
        expected: 'The instance comes back unchanged, final status 0000.',
      },
      {},
    ),
    make(
      {
        what: 'all',
        title: 'every class that was stored comes back, attribute by attribute',
        action: 'Take the role of a Storage SCP for all stored classes, and send C-GET for the test study.',
        expected:
          'Every instance is equal to what was sent, in its attributes and the digest of its pixels; what is stated to be coerced may differ.',
      },
      { variant: 'all' },
    ),
    make(
      {
        what: 'short PDUs',
        title: 'no P-DATA-TF is longer than 4096 bytes where we take no longer ones',
        action: 'Propose a maximum length of 4096, and send C-GET for one instance.',
        expected: 'The instance comes back, and no PDU is longer.',
      },
      { variant: 'short PDUs' },
    ),
    make(
      {
        what: 'added attributes',
        title: `attributes that the class does not have are ${extra}, and the rest is unharmed`,
        action: 'Send C-GET for the instance with standard and private attributes beyond its class.',
        expected: `The added attributes are ${extra}; everything else is as it was sent.`,
        after: idOf(entity, 'store', 'added attributes'),
      },
      { variant: 'added attributes', stated: extra },
    ),
    ...(stored.syntaxes.has(jpegBaseline)
      ? [
          make(
            {
              what: 'lossy only',
              title: 'an instance that exists in lossy form only, where we take uncompressed ones only',
              action:
                'Send C-GET for an instance stored in JPEG Baseline, and accept Implicit and Explicit VR Little Endian only.',
              expected:
                lossy === undefined
                  ? 'To be judged: the statement does not say.'
                  : `It ${lossy === 'fails' ? 'does not come, and the status says so' : 'comes decompressed'}.`,
              after: idOf(entity, 'store', stored.uid, jpegBaseline),
            },
            { variant: 'lossy only', ...(lossy && { stated: lossy }) },
          ),
        ]
      : []),
    ...testedTerms(entity).map((term) =>
      make(
        {
          what: `character set ${term}`,
          title: `a name in ${term} comes back code point by code point`,
          action: `Send C-GET for the instance with a name in ${term}.`,
          expected: 'Patient Name has the same code points.',
          after: idOf(entity, 'store', termId(term)),
        },
        { variant: 'character set', characterSet: term },
      ),
    ),
  ];
}

/** Everything about retrieval at an entity. */
export function retrieveItems(situation: Situation): readonly PlanItem[] {
  const offers = (list: readonly string[]) => list.flatMap((uid) => provides(situation, uid) ?? []);
  return [
    ...offers(moves).flatMap((offer) => moveItems(situation, offer)),
    ...offers(gets).flatMap((offer) => getItems(situation, offer)),
  ];
}
