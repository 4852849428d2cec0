// What a statement has to contain. PS3.2 6
import { describeUid } from '@concord/dicom';
import { verificationSopClass } from '@concord/network';
import {
  allActivities,
  conformancesOf,
  contextsOf,
  entitiesOf,
  extensionsOf,
  mediaEntitiesOf,
  profilesOf,
  sopClassRows,
} from './entities.ts';
import { at, described, has, isTrue, list, type Place, text, texts } from './place.ts';
import { type Fault, fault, type Rule } from './rule.ts';

function* overview(document: Place): Generator<Fault> {
  if (!has(document, 'overview', 'description')) yield fault(at(document, 'overview'), 'there is no description');
  const others = sopClassRows(document).some(({ uid }) => uid !== verificationSopClass);
  if (isTrue(document, 'claim', 'network') && others && list(document, 'overview', 'networkServices').length === 0)
    yield fault(at(document, 'overview', 'networkServices'), 'no service of the network is listed');
  if (isTrue(document, 'claim', 'media') && list(document, 'overview', 'mediaServices').length === 0)
    yield fault(at(document, 'overview', 'mediaServices'), 'no media service is listed');
}

function* functionalOverview(document: Place): Generator<Fault> {
  if (!described(document, 'networking')) return;
  const model = at(document, 'networking', 'model');
  const drawn = new Set(list(model, 'dataFlow').map((flow) => text(flow, 'ae')));
  for (const entity of entitiesOf(document))
    if (!drawn.has(text(entity, 'id')))
      yield fault(at(model, 'dataFlow'), `${text(entity, 'id')} is not in the data flow diagram`);
  if (!has(model, 'sequencing', 'state')) yield fault(at(model, 'sequencing'), 'nothing is said about sequencing');
}

function* entitySpecifications(document: Place): Generator<Fault> {
  for (const entity of entitiesOf(document)) {
    if (list(entity, 'sopClasses').length === 0) yield fault(at(entity, 'sopClasses'), 'no SOP Class is listed');
    if (!has(entity, 'policies')) yield fault(at(entity, 'policies'), 'no policy is told');
    if (!described(entity, 'initiation') && !described(entity, 'acceptance'))
      yield fault(entity, 'it neither initiates nor accepts associations');
    if (described(entity, 'acceptance') && !has(entity, 'acceptance', 'policy'))
      yield fault(at(entity, 'acceptance', 'policy'), 'when associations are accepted is not told');
  }
}

function* presentationContexts(document: Place): Generator<Fault> {
  for (const each of allActivities(document)) {
    const contexts = contextsOf(each);
    if (contexts.length === 0) yield fault(at(each.activity, 'contexts'), 'no presentation context is listed');
    for (const { context, uid, syntaxes } of contexts) {
      if (uid === '') yield fault(at(context, 'abstractSyntax'), 'the abstract syntax has no UID');
      if (syntaxes.length === 0) yield fault(at(context, 'transferSyntaxes'), 'there is no transfer syntax');
    }
  }
}

function* extensions(document: Place): Generator<Fault> {
  const told = new Set(extensionsOf(document).map(({ uid }) => uid));
  for (const { row, uid, type } of sopClassRows(document)) {
    const own = describeUid(uid) === undefined || (type !== '' && type !== 'standard');
    if (own && uid !== '' && !isTrue(row, 'unpublished') && !told.has(uid))
      yield fault(row, `${text(row, 'name')} has no section 8.5`);
  }
  for (const { profile, type, name } of profilesOf(document)) {
    if (type === 'augmented' && !has(profile, 'augmentations')) yield fault(profile, `${name} has no section 5.3.1`);
    if (type === 'private' && !has(profile, 'description')) yield fault(profile, `${name} has no section 5.3.2`);
  }
}

function* configuration(document: Place): Generator<Fault> {
  if (described(document, 'networking') && !has(document, 'networking', 'configuration'))
    yield fault(at(document, 'networking', 'configuration'), 'nothing is said about configuration');
  if (described(document, 'media') && !has(document, 'media', 'configuration'))
    yield fault(at(document, 'media', 'configuration'), 'nothing is said about configuration');
}

function* implementationDetails(document: Place): Generator<Fault> {
  for (const part of ['networking', 'media'])
    if (described(document, part) && !has(document, part, 'implementationNotes'))
      yield fault(at(document, part, 'implementationNotes'), 'no detail of the implementation is told');
}

function* mediaOverview(document: Place): Generator<Fault> {
  if (!described(document, 'media')) return;
  if (!has(document, 'media', 'description')) yield fault(at(document, 'media', 'description'), 'nothing is described');
  for (const entity of mediaEntitiesOf(document)) {
    if (!has(entity, 'functionalDefinition')) yield fault(entity, 'its functions are not told');
    if (list(entity, 'activities').length === 0)
      yield fault(at(entity, 'activities'), 'no activity relates it to the real world: the diagram lacks it');
  }
}

function* mediaSpecifications(document: Place): Generator<Fault> {
  for (const entity of mediaEntitiesOf(document)) {
    if (list(entity, 'profiles').length === 0) yield fault(at(entity, 'profiles'), 'no profile is listed');
    if (!has(entity, 'policies')) yield fault(at(entity, 'policies'), 'no policy is told');
  }
}

const mediaLists = ['optionalSopClasses', 'sopOptions', 'optionalTransferSyntaxes'] as const;

function* mediaOptions(document: Place): Generator<Fault> {
  for (const entity of mediaEntitiesOf(document))
    for (const activity of list(entity, 'activities'))
      for (const name of mediaLists)
        if (!Array.isArray(at(activity, name).value)) yield fault(at(activity, name), 'the list is missing');
}

function* oneStatement(document: Place): Generator<Fault> {
  for (const [claim, part] of [
    ['network', 'networking'],
    ['media', 'media'],
  ] as const)
    if (described(document, part) && !isTrue(document, 'claim', claim))
      yield fault(at(document, 'claim', claim), `${part} is described here, and not claimed here`);
}

const said = (document: Place, ...names: readonly string[]): Fault[] =>
  has(document, ...names) ? [] : [fault(at(document, ...names), 'nothing is said')];

/** SOP options of each SOP Class; a class of an activity that no row lists has none told. */
function* sopOptions(document: Place): Generator<Fault> {
  for (const { row } of sopClassRows(document))
    if (!Array.isArray(at(row, 'options').value))
      yield fault(at(row, 'options'), `the options of ${text(row, 'name')} are not told`);
  for (const each of allActivities(document)) {
    const listed = new Set(list(each.entity, 'sopClasses').map((row) => text(row, 'uid')));
    for (const { conformance, sopClasses } of conformancesOf(each))
      for (const uid of sopClasses)
        if (!listed.has(uid)) yield fault(conformance, `${uid} is used and not among the SOP Classes of the entity`);
  }
}

const statementDecides = { level: 'E', decided: ['s'] } as const;

export const contentRules: readonly Rule[] = [
  {
    ...statementDecides,
    id: 'CS-V6-01',
    section: '6.1',
    text: 'The statement begins with an overview: what the product does, and its service classes with their roles.',
    remedy: 'Write the overview, and list every service with the roles of the product.',
    check: overview,
  },
  {
    ...statementDecides,
    id: 'CS-V6-02',
    section: '6.2',
    text: 'A functional overview of the network shows all application entities, their order of work and what they belong to.',
    remedy: 'Add the entity to the data flow diagram; say which order activities have, or that they have none.',
    check: functionalOverview,
  },
  {
    ...statementDecides,
    id: 'CS-V6-03',
    section: '6.2',
    text: 'Each application entity is specified with its SOP Classes and its policies of associations.',
    remedy: 'Complete the specification of the entity (A.4.2).',
    check: entitySpecifications,
  },
  {
    ...statementDecides,
    id: 'CS-V6-04',
    section: '6.2',
    text: 'For each entity and activity the presentation contexts are given, each with at least one transfer syntax.',
    remedy: 'Fill table A.4.2-7 or A.4.2-11 of the activity.',
    check: presentationContexts,
  },
  {
    ...statementDecides,
    id: 'CS-V6-05',
    section: '6.2',
    text: 'For each SOP Class the supported SOP options are given, be it that there are none.',
    remedy: 'List the options of the SOP Class; an empty list says that there are none.',
    check: sopOptions,
  },
  {
    ...statementDecides,
    id: 'CS-V6-06',
    section: '6.2',
    text: 'The communication protocols are given.',
    remedy: 'List the protocols in 4.3.',
    check: (document) =>
      described(document, 'networking') && texts(document, 'networking', 'interfaces', 'protocols').length === 0
        ? [fault(at(document, 'networking', 'interfaces', 'protocols'), 'no protocol is listed')]
        : [],
  },
  {
    ...statementDecides,
    id: 'CS-V6-07',
    section: '6.2, 6.3',
    text: 'Extensions, specializations and published privatizations are described, on the network and on media.',
    remedy: 'Describe the SOP Class in 8.5, the profile in 5.3, or mark the SOP Class as unpublished.',
    check: extensions,
  },
  {
    ...statementDecides,
    id: 'CS-V6-08',
    section: '6.2, 6.3',
    text: 'Configuration that concerns DICOM is described, of the network and of media.',
    remedy: 'Fill 4.4 and 5.4.',
    check: configuration,
  },
  {
    id: 'CS-V6-09',
    level: 'W',
    decided: ['s'],
    section: '6.2, 6.3',
    text: 'Details of the implementation that matter to conformance or interoperability are described.',
    remedy: 'Write implementationNotes of the network and of media.',
    check: implementationDetails,
  },
  {
    ...statementDecides,
    id: 'CS-V6-10',
    section: '6.2, 6.3',
    text: 'The use of codes and controlled terminology is described, be it that there is none.',
    remedy: 'Fill 8.3.',
    check: (document) => said(document, 'annexes', 'codedTerminology'),
  },
  {
    ...statementDecides,
    id: 'CS-V6-11',
    section: '6.3',
    text: 'A functional overview of media shows all entities and what they belong to.',
    remedy: 'Describe the entity, and relate it to a real-world activity.',
    check: mediaOverview,
  },
  {
    ...statementDecides,
    id: 'CS-V6-12',
    section: '6.3',
    text: 'Each media entity is specified with its Application Profiles and its policies for file-sets.',
    remedy: 'Complete the specification of the entity (A.5.2).',
    check: mediaSpecifications,
  },
  {
    ...statementDecides,
    id: 'CS-V6-13',
    section: '6.3',
    text: 'Optional SOP Classes, SOP options and optional transfer syntaxes of media are listed.',
    remedy: 'Give the three lists of the activity; an empty list says that there are none.',
    check: mediaOptions,
  },
  {
    ...statementDecides,
    id: 'CS-V6-14',
    section: '6',
    text: 'A product with a network and a media interface has one statement that claims both.',
    remedy: 'Claim what is described, or describe it in the one statement of the product.',
    check: oneStatement,
  },
];
