// Rules of private data, presence of attributes, character sets and codes. PS3.2 A.6, A.8; PS3.5 7.8
import { describeUid, isUid, parseTag } from '@concord/dicom';
import { standardRoot } from '../model/values.ts';
import { createdAttributes, extensionsOf, namedClasses, namedSyntaxes, sopClassRows } from './entities.ts';
import { attributesOf } from './iod-tables.ts';
import { at, described, has, isTrue, list, type Place, text } from './place.ts';
import { type Fault, fault, type Rule } from './rule.ts';
import { isPrivateTag } from './sop-classes.ts';

const forbiddenGroups = [0x0001, 0x0003, 0x0005, 0x0007, 0xffff];

/** Whether a private attribute may have this tag: an element in a block that a private creator reserves. */
function isReservable(tag: string): boolean {
  const number = parseTag(tag) ?? 0;
  const group = Math.floor(number / 0x10000);
  return group % 2 === 1 && !forbiddenGroups.includes(group) && (number & 0xffff) >= 0x1000;
}

function* privateAttributes(document: Place): Generator<Fault> {
  const dictionary = described(document, 'annexes', 'privateDictionary')
    ? list(document, 'annexes', 'privateDictionary', 'rows')
    : [];
  const listed = new Set<string>();
  for (const row of dictionary) {
    listed.add(text(row, 'tag'));
    if (!isReservable(text(row, 'tag'))) yield fault(at(row, 'tag'), `${text(row, 'tag')} can be no private attribute`);
    for (const name of ['vr', 'vm', 'creator']) if (!has(row, name)) yield fault(at(row, name), `it has no ${name}`);
  }
  const used = [
    ...createdAttributes(document).map(({ attribute }) => attribute),
    ...extensionsOf(document).flatMap(({ added }) => added),
  ];
  for (const attribute of used) {
    const tag = text(attribute, 'tag');
    if (isPrivateTag(tag) && !listed.has(tag)) yield fault(attribute, `${tag} is not in the private dictionary`);
  }
}

const isOwn = (uid: string): boolean => isUid(uid) && describeUid(uid) === undefined;

function* privateUids(document: Place): Generator<Fault> {
  const syntaxes = new Set(list(document, 'annexes', 'privateTransferSyntaxes').map((row) => text(row, 'uid')));
  const seen = new Set<string>();
  for (const { uid, place } of namedSyntaxes(document)) {
    if (!isOwn(uid) || seen.has(uid)) continue;
    seen.add(uid);
    if (!syntaxes.has(uid)) yield fault(place, `the private transfer syntax ${uid} has no section 8.6`);
    if (uid.startsWith(standardRoot)) yield fault(place, `${uid} is of the standard's root`);
  }
  const classes = new Set(extensionsOf(document).map(({ uid }) => uid));
  const unpublished = new Set(
    sopClassRows(document).flatMap(({ row, uid }) => (isTrue(row, 'unpublished') ? [uid] : [])),
  );
  for (const { uid, place } of namedClasses(document)) {
    if (!isOwn(uid) || seen.has(uid) || unpublished.has(uid)) continue;
    seen.add(uid);
    if (!classes.has(uid)) yield fault(place, `the private SOP Class ${uid} has no section 8.5`);
  }
}

const presences: Readonly<Record<string, readonly string[]>> = {
  '1': ['ALWAYS'],
  '1C': ['ALWAYS', 'ANAP'],
  '2': ['ALWAYS', 'VNAP', 'EMPTY'],
};

function* presence(document: Place): Generator<Fault> {
  for (const { attribute, uid, tag } of createdAttributes(document)) {
    const type = text(attribute, 'type') || (attributesOf(uid)?.get(tag)?.attribute.type ?? '');
    const given = text(attribute, 'presence');
    if (presences[type] && !presences[type].includes(given))
      yield fault(
        at(attribute, 'presence'),
        `${tag} is Type ${type}, which cannot be ${given || 'without a presence'}`,
      );
  }
}

const questions = ['unsupported', 'configuration', 'mapping', 'personNames', 'presentation'] as const;
const cases = ['scuRequest', 'scuResponse', 'scpRequest', 'scpResponse'] as const;

function* characterSets(document: Place): Generator<Fault> {
  const sets = at(document, 'characterSets');
  if (!has(sets)) return;
  if (!described(sets)) {
    if (!/default (character )?repertoire|ISO_?IR 6\b/i.test(text(sets, 'reason')))
      yield fault(sets, 'it is not told that only the default repertoire is supported');
    return;
  }
  for (const name of questions) if (!has(sets, name)) yield fault(at(sets, name), `nothing is said on ${name}`);
  for (const name of cases)
    if (!has(sets, 'query', name)) yield fault(at(sets, 'query', name), `nothing is said on ${name} of queries`);
}

function* columnsOf(rows: readonly Place[], names: readonly string[]): Generator<Fault> {
  for (const row of rows)
    for (const name of names) if (!has(row, name)) yield fault(at(row, name), `the column ${name} is empty`);
}

function* codes(document: Place): Generator<Fault> {
  const annexes = at(document, 'annexes');
  const extended = list(annexes, 'extendedContextGroups');
  const own = list(annexes, 'privateContextGroups');
  yield* columnsOf(extended, ['cid', 'content', 'localVersion', 'creatorUid']);
  yield* columnsOf(own, ['identifier', 'name', 'extensible', 'version']);
  for (const group of own) yield* columnsOf(list(group, 'codes'), ['value', 'scheme', 'meaning']);
  yield* columnsOf(list(annexes, 'privateCodes'), ['value', 'scheme', 'meaning', 'definition']);
  yield* columnsOf(list(annexes, 'templates'), ['identifier', 'name', 'text']);
  for (const row of list(annexes, 'contextGroups')) {
    const set = text(row, 'defaultValueSet');
    if (/^extended/i.test(set) && extended.length === 0) yield fault(row, `${set} is not described`);
    if (/^private/i.test(set) && own.length === 0) yield fault(row, `${set} is not described`);
  }
}

const decided = { level: 'E', decided: ['s'] } as const;

export const annexRules: readonly Rule[] = [
  {
    ...decided,
    id: 'CS-VX-22',
    section: 'A.8.2, PS3.5 7.8',
    text: 'Each private attribute is in the private dictionary, and has a tag that may be private.',
    remedy: 'Add it to 8.2; use an odd group, and elements of a block that a private creator reserves.',
    check: privateAttributes,
  },
  {
    ...decided,
    id: 'CS-VX-23',
    section: 'A.8.5, A.8.6',
    text: 'Each private transfer syntax and each published private SOP Class has its section.',
    remedy: 'Describe it in 8.5 or 8.6, or mark the SOP Class as unpublished.',
    check: privateUids,
  },
  {
    ...decided,
    id: 'CS-VX-25',
    section: 'A.8.1.1, PS3.5 7.4',
    text: 'The presence of an attribute fits its type.',
    remedy: 'Type 1 is ALWAYS, 1C ALWAYS or ANAP, 2 ALWAYS, VNAP or EMPTY.',
    check: presence,
  },
  {
    ...decided,
    id: 'CS-VX-26',
    section: 'A.6',
    text: 'All questions about character sets are answered, or only the default repertoire is supported.',
    remedy: 'Answer the question; above all what happens to a set that is not supported.',
    check: characterSets,
  },
  {
    ...decided,
    id: 'CS-VX-28',
    section: 'A.8.3',
    text: 'Extended and private context groups, templates and codes are described as PS3.16 does.',
    remedy: 'Fill the columns; an extended group has local version and creator UID.',
    check: codes,
  },
];
