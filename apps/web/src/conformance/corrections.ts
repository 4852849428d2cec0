// What a person corrects of an imported statement: places are named as they were read, whatever is taken out before them.
import { describeUid } from '@concord/dicom';
import { isObject, listOf, objectOf, textOf } from '../json.ts';

/** A place of the statement (JSON Pointer, RFC 6901): taken out, or with other members. */
export type Correction = { readonly out: true } | { readonly members: Readonly<Record<string, unknown>> };
export type Corrections = Readonly<Record<string, Correction>>;

const stepsOf = (path: string): readonly string[] =>
  path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

/** The value at a place; undefined where there is none. */
export const valueAt = (value: unknown, path: string): unknown =>
  stepsOf(path).reduce<unknown>(
    (inner, step) =>
      Array.isArray(inner)
        ? inner[Number(step)]
        : isObject(inner) && Object.hasOwn(inner, step)
          ? inner[step]
          : undefined,
    value,
  );

const gone = Symbol('taken out');

function corrected(value: unknown, path: string, corrections: Corrections): unknown {
  const correction = Object.hasOwn(corrections, path) ? corrections[path] : undefined;
  if (correction && 'out' in correction) return gone;
  const changed = correction && isObject(value) ? { ...value, ...correction.members } : value;
  if (Array.isArray(changed))
    return changed
      .map((inner, index) => corrected(inner, `${path}/${index}`, corrections))
      .filter((inner) => inner !== gone);
  if (!isObject(changed)) return changed;
  return Object.fromEntries(
    Object.entries(changed).flatMap(([name, inner]) => {
      const now = corrected(inner, `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, corrections);
      return now === gone ? [] : [[name, now] as const];
    }),
  );
}

const named = (uid: string) => ({ uid, name: describeUid(uid)?.name ?? 'not in the standard' });

const sides = ['initiation', 'acceptance'] as const;

/** Roles of each abstract syntax among the contexts of an entity. */
function rolesIn(entity: unknown): ReadonlyMap<string, ReadonlySet<string>> {
  const roles = new Map<string, Set<string>>();
  for (const side of sides)
    for (const activity of listOf(valueAt(entity, `/${side}/activities`)))
      for (const context of listOf(objectOf(activity).contexts)) {
        const uid = textOf(objectOf(objectOf(context).abstractSyntax), 'uid');
        roles.set(uid, (roles.get(uid) ?? new Set()).add(textOf(objectOf(context), 'role')));
      }
  return roles;
}

/** Table A.4.2-1 says what the presentation contexts say: rows without one go, and roles follow. */
function withTable(entity: unknown): unknown {
  if (!isObject(entity) || !Array.isArray(entity.sopClasses)) return entity;
  const roles = rolesIn(entity);
  const yes = (found: ReadonlySet<string>, role: string): string =>
    found.has(role) || found.has('BOTH') ? 'Yes' : 'No';
  const sopClasses = entity.sopClasses.flatMap((row: unknown) => {
    const found = roles.get(textOf(objectOf(row), 'uid'));
    return found ? [{ ...objectOf(row), scu: yes(found, 'SCU'), scp: yes(found, 'SCP') }] : [];
  });
  const known = new Set(sopClasses.map((row) => textOf(row, 'uid')));
  const added = [...roles].flatMap(([uid, found]) =>
    known.has(uid) || uid === ''
      ? []
      : [{ ...named(uid), scu: yes(found, 'SCU'), scp: yes(found, 'SCP'), type: 'standard', options: [] }],
  );
  return { ...entity, sopClasses: [...sopClasses, ...added] };
}

/** The statement with every correction; where there is none, as it is. */
export const correct = (statement: unknown, corrections: Corrections): unknown => {
  if (Object.keys(corrections).length === 0) return statement;
  const now = corrected(statement, '', corrections);
  const entities = valueAt(now, '/networking/applicationEntities');
  const networking = objectOf(objectOf(now).networking);
  return Array.isArray(entities)
    ? { ...objectOf(now), networking: { ...networking, applicationEntities: entities.map(withTable) } }
    : now;
};

/** One that a person can put a SOP Class into. */
export interface ActivityPlace {
  readonly path: string;
  readonly label: string;
}

/** Where contexts stand: each activity of each application entity. */
export const activitiesOf = (statement: unknown): readonly ActivityPlace[] =>
  listOf(valueAt(statement, '/networking/applicationEntities')).flatMap((entity, at) =>
    (['initiation', 'acceptance'] as const).flatMap((side) => {
      const base = `/networking/applicationEntities/${at}/${side}/activities`;
      return listOf(valueAt(statement, base)).map((_, index) => ({
        path: `${base}/${index}`,
        label: `${textOf(objectOf(entity), 'name', 'id')}: ${side === 'initiation' ? 'opens associations' : 'is called'}`,
      }));
    }),
  );

export interface AddedClass {
  /** Of an activity. */
  readonly path: string;
  readonly uid: string;
  readonly role: 'SCU' | 'SCP';
  readonly transferSyntaxes: readonly string[];
}

/** Whether it can be the UID of a SOP Class or a transfer syntax. PS3.5 9 */
export const isUid = (text: string): boolean => /^(?=.{1,64}$)(0|[1-9]\d*)(\.(0|[1-9]\d*))+$/u.test(text);

/** The statement with one more presentation context. */
export const withClass = (statement: unknown, { path, uid, role, transferSyntaxes }: AddedClass): unknown => {
  const contexts = listOf(valueAt(statement, `${path}/contexts`));
  const context = { abstractSyntax: named(uid), transferSyntaxes: transferSyntaxes.map(named), role };
  return correct(statement, { [path]: { members: { contexts: [...contexts, context] } } });
};
