// The application entities of a statement, each abstract syntax of an activity as one offer. PS3.2 A.4.2
import { transferSyntax, uidName } from '@concord/dicom';
import { contextsOfGrouping } from '../model/grouping.ts';
import { countIn, entriesIn, flagIn, member, textIn, textsIn, wordIn } from './lenient.ts';
import type {
  ActivityView,
  ConformanceFact,
  EntityView,
  KeyFact,
  Offer,
  SideView,
  Stated,
  StatusFact,
} from './view.ts';

const mostEntities = 64;
const mostActivities = 256;

function statusesOf(entry: unknown, path: string): readonly StatusFact[] {
  return entriesIn(entry, 'statuses', path).map(({ entry: row, path: at }) => ({
    status: textIn(row, 'status') ?? '',
    code: textIn(row, 'code') ?? '',
    meaning: textIn(row, 'meaning') ?? '',
    behavior: textIn(row, 'behavior') ?? '',
    path: at,
  }));
}

function keysOf(entry: unknown, path: string): readonly KeyFact[] {
  return entriesIn(entry, 'keys', path, 2000).map(({ entry: row, path: at }) => ({
    level: (textIn(row, 'level') ?? '').toUpperCase(),
    attribute: textIn(row, 'attribute') ?? textIn(row, 'tag') ?? 'unnamed key',
    tag: textIn(row, 'tag') ?? '',
    type: textIn(row, 'type') ?? '',
    matching: textsIn(row, 'matching'),
    returned: flagIn(row, 'returned'),
    path: at,
  }));
}

const conformanceOf = (activity: unknown, path: string): readonly ConformanceFact[] =>
  entriesIn(activity, 'sopConformance', path).map(({ entry, path: at }) => ({
    path: at,
    operation: textIn(entry, 'operation') ?? '',
    ourRole: wordIn(entry, 'ourRole', ['SCU', 'SCP']),
    sopClasses: textsIn(entry, 'sopClasses'),
    statuses: statusesOf(entry, at),
    keys: keysOf(entry, at),
    lossyOnly: textIn(entry, 'lossyOnly'),
    description: textIn(entry, 'description') ?? '',
  }));

interface Row {
  readonly uid: string;
  readonly name: string;
  readonly role: Offer['role'];
  readonly syntaxes: readonly string[];
  readonly notes: readonly string[];
  readonly common: boolean;
  readonly observed: boolean;
  readonly path: string;
}

function rowsOf(activity: unknown, path: string): readonly Row[] {
  const notes = new Map(
    entriesIn(activity, 'notes', path).map(({ entry }) => [countIn(entry, 'number'), textIn(entry, 'text') ?? '']),
  );
  return entriesIn(activity, 'contexts', path, 2000).flatMap(({ entry, path: at }) => {
    const uid = textIn(member(entry, 'abstractSyntax'), 'uid');
    if (uid === undefined) return [];
    const numbers = member(entry, 'extendedNegotiation');
    return {
      uid,
      name: uidName(uid) ?? textIn(member(entry, 'abstractSyntax'), 'name') ?? uid,
      role: wordIn(entry, 'role', ['SCU', 'SCP', 'BOTH']) ?? 'unknown',
      syntaxes: entriesIn(entry, 'transferSyntaxes', at).flatMap(({ entry: syntax }) => textIn(syntax, 'uid') ?? []),
      notes: Array.isArray(numbers) ? numbers.flatMap((number: unknown) => notes.get(Number(number)) ?? []) : [],
      common: flagIn(entry, 'commonExtendedNegotiation') ?? false,
      observed: textIn(entry, 'provenance') === 'observed',
      path: at,
    };
  });
}

const joinRoles = (rows: readonly Row[]): Offer['role'] => {
  const roles = new Set(rows.map(({ role }) => role));
  if (roles.has('BOTH') || (roles.has('SCU') && roles.has('SCP'))) return 'BOTH';
  return roles.has('SCU') ? 'SCU' : roles.has('SCP') ? 'SCP' : 'unknown';
};

function activityOf(entry: unknown, path: string, ae: EntityView): ActivityView {
  const offers: Offer[] = [];
  const activity: ActivityView = {
    id: textIn(entry, 'id') ?? path,
    name: textIn(entry, 'name') ?? textIn(entry, 'id') ?? 'unnamed activity',
    path,
    ae,
    selection: textIn(member(member(entry, 'acceptanceRules'), 'selection'), 'rule') ?? 'unknown',
    choice: textIn(entry, 'transferSyntaxChoice'),
    fallback: textIn(entry, 'fallback'),
    offers,
  };
  const conformance = conformanceOf(entry, path);
  for (const rows of Map.groupBy(rowsOf(entry, path), ({ uid }) => uid).values()) {
    const [first] = rows;
    if (!first) continue;
    const grouping = textIn(entry, 'grouping') ?? '';
    const contexts = rows.flatMap(({ syntaxes }) => contextsOfGrouping(grouping, syntaxes));
    offers.push({
      uid: first.uid,
      name: first.name,
      role: joinRoles(rows),
      contexts: contexts.filter(({ length }) => length > 0),
      syntaxes: new Set(contexts.flat()),
      negotiation: [...new Set(rows.flatMap(({ notes }) => notes))],
      commonExtendedNegotiation: rows.some(({ common }) => common),
      observed: rows.some(({ observed }) => observed),
      conformance: conformance.filter(({ sopClasses }) => sopClasses.includes(first.uid)),
      path: first.path,
      activity,
    });
  }
  return activity;
}

function associationsOf(side: unknown): number | undefined {
  const limit = member(side, 'associations');
  return member(limit, 'value') === 'unlimited' ? Number.POSITIVE_INFINITY : countIn(limit, 'value');
}

function sideOf(side: unknown, path: string, ae: EntityView): Stated<SideView> {
  const state = textIn(side, 'state') ?? (Array.isArray(member(side, 'activities')) ? 'described' : 'unknown');
  if (state !== 'described') return { state: /^not /.test(state) ? 'none' : 'unknown' };
  return {
    state,
    value: {
      path,
      associations: associationsOf(side),
      rejections: entriesIn(side, 'rejections', path).map(({ entry }) => ({
        result: textIn(entry, 'result') ?? '',
        source: textIn(entry, 'source') ?? '',
        reason: textIn(entry, 'reason') ?? '',
        explanation: textIn(entry, 'explanation') ?? '',
      })),
      activities: entriesIn(side, 'activities', path, mostActivities).map(({ entry, path: at }) =>
        activityOf(entry, at, ae),
      ),
    },
  };
}

const yes = (value: unknown, name: string): boolean | undefined => {
  const word = wordIn(value, name, ['Yes', 'No']);
  return word && word === 'Yes';
};

function entityOf(entry: unknown, path: string, networking: unknown): EntityView {
  const id = textIn(entry, 'id') ?? path;
  const titles = entriesIn(member(networking, 'configuration'), 'localTitles', '').map((each) => each.entry);
  const title = titles.find((each) => textIn(each, 'ae') === id) ?? (titles.length === 1 ? titles[0] : undefined);
  const base = {
    id,
    name: textIn(entry, 'name') ?? id,
    path,
    title: textIn(title, 'effectiveTitle') ?? textIn(title, 'defaultTitle'),
    port: countIn(title, 'effectivePort') ?? countIn(title, 'defaultPort'),
    applicationContext: textIn(entry, 'applicationContext'),
    asynchronous: {
      initiator: countIn(member(entry, 'asynchronous'), 'initiator'),
      acceptor: countIn(member(entry, 'asynchronous'), 'acceptor'),
    },
    implementation: {
      classUid: textIn(member(entry, 'implementation'), 'classUid'),
      versionName: textIn(member(entry, 'implementation'), 'versionName'),
    },
    sopClasses: entriesIn(entry, 'sopClasses', path).map(({ entry: row, path: at }) => ({
      uid: textIn(row, 'uid') ?? '',
      name: textIn(row, 'name') ?? '',
      scu: yes(row, 'scu'),
      scp: yes(row, 'scp'),
      type: textIn(row, 'type'),
      basedOn: textIn(row, 'basedOn'),
      path: at,
    })),
  };
  const entity: { -readonly [K in keyof EntityView]: EntityView[K] } = {
    ...base,
    initiation: { state: 'unknown' },
    acceptance: { state: 'unknown' },
  };
  entity.initiation = sideOf(member(entry, 'initiation'), `${path}/initiation`, entity);
  entity.acceptance = sideOf(member(entry, 'acceptance'), `${path}/acceptance`, entity);
  return entity;
}

/** Every entity that the networking part has. */
export const readEntities = (networking: unknown): readonly EntityView[] =>
  entriesIn(networking, 'applicationEntities', '/networking', mostEntities).map(({ entry, path }) =>
    entityOf(entry, path, networking),
  );

/** Offers of all entities on one side of an association. */
export const offersOf = (entities: readonly EntityView[], side: 'initiation' | 'acceptance'): readonly Offer[] =>
  entities.flatMap((entity) => {
    const part = entity[side];
    return part.state === 'described' ? part.value.activities.flatMap(({ offers }) => offers) : [];
  });

/** Syntaxes that lose something, as far as the registry knows. */
export const isLossy = (uid: string): boolean => transferSyntax(uid)?.compression === 'lossy';
