// Rules of network conformance. PS3.2 7.1
import { implicitVrLittleEndian, isUid } from '@concord/dicom';
import { verificationSopClass } from '@concord/network';
import { standardRoot } from '../model/values.ts';
import { allActivities, conformancesOf, contextsOf, entitiesOf, sopClassRows } from './entities.ts';
import { at, described, has, isTrue, list, type Place, text, texts } from './place.ts';
import { outOfOrder } from './print-rules.ts';
import { type Fault, type Finding, fault, type Rule } from './rule.ts';

function* standardClasses(document: Place): Generator<Fault> {
  if (!described(document, 'networking')) return;
  const standard = sopClassRows(document).filter(({ type }) => type === 'standard' || type === 'standard extended');
  const place = at(document, 'networking', 'applicationEntities');
  if (standard.length === 0) yield fault(place, 'no SOP Class is Standard or Standard Extended');
  else if (standard.every(({ uid }) => uid === verificationSopClass))
    yield fault(place, 'Verification is the only Standard SOP Class', { level: 'W' });
}

function* verificationAccepted(document: Place): Generator<Fault> {
  for (const entity of entitiesOf(document)) {
    if (!described(entity, 'acceptance')) continue;
    const contexts = list(entity, 'acceptance', 'activities').flatMap((activity) =>
      contextsOf({ entity, activity, direction: 'acceptance' }),
    );
    if (!contexts.some(({ uid, role }) => uid === verificationSopClass && role !== 'SCU'))
      yield fault(at(entity, 'acceptance'), 'no context accepts Verification as SCP');
  }
}

/** PS3.5 10.1; said for an activity where its text tells what happens to lossy instances. */
function* defaultSyntax(document: Place): Generator<Fault> {
  for (const each of allActivities(document)) {
    const ownClasses = new Set(
      list(each.entity, 'sopClasses').flatMap((row) => (text(row, 'type') === 'private' ? [text(row, 'uid')] : [])),
    );
    const said = new Set(
      conformancesOf(each).flatMap(({ conformance, sopClasses }) => (has(conformance, 'lossyOnly') ? sopClasses : [])),
    );
    const withDefault = new Map<string, boolean>();
    for (const { uid, syntaxes } of contextsOf(each))
      if (uid !== '' && !ownClasses.has(uid))
        withDefault.set(
          uid,
          withDefault.get(uid) === true || syntaxes.some((syntax) => text(syntax, 'uid') === implicitVrLittleEndian),
        );
    for (const [uid, there] of withDefault)
      if (!there && !said.has(uid))
        yield fault(at(each.activity, 'contexts'), `${uid} is in no context with Implicit VR Little Endian`);
  }
}

/** Whether a UID is of a root, or made from a UUID. PS3.5 B.2 */
const under = (uid: string, roots: readonly string[]): boolean =>
  uid.startsWith('2.25.') || roots.some((root) => uid === root || uid.startsWith(`${root}.`));

function* privateRoots(document: Place): Generator<Fault> {
  const roots: string[] = [];
  for (const row of list(document, 'orgRoots')) {
    const root = text(row, 'root');
    if (`${root}.`.startsWith(standardRoot)) yield fault(row, `${root} is the root of the standard itself`);
    else roots.push(root);
  }
  const own = [
    ...entitiesOf(document).map((entity) => at(entity, 'implementation', 'classUid')),
    ...sopClassRows(document).map(({ row }) => at(row, 'uid')),
  ];
  for (const place of own) {
    const uid = text(place);
    if (isUid(uid) && !uid.startsWith(standardRoot) && !under(uid, roots))
      yield fault(place, `${uid} stands under no root that the statement names`);
  }
}

/** Findings of a group that make a claim impossible. */
const broken = (found: readonly Finding[], ids: RegExp): readonly string[] => [
  ...new Set(found.filter(({ rule, level }) => level === 'E' && ids.test(rule)).map(({ rule }) => rule)),
];

/** Reported where the rules on SOP Classes are broken. */
export const brokenClasses = (found: readonly Finding[], under: string): readonly string[] =>
  broken(
    found.filter(({ path }) => path.startsWith(under) || path.startsWith('/annexes/')),
    /^CS-V73-/,
  );

/** The claim that cannot be kept. */
export function withdrawn(
  document: Place,
  claim: 'network' | 'media',
  found: readonly Finding[],
  ids: RegExp,
): Fault[] {
  const rules = broken(found, ids);
  return isTrue(document, 'claim', claim) && rules.length > 0
    ? [fault(at(document, 'claim', claim), `cannot be claimed because of ${rules.join(', ')}`)]
    : [];
}

const sections = ['overview', 'introduction', 'networking', 'media', 'characterSets', 'security', 'annexes'] as const;

/** The sections of Annex A, each there or said to be absent. */
export const missingSections = (document: Place): Fault[] =>
  sections
    .filter((name) => typeof at(document, name).value !== 'object' || at(document, name).value === null)
    .map((name) => fault(at(document, name), `the section ${name} is missing`));

const inNetwork = { level: 'E', decided: ['s'], section: '7.1' } as const;

export const networkRules: readonly Rule[] = [
  {
    ...inNetwork,
    id: 'CS-V71-01',
    text: 'The claim is network, media or both.',
    remedy: 'Claim at least one of the two.',
    check: (document) =>
      has(document, 'claim') && !isTrue(document, 'claim', 'network') && !isTrue(document, 'claim', 'media')
        ? [fault(at(document, 'claim'), 'nothing is claimed')]
        : [],
  },
  {
    ...inNetwork,
    id: 'CS-V71-03',
    text: 'The statement is structured as Annex A says.',
    remedy: 'Add the section, or put it in its place.',
    *check(document, { printed }) {
      // A text has no members: its headings tell.
      if (!Array.isArray(document.value)) yield* missingSections(document);
      if (printed) yield* outOfOrder(printed);
    },
  },
  {
    ...inNetwork,
    id: 'CS-V71-04',
    text: 'At least one SOP Class is Standard or Standard Extended; Verification alone is little.',
    remedy: 'Support a Standard SOP Class, or make no network claim.',
    check: standardClasses,
  },
  {
    ...inNetwork,
    id: 'CS-V71-05',
    decided: ['r'],
    text: 'What IODs, data elements and operations of a Standard SOP Class demand of its role is implemented.',
    remedy: 'The running system decides: a handler for each operation of each SOP Class and role.',
  },
  {
    ...inNetwork,
    id: 'CS-V71-06',
    decided: ['s', 'r'],
    text: 'What accepts any association accepts Verification as SCP.',
    remedy: 'Add Verification to what the entity accepts.',
    check: verificationAccepted,
  },
  {
    ...inNetwork,
    id: 'CS-V71-07',
    decided: ['s', 'p'],
    section: '7.1, PS3.5 10.1',
    text: 'Each SOP Class that is not Private is offered or taken in Implicit VR Little Endian, or it is said why not.',
    remedy: 'Add the default transfer syntax, or say what happens to instances that exist in lossy form only.',
    check: defaultSyntax,
  },
  {
    ...inNetwork,
    id: 'CS-V71-08',
    decided: ['s', 'a'],
    text: 'The right to the roots of private UIDs is there, and every private UID begins with one of them.',
    remedy: 'Name the root with its holder and registration, or make UIDs from UUIDs (2.25).',
    check: privateRoots,
  },
  {
    ...inNetwork,
    id: 'CS-V71-09',
    text: 'TCP/IP is a supported communication mode.',
    remedy: 'Name TCP/IP among the protocols.',
    check: (document) =>
      described(document, 'networking') &&
      !texts(document, 'networking', 'interfaces', 'protocols').some((name) => /tcp/i.test(name))
        ? [fault(at(document, 'networking', 'interfaces', 'protocols'), 'TCP/IP is not among the protocols')]
        : [],
  },
  {
    ...inNetwork,
    id: 'CS-V71-10',
    text: 'The rules of 7.3 hold for each published SOP Class.',
    remedy: 'Mend what the rules on SOP Classes found.',
    follow(document, found) {
      const rules = brokenClasses(found, '/networking');
      return described(document, 'networking') && rules.length > 0
        ? [fault(at(document, 'networking'), `SOP Classes break ${rules.join(', ')}`)]
        : [];
    },
  },
  {
    ...inNetwork,
    id: 'CS-V71-02',
    text: 'A network claim is made only where all minimum requirements hold.',
    remedy: 'Mend what the other rules of 7.1 found; until then the statement is a draft.',
    follow: (document, found) => withdrawn(document, 'network', found, /^CS-V71-/),
  },
];
