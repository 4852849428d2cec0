// Rules over the whole statement: application entities, names, overview and words agree. PS3.2 Annex A
import { verificationSopClass } from '@concord/network';
import { isKnownAbbreviation } from '../document/abbreviations.ts';
import { storageServiceClass } from '../generate/names.ts';
import { allActivities, entitiesOf, localTitlesOf, profilesOf, sopClassRows } from './entities.ts';
import { isUnmarked, wrongName } from './names.ts';
import { at, described, has, isTrue, list, type Place, text, texts } from './place.ts';
import type { Reading } from './reading.ts';
import { type Fault, fault, type Rule } from './rule.ts';

/** Where each application entity has to be told, and where it is. */
function* sameEntities(document: Place): Generator<Fault> {
  if (!described(document, 'networking')) return;
  const networking = at(document, 'networking');
  const ids = new Set(entitiesOf(document).map((entity) => text(entity, 'id')));
  const told: readonly (readonly [Place, readonly string[]])[] = [
    [at(networking, 'model', 'dataFlow'), list(networking, 'model', 'dataFlow').map((each) => text(each, 'ae'))],
    [
      at(networking, 'model', 'functionalDefinitions'),
      list(networking, 'model', 'functionalDefinitions').map((each) => text(each, 'ae')),
    ],
    [at(networking, 'configuration', 'localTitles'), localTitlesOf(document).map((each) => text(each, 'ae'))],
  ];
  for (const [place, names] of told) {
    for (const name of new Set(names)) if (!ids.has(name)) yield fault(place, `${name} is no application entity`);
    for (const id of ids) if (!names.includes(id)) yield fault(place, `${id} is missing`);
  }
  for (const row of list(networking, 'configuration', 'parameters')) {
    const scope = text(row, 'scope');
    if (scope !== 'General' && !ids.has(scope)) yield fault(at(row, 'scope'), `${scope} is no application entity`);
  }
  yield* sameActivities(document);
}

/** Each arrow of the diagram has its section, and the other way round. */
function* sameActivities(document: Place): Generator<Fault> {
  const drawn = new Set<string>();
  const flows = list(document, 'networking', 'model', 'dataFlow');
  for (const flow of flows) {
    const direction = text(flow, 'direction');
    const [ae, id] = [text(flow, 'ae'), text(flow, 'local', 'id')];
    if (direction !== 'accepts') drawn.add(`${ae} initiation ${id}`);
    if (direction !== 'initiates') drawn.add(`${ae} acceptance ${id}`);
  }
  const told = new Set<string>();
  for (const { entity, activity, direction } of allActivities(document)) {
    const key = `${text(entity, 'id')} ${direction} ${text(activity, 'id')}`;
    told.add(key);
    if (!drawn.has(key)) yield fault(activity, `the diagram has no arrow for ${key}`);
  }
  for (const key of drawn)
    if (!told.has(key)) yield fault(at(document, 'networking', 'model', 'dataFlow'), `there is no section for ${key}`);
}

/** A text that is bound to what has changed since. */
function* staleTexts(document: Place): Generator<Fault> {
  for (const block of list(document, 'textBlocks')) {
    if (text(block, 'state') !== 'stale') continue;
    const changed = list(block, 'describes').filter((each) => isTrue(each, 'changed'));
    const names = changed.map((each) => text(each, 'name')).join(', ');
    yield fault(
      block,
      `${text(block, 'id')} (${text(block, 'section')}) is older than ${names || 'what it describes'}`,
    );
  }
}

function* plainWords(document: Place): Generator<Fault> {
  const description = at(document, 'overview', 'description');
  const words = text(description);
  const acronyms = (words.match(/\b[A-Z][A-Z0-9-]+\b/g) ?? []).filter(
    (word) => isKnownAbbreviation(word) || /^[CN]-[A-Z]+/.test(word),
  );
  const uids = words.match(/\b\d+(\.\d+){3,}\b/g) ?? [];
  for (const word of new Set([...acronyms, ...uids])) yield fault(description, `${word} is no layman's word`);
  const lines = words.split('\n').reduce((sum, line) => sum + Math.ceil(line.length / 100), 0);
  if (lines > 10) yield fault(description, `it has about ${lines} lines, and more than 10`);
}

const joined = (left: string | undefined, right: string): string => (left === 'Yes' || right === 'Yes' ? 'Yes' : 'No');

/** Roles of the overview against those of the entities; an option stands for a Yes. */
function* sameServices(document: Place): Generator<Fault> {
  const union = new Map<string, { scu: string; scp: string }>();
  for (const { uid, scu, scp } of sopClassRows(document))
    if (uid !== verificationSopClass)
      union.set(uid, { scu: joined(union.get(uid)?.scu, scu), scp: joined(union.get(uid)?.scp, scp) });
  const overview = list(document, 'overview', 'networkServices');
  const listed = new Set(overview.map((row) => text(row, 'uid')));
  const whole = listed.has(storageServiceClass);
  for (const row of overview) {
    const uid = text(row, 'uid');
    const roles = union.get(uid);
    if (uid === storageServiceClass) continue;
    if (!roles) yield fault(row, `${text(row, 'name')} is supported by no application entity`);
    else
      for (const role of ['scu', 'scp'] as const)
        if ((text(row, role) === 'No') !== (roles[role] === 'No'))
          yield fault(at(row, role), `${text(row, 'name')}: ${text(row, role)} here, ${roles[role]} in the entities`);
  }
  if (!whole && described(document, 'networking'))
    for (const uid of union.keys())
      if (!listed.has(uid)) yield fault(at(document, 'overview', 'networkServices'), `${uid} is missing`);
}

/** Write is FSC or FSU, read is FSR or FSU. */
function* sameMedia(document: Place): Generator<Fault> {
  const rows = list(document, 'overview', 'mediaServices');
  const profiles = profilesOf(document);
  for (const { profile, name } of profiles) {
    const row = rows.find((each) => text(each, 'profile') === name);
    const roles = texts(profile, 'roles');
    if (!row) {
      yield fault(at(document, 'overview', 'mediaServices'), `${name} is missing`);
      continue;
    }
    for (const [field, role] of [
      ['write', 'FSC'],
      ['read', 'FSR'],
    ] as const)
      if ((text(row, field) === 'No') === (roles.includes(role) || roles.includes('FSU')))
        yield fault(at(row, field), `${name}: ${text(row, field)} here, roles ${roles.join(', ')} in section 5`);
  }
  for (const row of rows)
    if (!profiles.some(({ name }) => name === text(row, 'profile')))
      yield fault(row, `${text(row, 'profile')} is in no media entity`);
}

/** Prose, not values: where a word in capitals is an abbreviation. */
const proseFields = new Set(['description', 'text', 'policy', 'policies', 'audience', 'remarks', 'conditions']);
const valueRepresentation = /^(AE|AS|AT|CS|D[AST]|F[DL]|I[S]|L[OT]|O[BDFLVW]|PN|S[HLQSTV]|TM|U[CILNRSTV])$/;

function* spelledOut(document: Place, { texts: all }: Reading): Generator<Fault> {
  const own = new Set(list(document, 'introduction', 'abbreviations').map((row) => text(row, 'abbreviation')));
  const names = new Set(localTitlesOf(document).map((row) => text(row, 'defaultTitle')));
  const seen = new Set<string>();
  for (const { place, name, text: words } of all) {
    if (!proseFields.has(name)) continue;
    for (const word of words.match(/(?<![\w.:/-])[A-Z]{3,5}[0-9]?(?![\w:/-])/g) ?? []) {
      if (seen.has(word) || own.has(word) || names.has(word)) continue;
      if (isKnownAbbreviation(word) || valueRepresentation.test(word)) continue;
      seen.add(word);
      yield fault(place, `${word} is not in the list of abbreviations`);
    }
  }
}

const title = /^[\x20-\x5b\x5d-\x7e]{1,16}$/;

function* titles(document: Place): Generator<Fault> {
  const owners = new Map<string, string>();
  for (const row of localTitlesOf(document)) {
    const ae = text(row, 'ae');
    const { value } = at(row, 'defaultTitle');
    if (typeof value !== 'string' || !title.test(value) || value.trim() === '') {
      yield fault(at(row, 'defaultTitle'), `${ae} has no AE title of 1 to 16 characters`);
      continue;
    }
    const owner = owners.get(value.trim());
    if (owner !== undefined && owner !== ae && !has(document, 'networking', 'configuration', 'sharedTitles'))
      yield fault(row, `${owner} and ${ae} have one title, and it is not told why`);
    owners.set(value.trim(), ae);
  }
}

const decided = { level: 'E', decided: ['s'], section: 'Annex A' } as const;

export const consistencyRules: readonly Rule[] = [
  {
    ...decided,
    id: 'CS-VX-05',
    section: 'A.4.1, A.4.2, A.4.4',
    text: 'Application entities and activities are the same in diagram, definitions, specifications, titles and parameters.',
    remedy: 'Add what is missing, or take it out everywhere.',
    check: sameEntities,
  },
  {
    ...decided,
    id: 'CS-VX-06',
    level: 'W',
    section: 'A.4.1.1',
    text: 'Each overlap of activities in a diagram is discussed.',
    remedy: 'Say what the overlap means.',
    *check(document) {
      for (const overlap of list(document, 'networking', 'model', 'overlaps'))
        if (!has(overlap, 'discussion')) yield fault(overlap, 'activities overlap, and it is not told why');
    },
  },
  {
    ...decided,
    id: 'CS-VX-07',
    level: 'W',
    section: 'A.1',
    text: 'The overview is in 5 to 10 lines of plain words, without acronyms.',
    remedy: 'Use plain words; the details follow later.',
    check: plainWords,
  },
  {
    ...decided,
    id: 'CS-VX-08',
    section: 'PS3.6 Annex A',
    text: 'Each name of a SOP Class or transfer syntax is that of the UID beside it.',
    remedy: 'Use the name of PS3.6.',
    *check(_, { named }) {
      for (const { place, name, uid } of named) {
        const wrong = wrongName(name, uid);
        if (wrong) yield fault(at(place, 'name'), wrong.text, { level: wrong.level });
      }
    },
  },
  {
    ...decided,
    id: 'CS-VX-09',
    section: 'A.1, A.4.2',
    text: 'The overview lists what the application entities support, no more and no less.',
    remedy: 'Make the overview the union of the tables A.4.2-1.',
    check: sameServices,
  },
  {
    ...decided,
    id: 'CS-VX-24',
    section: 'A.1, A.5.2',
    text: 'The overview lists the media profiles of section 5 with their roles, no more and no less.',
    remedy: 'Make the overview the union of the tables A.5.2-1.',
    check: sameMedia,
  },
  {
    ...decided,
    id: 'CS-VX-29',
    level: 'W',
    section: 'PS3.6 Annex A',
    text: 'What is retired is marked "(Retired)".',
    remedy: 'Add "(Retired)" to the name.',
    *check(_, { named }) {
      for (const { place, name, uid } of named)
        if (isUnmarked(name, uid)) yield fault(at(place, 'name'), `${name} is retired`);
    },
  },
  {
    ...decided,
    id: 'CS-VX-30',
    decided: ['s', 'r'],
    text: 'No prose is older than what it describes.',
    remedy:
      'Read the text again, and confirm it or write it anew. The running system decides of texts that stand beside their declaration.',
    check: staleTexts,
  },
  {
    ...decided,
    id: 'CS-VX-31',
    level: 'W',
    section: 'A.3.6',
    text: 'Abbreviations that are used are listed.',
    remedy: 'Spell the word out, or add it to introduction.abbreviations.',
    check: spelledOut,
  },
  {
    ...decided,
    id: 'CS-VX-35',
    section: 'A.4.4.1, PS3.5 6.2',
    text: 'AE titles are well formed; two entities share one only where it is told why.',
    remedy: 'Use 1 to 16 ASCII characters without backslash; write sharedTitles where a title is shared.',
    check: titles,
  },
];
