// One application entity of the model from what was read of it, each fact with its line. PS3.2 A.4.2
import { identifier, named } from '../generate/names.ts';
import type { CleanLine } from './clean-lines.ts';
import { unread } from './doubt.ts';
import type { EntitySpan } from './find-entities.ts';
import { operationsOfClass } from './operations-of.ts';
import { type ImportedKeys, readKeys } from './read-keys.ts';
import { type AssociationLimit, isSynchronous, readIdentity, readLimits, saysUnlimited } from './read-limits.ts';
import { type ImportedStatuses, readStatuses } from './read-statuses.ts';
import type { ImportedClass } from './read-tables.ts';
import { type Region, regionsOf, type Side } from './regions.ts';

/** A fact with where it was read. */
export interface Source {
  /** JSON Pointer, from the entity on. RFC 6901 */
  readonly path: string;
  readonly line: number;
  readonly doubtful: boolean;
}

const unknown = { state: 'unknown', reason: unread };

interface Facts {
  readonly statuses: readonly (ImportedStatuses & { readonly side: Side | undefined })[];
  readonly keys: readonly ImportedKeys[];
  readonly limits: readonly AssociationLimit[];
}

type Conformance = {
  readonly id: string;
  readonly operation: string;
  readonly ourRole: 'SCU' | 'SCP';
  sopClasses: string[];
  keys: ImportedKeys['rows'][number][];
  statuses: ImportedStatuses['rows'][number][];
};

/** In an association that is opened we are the user, unless the row says otherwise. */
const usualRole = (side: Side): 'SCU' | 'SCP' => (side === 'initiation' ? 'SCU' : 'SCP');

const other = { initiation: 'acceptance', acceptance: 'initiation' } as const;

/** A user of a service that reports nothing opens the association, whatever the table is called; a provider of it takes it. */
function sideOfRow({ uid, contexts }: ImportedClass, side: Side): Side {
  const roles = contexts.get(side)?.roles;
  const isOther = roles?.size === 1 && roles.has(usualRole(other[side]));
  return isOther && !operationsOfClass(uid).includes('N-EVENT-REPORT') && !contexts.has(other[side])
    ? other[side]
    : side;
}

/** The classes with their contexts where they belong. */
const settled = (classes: readonly ImportedClass[]): readonly ImportedClass[] =>
  classes.map((each) => ({
    ...each,
    contexts: new Map([...each.contexts].map(([side, row]) => [sideOfRow(each, side), row])),
  }));

/**
 * Classes that stand among the contexts of the side; those that stand in neither table and have its usual role; and those
 * that one table gives both roles, as user where associations are opened and as provider where they are taken.
 */
function onSide(classes: readonly ImportedClass[], side: Side) {
  const usual = usualRole(side);
  return classes.flatMap(({ uid, line, roles, syntaxes, contexts }) => {
    const row = contexts.get(side);
    const opposite = contexts.get(other[side]);
    if (row) {
      const told = row.roles.size > 0 ? row.roles : roles;
      return [
        {
          uid,
          line: row.line,
          roles: told.size === 2 && !opposite ? new Set([usual]) : told,
          syntaxes: row.syntaxes.size > 0 ? row.syntaxes : syntaxes,
          told: row.roles.size > 0,
        },
      ];
    }
    const belongs = opposite ? opposite.roles.size === 2 : roles.has(usual);
    return belongs ? [{ uid, line, roles: new Set([usual]), syntaxes, told: false }] : [];
  });
}

type Row = ReturnType<typeof onSide>[number];

class Conformances {
  readonly list: Conformance[] = [];

  /** The entry of an operation in a role for these classes, made where there is none. */
  of(operation: string, ourRole: 'SCU' | 'SCP', sopClasses: readonly string[]): Conformance {
    const found = this.list.find(
      (each) =>
        each.operation === operation &&
        each.ourRole === ourRole &&
        sopClasses.every((uid) => each.sopClasses.includes(uid)),
    );
    if (found) return found;
    const id = identifier(`${operation}-${ourRole}-${this.list.length + 1}`);
    const made: Conformance = { id, operation, ourRole, sopClasses: [...sopClasses], keys: [], statuses: [] };
    this.list.push(made);
    return made;
  }
}

function baseConformances(rows: readonly Row[]): Conformances {
  const made = new Conformances();
  const groups = new Map<string, { operation: string; role: 'SCU' | 'SCP'; uids: string[] }>();
  for (const { uid, roles } of rows)
    for (const operation of operationsOfClass(uid).length > 0 ? operationsOfClass(uid) : ['not stated'])
      for (const role of roles) {
        const key = operation === 'C-FIND' ? `${operation} ${role} ${uid}` : `${operation} ${role}`;
        const group = groups.get(key) ?? { operation, role, uids: [] };
        group.uids.push(uid);
        groups.set(key, group);
      }
  for (const { operation, role, uids } of groups.values()) made.of(operation, role, uids);
  return made;
}

const operationsOn = (rows: readonly Row[]): ReadonlySet<string> =>
  new Set(rows.flatMap(({ uid }) => operationsOfClass(uid)));

/** Where a status table belongs: in its part of the section, unless only the other part has the operation. */
function isHere(
  { table, operation }: { readonly table: Facts['statuses'][number]; readonly operation: string },
  side: Side,
  byOperation: Readonly<Record<Side, ReadonlySet<string>>>,
): boolean {
  const [here, there] = [byOperation[side].has(operation), byOperation[other[side]].has(operation)];
  if (here !== there) return here;
  return (table.side ?? side) === side;
}

/** Statuses and keys go to the operations that they are of. */
function conformancesOf(
  rows: readonly Row[],
  side: Side,
  { statuses, keys }: Facts,
  byOperation: Readonly<Record<Side, ReadonlySet<string>>>,
): readonly Conformance[] {
  const made = baseConformances(rows);
  for (const each of keys)
    for (const conformance of made.list.filter(({ operation }) => operation === 'C-FIND'))
      if (each.sopClasses.length === 0 || conformance.sopClasses.some((uid) => each.sopClasses.includes(uid))) {
        const known = new Set(conformance.keys.map(({ level, tag }) => `${level} ${tag}`));
        conformance.keys.push(...each.rows.filter(({ level, tag }) => !known.has(`${level} ${tag}`)));
      }
  for (const table of statuses)
    for (const operation of table.operations) {
      if (!isHere({ table, operation }, side, byOperation)) continue;
      const role = (operation === 'N-EVENT-REPORT') === table.invokes ? 'SCP' : 'SCU';
      const same = made.list.filter((each) => each.operation === operation);
      const fitting = same.filter(({ ourRole }) => ourRole === role);
      const all = rows.map(({ uid }) => uid);
      for (const target of fitting.length > 0 ? fitting : same.length > 0 ? same : [made.of(operation, role, all)]) {
        const known = new Set(target.statuses.map(({ code }) => code));
        target.statuses.push(...table.rows.filter(({ code }) => !known.has(code)));
      }
    }
  return made.list;
}

/** Everything of an entry without the lines, which go to the provenance. */
const withoutLine = <T extends { readonly line: number }>({ line: _, ...rest }: T): Omit<T, 'line'> => rest;

/** Of the side; an entity with one side alone has one limit, whatever the table calls it. */
const limitOf = (limits: readonly AssociationLimit[], side: Side, alone: boolean): AssociationLimit | undefined =>
  limits.find((each) => each.side === side) ??
  limits.find((each) => each.side === undefined) ??
  (alone ? limits[0] : undefined);

function sideOf(classes: readonly ImportedClass[], side: Side, facts: Facts, sources: Source[]) {
  const rows = onSide(classes, side);
  if (rows.length === 0) return unknown;
  const path = `/${side}/activities/0`;
  const byOperation = {
    initiation: operationsOn(onSide(classes, 'initiation')),
    acceptance: operationsOn(onSide(classes, 'acceptance')),
  };
  const conformances = conformancesOf(rows, side, facts, byOperation);
  rows.forEach(({ line, told }, index) => {
    sources.push({ path: `${path}/contexts/${index}`, line, doubtful: !told });
  });
  conformances.forEach(({ keys, statuses }, at) => {
    keys.forEach(({ line, doubtful }, index) => {
      sources.push({ path: `${path}/sopConformance/${at}/keys/${index}`, line, doubtful });
    });
    statuses.forEach(({ line }, index) => {
      sources.push({ path: `${path}/sopConformance/${at}/statuses/${index}`, line, doubtful: false });
    });
  });
  const limit = limitOf(facts.limits, side, onSide(classes, other[side]).length === 0);
  if (limit) sources.push({ path: `/${side}/associations`, line: limit.line, doubtful: limit.side !== side });
  const activity = {
    id: side === 'initiation' ? 'initiated' : 'accepted',
    name: side === 'initiation' ? 'What is asked for' : 'What is provided',
    conditions: unread,
    contexts: rows.map(({ uid, roles, syntaxes }) => ({
      abstractSyntax: named(uid),
      transferSyntaxes: [...(syntaxes.size > 0 ? syntaxes : ['1.2.840.10008.1.2'])].map(named),
      role: roles.size === 2 ? 'BOTH' : ([...roles][0] ?? usualRole(side)),
    })),
    sopConformance: conformances.map(({ id, operation, ourRole, sopClasses, keys, statuses }) => ({
      id: `${side}-${id}`,
      title: operation,
      section: 'not stated',
      sopClasses,
      operation,
      ourRole,
      description: unread,
      keys: keys.map(({ line: _, doubtful: __, ...key }) => key),
      statuses: statuses.map(withoutLine),
      failures: [],
    })),
  };
  return {
    state: 'described',
    associations: limit
      ? { value: limit.value, configurable: limit.configurable }
      : { value: 'unknown', configurable: false },
    ...(side === 'acceptance' && { policy: unread, rejections: [] }),
    activities: [
      side === 'initiation'
        ? {
            ...activity,
            grouping: 'one context for all transfer syntaxes',
            transferSyntaxChoice: unread,
            fallback: unread,
          }
        : {
            ...activity,
            acceptanceRules: { combinations: unread, priority: unread, selection: { rule: 'unknown', text: unread } },
          },
    ],
  };
}

/** Those of tables; those of other paragraphs only where there is no table. */
function keysOf(lines: readonly CleanLine[], regions: readonly Region[]): readonly ImportedKeys[] {
  const read = regions.flatMap((region) => {
    const keys = readKeys(lines, region);
    return keys ? [{ keys, table: region.title !== region.heading }] : [];
  });
  const tables = read.filter(({ table }) => table);
  return (tables.length > 0 ? tables : read).map(({ keys }) => keys);
}

/** Sections that name one side alone tell of no other. */
function limitsOf(limits: readonly AssociationLimit[], text: string): readonly AssociationLimit[] {
  if (limits.length > 0 || !saysUnlimited(text)) return limits;
  return [{ side: undefined, value: 'unlimited', configurable: false, line: 0 }];
}

/** What the lines of an entity say; `read`: its SOP Classes. */
export function buildEntity(lines: readonly CleanLine[], span: EntitySpan, id: string, read: readonly ImportedClass[]) {
  const classes = settled(read);
  const regions = regionsOf(lines, span.from, span.to);
  const text = lines
    .slice(span.from, span.to)
    .map((line) => line.text)
    .join('\n');
  const facts: Facts = {
    statuses: regions.flatMap((region) => {
      const read = readStatuses(lines, region, span.name);
      return read ? [{ ...read, side: region.side }] : [];
    }),
    keys: keysOf(lines, regions),
    limits: limitsOf(readLimits(lines, regions), text),
  };
  const sources: Source[] = classes.map(({ line }, index) => ({ path: `/sopClasses/${index}`, line, doubtful: false }));
  const entity = {
    id,
    name: span.name.slice(0, 200) || 'Imported AE',
    sopClasses: classes.map(({ uid, roles }) => ({
      ...named(uid),
      scu: roles.has('SCU') ? 'Yes' : 'No',
      scp: roles.has('SCP') ? 'Yes' : 'No',
      type: 'standard',
    })),
    policies: unread,
    applicationContext: '1.2.840.10008.3.1.1.1',
    implementation: readIdentity(text),
    initiation: sideOf(classes, 'initiation', facts, sources),
    acceptance: sideOf(classes, 'acceptance', facts, sources),
  };
  const one = isSynchronous(text);
  return {
    sources: sources.filter(({ line }) => line > 0),
    entity: {
      ...entity,
      asynchronous: {
        ...(one && entity.initiation.state === 'described' && { initiator: 1 }),
        ...(one && entity.acceptance.state === 'described' && { acceptor: 1 }),
      },
    },
  };
}
