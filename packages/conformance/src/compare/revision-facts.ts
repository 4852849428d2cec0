// A statement as facts that a later one may have otherwise: each with a key, a name for people, and values. PS3.2 A.3.1
import type { AcceptedActivity, InitiatedActivity, SopConformance } from '../model/activity.ts';
import type { ApplicationEntityStatement, EntitySopClass, ParameterRow } from '../model/networking.ts';
import type { Statement } from '../model/statement.ts';

export interface Fact {
  readonly what: string;
  readonly values: readonly string[];
  /** Keys of the facts that it is part of: where all of them came or went, it did so with them. */
  readonly within?: readonly string[];
}

type Keyed = readonly [key: string, fact: Fact];

const keyOf = (...parts: readonly (string | number)[]): string => JSON.stringify(parts);

const rolesOf = ({ scu, scp }: EntitySopClass): string =>
  [scu === 'Yes' && 'SCU', scp === 'Yes' && 'SCP'].filter(Boolean).join(' and ') || 'no role';

const classKey = (ae: string, uid: string): string => keyOf('class', ae, uid);

type Activity = InitiatedActivity | AcceptedActivity;

const syntaxesOf = (ae: ApplicationEntityStatement, { id, name, contexts }: Activity): Keyed[] =>
  contexts.map(({ abstractSyntax, transferSyntaxes, role }) => [
    keyOf('context', ae.id, id, abstractSyntax.uid, role),
    {
      what: `transfer syntaxes of ${abstractSyntax.name} as ${role} in "${name}" of ${ae.name}`,
      values: transferSyntaxes.map((syntax) => syntax.name),
      within: [classKey(ae.id, abstractSyntax.uid)],
    },
  ]);

function statusesOf(ae: ApplicationEntityStatement, activity: Activity, conformance: SopConformance): Keyed[] {
  const { id, title, operation, sopClasses, statuses } = conformance;
  const within = sopClasses.map((uid) => classKey(ae.id, uid));
  return statuses.map(({ code, meaning }) => [
    keyOf('status', ae.id, activity.id, id, operation, code, meaning),
    { what: `status ${code} (${meaning}) of ${operation} in ${title} of ${ae.name}`, values: [], within },
  ]);
}

function entityFacts(ae: ApplicationEntityStatement): Keyed[] {
  const { initiation, acceptance } = ae;
  const activities: readonly Activity[] = [
    ...(initiation.state === 'described' ? initiation.activities : []),
    ...(acceptance.state === 'described' ? acceptance.activities : []),
  ];
  const classes = ae.sopClasses.map(
    (row): Keyed => [
      classKey(ae.id, row.uid),
      { what: `SOP Class ${row.name} (${row.uid}) of ${ae.name}`, values: [`${rolesOf(row)}, ${row.type}`] },
    ],
  );
  return [
    [keyOf('entity', ae.id), { what: `application entity ${ae.name}`, values: [] }],
    ...classes,
    ...activities.flatMap((activity) => [
      ...syntaxesOf(ae, activity),
      ...activity.sopConformance.flatMap((conformance) => statusesOf(ae, activity, conformance)),
    ]),
  ];
}

const parameterFact = ({ scope, name, default: shipped, unit, effective }: ParameterRow): Keyed => [
  keyOf('parameter', scope, name),
  {
    what: `parameter ${name} (${scope})`,
    values: [`${effective ?? shipped}${unit ? ` ${unit}` : ''}`],
  },
];

function networkFacts({ networking }: Statement): Keyed[] {
  if (networking.state !== 'described') return [];
  const { applicationEntities, configuration } = networking;
  const titles = configuration.localTitles.map((title): Keyed => {
    const name = title.effectiveTitle ?? title.defaultTitle ?? 'no title';
    const port = title.effectivePort ?? title.defaultPort;
    const values = [port === undefined ? name : `${name} at port ${port}`];
    return [keyOf('title', title.ae), { what: `AE title of ${title.ae}`, values }];
  });
  return [...applicationEntities.flatMap(entityFacts), ...titles, ...configuration.parameters.map(parameterFact)];
}

function objectFacts({ annexes: { createdObjects } }: Statement): Keyed[] {
  if (createdObjects.state !== 'described') return [];
  return createdObjects.objects.map(({ sopClass, variant = '', modules }) => [
    keyOf('object', sopClass.uid, variant),
    {
      what: `created object ${variant || sopClass.name}`,
      values: modules.flatMap(({ module, attributes }) =>
        attributes.map(({ attribute, tag, presence }) => `${attribute} ${tag} of ${module} (${presence})`),
      ),
    },
  ]);
}

function securityFacts({ security }: Statement): Keyed[] {
  if (security.state !== 'described') return [];
  const texts = Object.entries({
    'association level': security.associationLevel,
    'application level': security.applicationLevel,
    ...security.signatures,
  });
  return [
    ...security.profiles.map(
      ({ profile, actor, selection }): Keyed => [
        keyOf('profile', profile, actor),
        { what: `security profile ${profile} as ${actor}`, values: [selection] },
      ],
    ),
    ...security.userIdentity.map(
      ({ type, direction, effect }): Keyed => [
        keyOf('identity', type, direction),
        { what: `user identity ${type}, ${direction}`, values: [effect] },
      ],
    ),
    ...texts.map(
      ([name, text]): Keyed => [keyOf('security', name), { what: `security, ${name}`, values: [String(text)] }],
    ),
  ];
}

/** By key; of two facts with one key the later counts. */
export function factsOf(statement: Statement): ReadonlyMap<string, Fact> {
  const products = statement.cover.state === 'described' ? statement.cover.products : [];
  return new Map([
    ...products.map(
      ({ name, versions }): Keyed => [keyOf('product', name), { what: `product ${name}`, values: versions }],
    ),
    ...networkFacts(statement),
    ...objectFacts(statement),
    ...securityFacts(statement),
  ]);
}
