// Rules of Specialized and Private SOP Classes. PS3.2 7.3.3, 7.3.4
import { describeTag, parseTag } from '@concord/dicom';
import { standardRoot } from '../model/values.ts';
import { allActivities, contextsOf, createdAttributes, extensionsOf, profilesOf, sopClassRows } from './entities.ts';
import { attributesOf, demandedOf, enumeratedValues, isDemanded } from './iod-tables.ts';
import { at, has, list, type Place, text, texts } from './place.ts';
import { type Fault, fault, type Rule } from './rule.ts';

const ofType = (document: Place, type: string) => extensionsOf(document).filter((each) => each.type === type);

/** Tags of created objects of each SOP Class. */
function createdTags(document: Place): ReadonlyMap<string, ReadonlySet<string>> {
  const tags = new Map<string, Set<string>>();
  for (const { uid, tag } of createdAttributes(document)) tags.set(uid, (tags.get(uid) ?? new Set()).add(tag));
  return tags;
}

function* allOfTheBase(document: Place): Generator<Fault> {
  const created = createdTags(document);
  for (const { extension, uid, base, added } of ofType(document, 'specialized')) {
    const tags = created.get(uid);
    if (!tags) continue;
    const also = new Set(added.map((attribute) => text(attribute, 'tag')));
    for (const tag of demandedOf(base))
      if (!tags.has(tag) && !also.has(tag)) yield fault(extension, `8.1.1 does not list ${tag} of the base`);
  }
}

function* usageTold(document: Place): Generator<Fault> {
  for (const { added } of ofType(document, 'specialized'))
    for (const attribute of added)
      if (isDemanded(text(attribute, 'type')) && !has(attribute, 'usage'))
        yield fault(at(attribute, 'usage'), `how ${text(attribute, 'tag')} is used is not told`);
}

function* subsets(document: Place): Generator<Fault> {
  for (const { extension, base } of ofType(document, 'specialized'))
    for (const constraint of list(extension, 'constraints')) {
      const allowed = enumeratedValues(base, text(constraint, 'tag'));
      for (const value of texts(constraint, 'values'))
        if (allowed && !allowed.includes(value))
          yield fault(constraint, `${value} is not among ${allowed.join(', ')} of the base`);
    }
}

/** A private UID is not one of the standard's, known or unknown. */
function* ownUid(document: Place, type: string): Generator<Fault> {
  const rows = sopClassRows(document).filter((each) => each.type === type);
  for (const { row, uid } of rows)
    if (uid.startsWith(standardRoot)) yield fault(at(row, 'uid'), `${uid} is of the standard's root`);
  for (const { extension, uid, base } of ofType(document, type))
    if (uid.startsWith(standardRoot) || (uid !== '' && uid === base))
      yield fault(
        at(extension, 'sopClass', 'uid'),
        `${uid} is ${uid === base ? 'that of the base' : "of the standard's root"}`,
      );
}

/** A Private SOP Class that no context and no profile encodes. */
function* encoded(document: Place): Generator<Fault> {
  const used = new Set([
    ...allActivities(document).flatMap((each) =>
      contextsOf(each).flatMap(({ uid, syntaxes }) => (syntaxes.length > 0 ? [uid] : [])),
    ),
    ...profilesOf(document).flatMap(({ profile }) =>
      list(profile, 'sopClasses').map((row) => text(row, 'sopClass', 'uid')),
    ),
  ]);
  for (const { extension, uid } of ofType(document, 'private'))
    if (!used.has(uid)) yield fault(extension, `${uid} is in no presentation context and in no profile`);
}

function* dictionaryKept(document: Place): Generator<Fault> {
  const own = new Set(ofType(document, 'private').map(({ uid }) => uid));
  const attributes = [
    ...createdAttributes(document).flatMap(({ attribute, uid }) => (own.has(uid) ? [attribute] : [])),
    ...ofType(document, 'private').flatMap(({ added }) => added),
  ];
  for (const attribute of attributes) {
    const tag = parseTag(text(attribute, 'tag'));
    const entry = tag === undefined ? undefined : describeTag(tag);
    const vr = text(attribute, 'vr');
    if (entry && entry.vr.length > 0 && !entry.vr.some((each) => each === vr))
      yield fault(at(attribute, 'vr'), `${entry.name} has VR ${entry.vr.join(' or ')}, not ${vr}`);
  }
}

const dimse = /^(C-(STORE|FIND|GET|MOVE|ECHO)|N-(EVENT-REPORT|GET|SET|ACTION|CREATE|DELETE))$/;
const fileServices = ['M-WRITE', 'M-READ', 'M-DELETE', 'M-INQUIRE FILE-SET', 'M-INQUIRE FILE'];

/** What a Private SOP Class has to be described with. */
const parts = ['iod', 'informationModel', 'behaviour', 'roles', 'operations'] as const;

function* patterned(document: Place): Generator<Fault> {
  for (const { extension } of ofType(document, 'private'))
    for (const name of parts) if (!has(extension, name)) yield fault(at(extension, name), `its ${name} is not told`);
}

const decided = { level: 'E', decided: ['s'] } as const;
const specialized = { ...decided, section: '7.3.3' } as const;
const ownClass = { ...decided, section: '7.3.4' } as const;

export const ownClassRules: readonly Rule[] = [
  {
    ...specialized,
    id: 'CS-V73-11',
    text: 'A Specialized SOP Class is based on exactly one Standard SOP Class, which is named.',
    remedy: 'Name the Standard SOP Class.',
    *check(document) {
      for (const { extension, base } of ofType(document, 'specialized'))
        if (attributesOf(base) === undefined) yield fault(at(extension, 'basedOn'), 'it names no Standard SOP Class');
    },
  },
  {
    ...specialized,
    id: 'CS-V73-12',
    text: 'A Specialized SOP Class has all Type 1, 1C, 2 and 2C attributes of its base.',
    remedy: 'Add the attribute to the objects and to 8.1.1.',
    check: allOfTheBase,
  },
  {
    ...specialized,
    id: 'CS-V73-13',
    decided: ['a'],
    text: 'A Specialized SOP Class changes the meaning of no standard attribute.',
    remedy: 'A person attests it, with name and date.',
  },
  {
    ...specialized,
    id: 'CS-V73-14',
    text: 'A Specialized SOP Class has a private UID of its own.',
    remedy: 'Give it a UID of your own root.',
    check: (document) => ownUid(document, 'specialized'),
  },
  {
    ...specialized,
    id: 'CS-V73-15',
    decided: ['a'],
    text: 'A Specialized SOP Class is based on the information model of PS3.3 and PS3.4.',
    remedy: 'A person attests it, with name and date.',
  },
  {
    ...specialized,
    id: 'CS-V73-16',
    text: 'The usage of all Type 1, 1C, 2 and 2C attributes of a Specialized SOP Class is told; Type 3 may stay unpublished.',
    remedy: 'Say how the attribute is used.',
    check: usageTold,
  },
  {
    ...specialized,
    id: 'CS-V73-17',
    text: 'A Specialized SOP Class allows values of its base only.',
    remedy: 'Take the value out, or use another base.',
    check: subsets,
  },
  {
    id: 'CS-V73-18',
    level: 'W',
    decided: ['s'],
    section: '7.3.3, 7.3.4',
    text: 'A Specialized or Private SOP Class is used where a Standard one would not do.',
    remedy: 'Give the reason.',
    *check(document) {
      for (const { extension, type } of extensionsOf(document))
        if (type !== 'standard extended' && !has(extension, 'reason')) yield fault(extension, 'no reason is given');
    },
  },
  {
    id: 'CS-V73-19',
    level: 'I',
    decided: ['s'],
    section: '7.3.3',
    text: 'It is told whether SOP Class Common Extended Negotiation is sent for a Specialized SOP Class.',
    remedy: 'Say whether it is sent, so that receivers know whether to expect it.',
    *check(document) {
      for (const { extension } of ofType(document, 'specialized'))
        if (!has(extension, 'commonExtendedNegotiation'))
          yield fault(extension, 'nothing is said about SOP Class Common Extended Negotiation');
    },
  },
  {
    ...ownClass,
    id: 'CS-V73-20',
    text: 'A Private SOP Class keeps to the standard, but that the default transfer syntax may be left out.',
    remedy: 'Add it to a presentation context or a profile, with the transfer syntaxes that it has.',
    check: encoded,
  },
  {
    ...ownClass,
    id: 'CS-V73-21',
    text: 'A Private SOP Class changes VR and meaning of no standard attribute.',
    remedy: 'Use the VR of PS3.6, or a private attribute.',
    check: dictionaryKept,
  },
  {
    ...ownClass,
    id: 'CS-V73-22',
    text: 'A Private SOP Class has a private UID.',
    remedy: 'Give it a UID of your own root.',
    check: (document) => ownUid(document, 'private'),
  },
  {
    ...ownClass,
    id: 'CS-V73-23',
    text: 'A Private SOP Class uses the DIMSE services as they are.',
    remedy: 'Use the operations of PS3.7.',
    *check(document) {
      for (const { extension } of ofType(document, 'private'))
        for (const name of texts(extension, 'operations'))
          if (!dimse.test(name)) yield fault(at(extension, 'operations'), `${name} is no DIMSE service`);
    },
  },
  {
    ...ownClass,
    id: 'CS-V73-24',
    text: 'A Private SOP Class uses the file services of PS3.10 as they are.',
    remedy: 'Use the operations of PS3.10.',
    *check(document) {
      for (const { extension } of ofType(document, 'private'))
        for (const name of texts(extension, 'fileOperations'))
          if (!fileServices.includes(name)) yield fault(at(extension, 'fileOperations'), `PS3.10 has no ${name}`);
    },
  },
  {
    ...ownClass,
    level: 'I',
    id: 'CS-V73-25',
    text: 'A Private SOP Class may use private and altered IODs, and attributes of any type.',
    remedy: 'Nothing needs to be done.',
    permits: true,
  },
  {
    ...ownClass,
    id: 'CS-V73-26',
    text: 'A Private SOP Class is described as PS3.3, PS3.4 and PS3.6 describe theirs.',
    remedy: 'Complete its section 8.5: IOD, information model, behaviour, roles, operations.',
    check: patterned,
  },
];
