// Rules of Standard and Standard Extended SOP Classes. PS3.2 7.3, 7.3.1, 7.3.2
import { describeTag, isPrivate, parseTag } from '@concord/dicom';
import { allActivities, conformancesOf, createdAttributes, extensionsOf, sopClassRows } from './entities.ts';
import { attributesOf, isDemanded } from './iod-tables.ts';
import { at, has, isTrue, type Place, text } from './place.ts';
import { type Fault, fault, type Rule } from './rule.ts';

const types = ['standard', 'standard extended', 'specialized', 'private'];

export const isPrivateTag = (tag: string): boolean => {
  const parsed = parseTag(tag);
  return parsed !== undefined && isPrivate(parsed);
};

/** The same UID may not be of one type here and of another there. */
function* oneType(document: Place): Generator<Fault> {
  const seen = new Map<string, string>();
  const places = [
    ...sopClassRows(document).map(({ row, uid, type }) => ({ place: row, uid, type })),
    ...extensionsOf(document).map(({ extension, uid, type }) => ({ place: extension, uid, type })),
  ];
  for (const { place, uid, type } of places) {
    const before = seen.get(uid) ?? type;
    seen.set(uid, before);
    if (!types.includes(type)) yield fault(at(place, 'type'), `${uid} is ${type || 'of no type'}`);
    else if (type !== before) yield fault(at(place, 'type'), `${uid} is ${type} here and ${before} elsewhere`);
  }
}

/** Attributes of created objects that the IOD of a class declared Standard does not have. */
function* nothingAdded(document: Place): Generator<Fault> {
  const standard = new Set(sopClassRows(document).flatMap(({ uid, type }) => (type === 'standard' ? [uid] : [])));
  for (const { attribute, uid, tag } of createdAttributes(document))
    if (standard.has(uid) && isPrivateTag(tag))
      yield fault(attribute, `${tag} is a private attribute in objects of ${uid}, which is declared Standard`);
}

function* rolesTold(document: Place): Generator<Fault> {
  const behaving = new Set(
    allActivities(document).flatMap((each) => conformancesOf(each).flatMap(({ sopClasses }) => sopClasses)),
  );
  for (const { row, uid, type, scu, scp } of sopClassRows(document)) {
    if (type !== 'standard') continue;
    if (scu !== 'Yes' && scp !== 'Yes') yield fault(row, `${text(row, 'name')} has no role`);
    else if (!behaving.has(uid)) yield fault(row, `no activity tells what ${text(row, 'name')} does`);
  }
}

const extended = (document: Place) => extensionsOf(document).filter(({ type }) => type === 'standard extended');

/** Classes declared so in A.4.2-1 without their section are found by CS-V6-07. */
function* superset(document: Place): Generator<Fault> {
  for (const { extension, base, added } of extended(document)) {
    if (attributesOf(base) === undefined) yield fault(at(extension, 'basedOn'), 'it extends no Standard SOP Class');
    if (added.length === 0) yield fault(at(extension, 'addedAttributes'), 'nothing is added');
  }
  for (const { row, type } of sopClassRows(document))
    if (type === 'standard extended' && Array.isArray(at(row, 'basedOn').value))
      yield fault(at(row, 'basedOn'), 'it extends more than one SOP Class');
}

function* optionalOnly(document: Place): Generator<Fault> {
  for (const { added } of extended(document))
    for (const attribute of added)
      if (isDemanded(text(attribute, 'type')))
        yield fault(at(attribute, 'type'), `${text(attribute, 'tag')} is added as Type ${text(attribute, 'type')}`);
}

function* noneStricter(document: Place): Generator<Fault> {
  const classes = new Set(extended(document).map(({ uid }) => uid));
  for (const { attribute, uid, tag } of createdAttributes(document)) {
    const type = text(attribute, 'type');
    const given = classes.has(uid) ? attributesOf(uid)?.get(tag)?.attribute.type : undefined;
    if (given === '3' && isDemanded(type))
      yield fault(at(attribute, 'type'), `${describeTag(parseTag(tag) ?? 0)?.name ?? tag} is Type 3, not ${type}`);
  }
}

/** What 8.5 has to say of a Standard Extended SOP Class. */
const told = ['options', 'roles', 'behaviour', 'iod'] as const;

function* described(document: Place): Generator<Fault> {
  for (const { extension, base } of extended(document)) {
    if (base === '') yield fault(at(extension, 'basedOn'), 'the SOP Class that is extended is not named');
    for (const name of told) if (!has(extension, name)) yield fault(at(extension, name), `its ${name} is not told`);
  }
}

function* related(document: Place): Generator<Fault> {
  for (const { added } of extended(document))
    for (const attribute of added)
      for (const name of ['module', 'informationEntity'])
        if (!has(attribute, name)) yield fault(at(attribute, name), `the ${name} of an added attribute is not told`);
}

const decided = { level: 'E', decided: ['s'] } as const;

export const standardClassRules: readonly Rule[] = [
  {
    ...decided,
    id: 'CS-V73-01',
    section: '7.3',
    text: 'Each published SOP Class is of exactly one of the four types.',
    remedy: 'Declare it as standard, standard extended, specialized or private, everywhere alike.',
    check: oneType,
  },
  {
    ...decided,
    id: 'CS-V73-02',
    decided: ['s', 'r'],
    section: '7.3.1',
    text: 'A Standard SOP Class has no additions or changes.',
    remedy: 'Declare the SOP Class as standard extended, or create it without the attribute.',
    check: nothingAdded,
  },
  {
    ...decided,
    id: 'CS-V73-03',
    section: '7.3.1',
    text: 'Of a Standard SOP Class options, roles and behaviour are told.',
    remedy: 'Say Yes to a role, and add SOP specific conformance to an activity.',
    check: rolesTold,
  },
  {
    ...decided,
    id: 'CS-V73-04',
    section: '7.3.2',
    text: 'A Standard Extended SOP Class adds to exactly one Standard SOP Class.',
    remedy: 'Name the one Standard SOP Class, and list what is added.',
    check: superset,
  },
  {
    ...decided,
    id: 'CS-V73-05',
    decided: ['a'],
    section: '7.3.2',
    text: 'A Standard Extended SOP Class changes the meaning of no standard attribute.',
    remedy: 'A person attests it, with name and date.',
  },
  {
    ...decided,
    id: 'CS-V73-06',
    section: '7.3.2',
    text: 'A Standard Extended SOP Class adds Type 3 attributes only.',
    remedy: 'Make the attribute Type 3, or the SOP Class a Specialized one with a UID of its own.',
    check: optionalOnly,
  },
  {
    ...decided,
    id: 'CS-V73-07',
    section: '7.3.2',
    text: 'A Standard Extended SOP Class makes no Type 3 attribute one of another type.',
    remedy: 'Leave the attribute Type 3; that it is always there may be said with its presence.',
    check: noneStricter,
  },
  {
    ...decided,
    id: 'CS-V73-08',
    section: '7.3.2',
    text: 'A Standard Extended SOP Class keeps the UID of the Standard one.',
    remedy: 'Use the UID of the Standard SOP Class, or declare the class as specialized.',
    *check(document) {
      for (const { extension, uid, base } of extended(document))
        if (base !== '' && uid !== base)
          yield fault(at(extension, 'sopClass', 'uid'), `${uid} is not ${base}: this is a Specialized SOP Class`);
    },
  },
  {
    ...decided,
    id: 'CS-V73-09',
    section: '7.3.2',
    text: 'Each attribute that is added is told with its module and information entity.',
    remedy: 'Name module and information entity of the attribute.',
    check: related,
  },
  {
    ...decided,
    id: 'CS-V73-10',
    section: '7.3.2',
    text: 'Of a Standard Extended SOP Class base, options, roles, behaviour and IOD are told.',
    remedy: 'Complete its section 8.5.',
    check: described,
  },
  {
    id: 'CS-V73-27',
    level: 'I',
    decided: ['s', 'r'],
    section: '7.3.5',
    text: 'Unpublished SOP Classes with private UIDs are allowed.',
    remedy: 'Nothing needs to be done; the running system tells which there are.',
    *check(document) {
      for (const { row, uid } of sopClassRows(document))
        if (isTrue(row, 'unpublished')) yield fault(row, `${uid} is unpublished`);
    },
  },
];
