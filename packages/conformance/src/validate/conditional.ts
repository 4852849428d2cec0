// Fields that are mandatory on a condition: the condition, and what is missing then. PS3.2 Annex A
import { isUid } from '@concord/dicom';
import { standardRoot } from '../model/values.ts';
import { allActivities, conformancesOf, entitiesOf, profilesOf, sopClassRows } from './entities.ts';
import { at, described, has, isTrue, list, type Place, text } from './place.ts';
import { type Fault, fault } from './rule.ts';

function* ofTheClaim(document: Place): Generator<Fault> {
  for (const [claim, part] of [
    ['network', 'networking'],
    ['media', 'media'],
  ] as const)
    if (isTrue(document, 'claim', claim) && has(document, part) && !described(document, part))
      yield fault(at(document, part), `${claim} is claimed and not described`);
  const own = sopClassRows(document).some(({ uid }) => isUid(uid) && !uid.startsWith(standardRoot));
  if (own && list(document, 'orgRoots').length === 0)
    yield fault(at(document, 'orgRoots'), 'private UIDs are used, and no root is named');
}

function* ofTheOverview(document: Place): Generator<Fault> {
  for (const name of ['networkServices', 'mediaServices'])
    for (const row of list(document, 'overview', name)) {
      const option = ['scu', 'scp', 'write', 'read'].some((field) => text(row, field) === 'Option');
      if (option && !has(row, 'optionNote'))
        yield fault(row, `${text(row, 'name') || text(row, 'profile')} is an option, and it is not told how`);
    }
  for (const row of sopClassRows(document))
    for (const role of ['scu', 'scp'])
      if (text(row.row, role) === 'Option')
        yield fault(at(row.row, role), 'an entity supports a SOP Class or not: Yes or No');
}

function* ofEntities(document: Place): Generator<Fault> {
  for (const entity of entitiesOf(document)) {
    for (const [direction, side] of [
      ['initiation', 'initiator'],
      ['acceptance', 'acceptor'],
    ] as const)
      if (described(entity, direction) && !has(entity, 'asynchronous', side))
        yield fault(at(entity, 'asynchronous', side), `how many operations are outstanding as ${side} is not told`);
    for (const row of list(entity, 'sopClasses'))
      if (['standard extended', 'specialized'].includes(text(row, 'type')) && !has(row, 'basedOn'))
        yield fault(at(row, 'basedOn'), `the Standard SOP Class of ${text(row, 'name')} is not named`);
  }
}

/** Tables of an operation that the operation asks for. A shortfall here leaves the claim standing: a warning. */
function* ofOperations(document: Place): Generator<Fault> {
  for (const each of allActivities(document))
    for (const { conformance, operation } of conformancesOf(each)) {
      const title = text(conformance, 'title');
      if (operation === 'C-FIND' && list(conformance, 'keys').length === 0)
        yield fault(at(conformance, 'keys'), `${title}: no key is listed`);
      if (/^N-(CREATE|SET|GET)$/.test(operation) && list(conformance, 'requestAttributes').length === 0)
        yield fault(at(conformance, 'requestAttributes'), `${title}: no attribute is listed`, { level: 'W' });
      for (const [name, table] of [
        ['N-ACTION', 'actionTypes'],
        ['N-EVENT-REPORT', 'eventTypes'],
      ] as const)
        if (operation === name && list(conformance, table).length === 0)
          yield fault(at(conformance, table), `${title}: no type is listed`, { level: 'W' });
    }
}

function* ofProfiles(document: Place): Generator<Fault> {
  for (const { profile, type, name } of profilesOf(document)) {
    if (type === 'augmented' && !has(profile, 'basedOn'))
      yield fault(at(profile, 'basedOn'), `the Standard profile of ${name} is not named`);
    if (type === 'augmented' && !has(profile, 'augmentations'))
      yield fault(at(profile, 'augmentations'), `what ${name} adds is not told`);
    if (type === 'private' && !has(profile, 'description'))
      yield fault(at(profile, 'description'), `${name} is not described`);
  }
}

/** Every field that is missing though its condition holds. */
export function* conditionalFields(document: Place): Generator<Fault> {
  yield* ofTheClaim(document);
  yield* ofTheOverview(document);
  yield* ofEntities(document);
  yield* ofOperations(document);
  yield* ofProfiles(document);
}
