// Rules of presentation contexts, roles, extended negotiation and numbers of associations. PS3.2 A.4.2; PS3.8 9.3.2
import { describeUid, isStorageSopClass } from '@concord/dicom';
import { contextsOfGrouping } from '../model/grouping.ts';
import {
  type ActivityPlace,
  activitiesOf,
  allActivities,
  conformancesOf,
  contextsOf,
  entitiesOf,
  localTitlesOf,
} from './entities.ts';
import { membersOf } from './meta-sop-classes.ts';
import { at, described, has, isTrue, list, number, type Place, text } from './place.ts';
import { type Fault, fault, type Rule } from './rule.ts';

/** What the contexts of an activity let the entity be for a SOP Class; members and whole service classes included. */
function rolesIn(activity: ActivityPlace): { readonly uid: string; readonly roles: string }[] {
  const negotiated = contextsOf(activity).flatMap(({ uid, role, context }) => {
    const roles = role === 'BOTH' ? 'SCU SCP' : role;
    const meant = isTrue(context, 'commonExtendedNegotiation') ? [] : [uid];
    return [...meant, ...(membersOf(uid) ?? [])].map((each) => ({ uid: each, roles }));
  });
  if (negotiated.length === 0) return [];
  const operated = conformancesOf(activity).flatMap(({ sopClasses, ourRole }) =>
    sopClasses.map((each) => ({ uid: each, roles: ourRole })),
  );
  return [...negotiated, ...operated];
}

function* sameRoles(document: Place): Generator<Fault> {
  for (const entity of entitiesOf(document)) {
    const found = new Map<string, string>();
    const negotiated = new Set<string>();
    for (const activity of activitiesOf(entity)) {
      for (const { uid, roles } of rolesIn(activity)) found.set(uid, `${found.get(uid) ?? ''} ${roles}`);
      for (const { uid } of contextsOf(activity)) if (describeUid(uid)?.type !== 'Service Class') negotiated.add(uid);
    }
    const listed = new Set<string>();
    for (const row of list(entity, 'sopClasses')) {
      const uid = text(row, 'uid');
      listed.add(uid);
      for (const [field, role] of [
        ['scu', 'SCU'],
        ['scp', 'SCP'],
      ] as const)
        if (text(row, field) === 'Yes' && !(found.get(uid) ?? '').includes(role))
          yield fault(at(row, field), `${text(row, 'name')}: no presentation context makes the entity its ${role}`);
    }
    for (const uid of negotiated)
      if (!listed.has(uid)) yield fault(at(entity, 'sopClasses'), `${uid} is negotiated and not in the table`);
  }
}

const notesOf = (activity: Place): ReadonlySet<number> =>
  new Set(list(activity, 'notes').map((note) => number(note, 'number') ?? 0));

function* references({ activity }: ActivityPlace): Generator<Fault> {
  const notes = notesOf(activity);
  const table = list(activity, 'metaNegotiation');
  for (const context of list(activity, 'contexts')) {
    for (const { value } of list(context, 'extendedNegotiation'))
      if (typeof value !== 'number' || !notes.has(value)) yield fault(context, `there is no Note ${String(value)}`);
    const uid = text(context, 'abstractSyntax', 'uid');
    if (isTrue(context, 'seeMetaTable') && !table.some((row) => text(row, 'metaSopClass') === uid))
      yield fault(context, `there is no table for the members of ${uid}`);
  }
  for (const row of table) {
    const meta = text(row, 'metaSopClass');
    if (!membersOf(meta)?.includes(text(row, 'sopClass', 'uid')))
      yield fault(row, `${text(row, 'sopClass', 'uid')} is no member of ${meta}`);
    for (const { value } of list(row, 'notes'))
      if (typeof value !== 'number' || !notes.has(value)) yield fault(row, `there is no Note ${String(value)}`);
  }
}

const mostContexts = 128;

function* contexts({ activity }: ActivityPlace): Generator<Fault> {
  const rows = list(activity, 'contexts');
  const grouping = text(activity, 'grouping');
  const contextsFor = (row: Place): number =>
    contextsOfGrouping(
      grouping,
      list(row, 'transferSyntaxes').map((syntax) => text(syntax, 'uid')),
    ).length;
  const count = rows.reduce((sum, row) => sum + contextsFor(row), 0);
  if (isTrue(activity, 'oneAssociation') && count > mostContexts)
    yield fault(at(activity, 'contexts'), `${count} contexts do not fit into one association`);
  for (const row of rows) {
    const syntaxes = list(row, 'transferSyntaxes');
    const uids = syntaxes.map((syntax) => text(syntax, 'uid'));
    if (new Set(uids).size < uids.length) yield fault(at(row, 'transferSyntaxes'), 'a transfer syntax appears twice');
    for (const syntax of syntaxes)
      if (!has(syntax, 'name') || !has(syntax, 'uid')) yield fault(syntax, 'a transfer syntax lacks its name or UID');
  }
}

function* serviceClasses({ activity, direction }: ActivityPlace): Generator<Fault> {
  for (const context of list(activity, 'contexts')) {
    const uid = text(context, 'abstractSyntax', 'uid');
    if (describeUid(uid)?.type !== 'Service Class') continue;
    if (!isTrue(context, 'commonExtendedNegotiation') && list(context, 'extendedNegotiation').length === 0)
      yield fault(context, `nothing is noted on SOP Class Common Extended Negotiation of ${uid}`);
    if (direction === 'initiation' && !has(activity, 'serviceClassConditions'))
      yield fault(activity, `when a SOP Class of ${uid} is proposed is not told`);
  }
}

const isCount = (value: unknown): boolean =>
  value === 'unlimited' || (typeof value === 'number' && Number.isInteger(value) && value >= 1);

function* associations(document: Place): Generator<Fault> {
  for (const entity of entitiesOf(document)) {
    for (const direction of ['initiation', 'acceptance'])
      if (described(entity, direction) && !isCount(at(entity, direction, 'associations', 'value').value))
        yield fault(at(entity, direction, 'associations'), 'how many associations there may be is not told');
    const id = text(entity, 'id');
    const ported = localTitlesOf(document).some(
      (row) => text(row, 'ae') === id && (has(row, 'defaultPort') || has(row, 'effectivePort')),
    );
    if (described(entity, 'acceptance') && !ported)
      yield fault(at(document, 'networking', 'configuration', 'localTitles'), `${id} accepts but has no port`);
  }
}

const commitment = '1.2.840.10008.1.20.1';
const performedStep = '1.2.840.10008.3.1.2.3.3';
const prints = ['1.2.840.10008.5.1.1.9', '1.2.840.10008.5.1.1.18'];

interface Operated {
  readonly place: Place;
  readonly operation: string;
  readonly ourRole: string;
  readonly sopClasses: readonly string[];
}

/** Services that are of no use without another one. */
function* together(document: Place): Generator<Fault> {
  const activities = allActivities(document);
  const operated: Operated[] = activities.flatMap((each) =>
    conformancesOf(each).map(({ conformance, ...rest }) => ({ place: conformance, ...rest })),
  );
  const does = (operation: string, role: string, uid?: string): Operated | undefined =>
    operated.find(
      (each) =>
        each.operation === operation &&
        each.ourRole === role &&
        (uid === undefined || each.sopClasses.some((one) => one === uid || membersOf(one)?.includes(uid))),
    );
  const sends =
    does('C-STORE', 'SCU') !== undefined ||
    activities.some((each) =>
      contextsOf(each).some(({ uid, role }) => isStorageSopClass(uid) && (role === 'BOTH' || role === 'SCU')),
    );
  for (const operation of ['C-MOVE', 'C-GET']) {
    const provider = does(operation, 'SCP');
    if (provider && !sends) yield fault(provider.place, `${operation} is provided, and nothing can be sent`);
  }
  const requests = does('N-ACTION', 'SCU', commitment);
  const hears =
    does('N-EVENT-REPORT', 'SCU', commitment) ||
    (requests && list(requests.place, 'eventTypes').length > 0) ||
    activities.some(
      (each) => each.direction === 'acceptance' && contextsOf(each).some(({ uid }) => uid === commitment),
    );
  if (requests && !hears) yield fault(requests.place, 'commitment is asked for, and its report cannot come');
  for (const [one, other] of [
    ['N-CREATE', 'N-SET'],
    ['N-SET', 'N-CREATE'],
  ] as const) {
    const user = does(one, 'SCU', performedStep);
    if (user && !does(other, 'SCU', performedStep))
      yield fault(user.place, `performed procedure steps need ${other} beside ${one}`);
  }
  for (const uid of prints) {
    const user = operated.find((each) => each.ourRole === 'SCU' && each.sopClasses.includes(uid));
    const missing = ['N-CREATE', 'N-SET', 'N-ACTION'].filter(
      (operation) => !operated.some((each) => each.operation === operation && each.sopClasses.includes(uid)),
    );
    if (user && missing.length > 0) yield fault(user.place, `printing needs ${missing.join(', ')}`);
  }
}

/** An entity that stores and reports performed steps says which comes first. */
function* order(document: Place): Generator<Fault> {
  for (const entity of entitiesOf(document)) {
    const used = activitiesOf(entity).filter(({ direction }) => direction === 'initiation');
    const doing = (operation: string, uid?: string) =>
      used.filter((each) =>
        conformancesOf(each).some(
          (one) => one.operation === operation && (uid === undefined || one.sopClasses.includes(uid)),
        ),
      );
    const [stores, sets] = [doing('C-STORE'), doing('N-SET', performedStep)];
    const told = [...stores, ...sets].some(({ activity }) => has(activity, 'sequencing'));
    if (stores.length > 0 && sets.length > 0 && !told && !described(document, 'networking', 'model', 'sequencing'))
      yield fault(at(entity, 'initiation'), 'whether instances are stored before the final N-SET is not told');
  }
}

const decided = { level: 'E', decided: ['s'], section: 'A.4.2' } as const;
const each = (check: (activity: ActivityPlace) => Iterable<Fault>) =>
  function* (document: Place): Generator<Fault> {
    for (const activity of allActivities(document)) yield* check(activity);
  };

export const negotiationRules: readonly Rule[] = [
  {
    ...decided,
    id: 'CS-VX-10',
    section: 'A.4.2.x.1',
    text: 'The roles of a SOP Class are those of its presentation contexts.',
    remedy: 'Change the role in table A.4.2-1, or add the presentation context.',
    check: sameRoles,
  },
  {
    ...decided,
    id: 'CS-VX-11',
    section: 'A.4.2.x.3.1.2, A.4.2.x.4.1.2',
    text: 'What a context refers to is there: the note, or the table of the members of its Meta SOP Class.',
    remedy: 'Add the note or the table, with members of the Meta SOP Class only.',
    check: each(references),
  },
  {
    ...decided,
    id: 'CS-VX-12',
    section: 'A.4.2.x.3.1.1',
    text: 'Who stores and reports performed procedure steps says in which order.',
    remedy: 'Describe the sequencing of the activity.',
    check: order,
  },
  {
    ...decided,
    id: 'CS-VX-15',
    section: 'A.4.2.x.3, PS3.8 9.3.2.2',
    text: 'An association has at most 128 contexts, and a context each transfer syntax once, with name and UID.',
    remedy: 'Spread the contexts over several associations; list each transfer syntax once.',
    check: each(contexts),
  },
  {
    ...decided,
    id: 'CS-VX-16',
    section: 'A.4.2.x.3.1.2.1',
    text: 'A service class is an abstract syntax only with SOP Class Common Extended Negotiation and its conditions.',
    remedy: 'Add the note, and say when a SOP Class of the service class is proposed.',
    check: each(serviceClasses),
  },
  {
    ...decided,
    id: 'CS-VX-17',
    section: 'A.4.2.x.2.2, A.4.4.1',
    text: 'Each entity says how many associations it has at a time, and one that accepts has a TCP port.',
    remedy: 'Give the number, and the default port in table A.4.4-1.',
    check: associations,
  },
  {
    ...decided,
    id: 'CS-VX-33',
    section: 'PS3.4',
    text: 'Services that need each other are declared together.',
    remedy: 'Add the service that is missing, with the role that is needed.',
    check: together,
  },
];
