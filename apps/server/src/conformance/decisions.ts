// What the running server decides of the rules that its statement leaves open: it has services, handlers and texts in one place. PS3.2 7
import type { Decision, Statement } from '@concord/conformance';
import { describeTag, isPrivate, parseTag } from '@concord/dicom';
import type { Operation, Service } from '@concord/network';
import type { OwnEntity } from '../entities/own-entities.ts';
import type { Configuration } from '../settings/settings.ts';
import { type CoercionSettings, writtenAttributes } from './coercions.ts';

const operationsOf = ({ operations }: Service): readonly string[] => Object.keys(operations);
const has = (handlers: { readonly [Op in Operation]?: unknown }, operation: string): boolean =>
  Object.entries(handlers).some(([name, handler]) => name === operation && typeof handler === 'function');

/** Operations of a service that nothing carries out. */
const unhandled = (entities: readonly OwnEntity[]): readonly string[] =>
  entities.flatMap(({ services }) =>
    services
      .filter(({ declaration }) => declaration.role !== 'SCU')
      .flatMap(({ declaration, handlers }) =>
        operationsOf(declaration)
          .filter((operation) => !has(handlers, operation))
          .map((operation) => `${operation} of ${declaration.name}`),
      ),
  );

const verification = '1.2.840.10008.1.1';

/** Entities that accept associations, and no C-ECHO. */
const mute = (entities: readonly OwnEntity[]): readonly string[] =>
  entities
    .filter(
      ({ services }) =>
        services.length > 0 &&
        !services.some(
          ({ declaration, handlers }) => declaration.sopClasses.includes(verification) && has(handlers, 'C-ECHO'),
        ),
    )
    .map(({ settings }) => settings.aeTitle);

const entitiesOf = ({ networking }: Statement) =>
  networking.state === 'described' ? networking.applicationEntities : [];

/** SOP Classes that are negotiated, and that the statement does not list. */
function unpublished(entities: readonly OwnEntity[], statement: Statement): readonly string[] {
  const listed = new Set(
    entitiesOf(statement).flatMap(({ acceptance }) =>
      acceptance.state === 'described'
        ? acceptance.activities.flatMap(({ contexts }) => contexts.map(({ abstractSyntax }) => abstractSyntax.uid))
        : [],
    ),
  );
  return entities.flatMap(({ services }) =>
    services.flatMap(({ declaration }) => declaration.sopClasses.filter((uid) => !listed.has(uid))),
  );
}

/** Texts of declarations that the statement does not print as they are. */
function stale(entities: readonly OwnEntity[], statement: Statement): readonly string[] {
  const printed = new Set(
    entitiesOf(statement).flatMap(({ acceptance }) =>
      acceptance.state === 'described' ? acceptance.activities.map(({ conditions }) => conditions) : [],
    ),
  );
  return entities.flatMap(({ services }) =>
    services.flatMap(({ declaration: { name, text } }) => (text && !printed.has(text.description) ? [name] : [])),
  );
}

/** User identities that are looked at or demanded, and that the statement does not list. PS3.7 D.3.3.7 */
function untoldIdentities({ userIdentity }: DecidingSettings, statement: Statement): readonly string[] {
  const { security } = statement;
  const told =
    security.state === 'described' && security.userIdentity.some(({ direction }) => direction === 'accepted');
  return userIdentity !== 'noted' && !told ? [`the setting userIdentity is ${userIdentity}`] : [];
}

/** Attributes that this server writes into instances of classes declared Standard, and that no Standard IOD has. PS3.2 7.3.1 */
function addedAttributes(settings: DecidingSettings, statement: Statement): readonly string[] {
  const declared = new Set(
    entitiesOf(statement).flatMap(({ sopClasses }) =>
      sopClasses.flatMap(({ uid, type }) => (type === 'standard' ? [uid] : [])),
    ),
  );
  const created = statement.annexes.createdObjects;
  const inObjects =
    created.state === 'described'
      ? created.objects
          .filter(({ sopClass }) => declared.has(sopClass.uid))
          .flatMap(({ modules }) => modules.flatMap(({ attributes }) => attributes.map(({ tag }) => tag)))
      : [];
  return [...new Set([...writtenAttributes(settings), ...inObjects])].filter((tag) => {
    const parsed = parseTag(tag);
    return parsed === undefined || isPrivate(parsed) || describeTag(parsed) === undefined;
  });
}

export type DecidingSettings = CoercionSettings & Pick<Configuration, 'userIdentity'>;

interface Facts {
  readonly configuration: DecidingSettings;
  readonly entities: readonly OwnEntity[];
  readonly statement: Statement;
  /** Of today, as ISO 8601 writes it. */
  readonly date: string;
}

/** One decision for each rule that the running system can decide. */
export function systemDecisions({ configuration, entities, statement, date }: Facts): Decision[] {
  const decide = (rule: string, what: string, wrong: readonly string[]): Decision => ({
    rule,
    holds: wrong.length === 0,
    how:
      wrong.length === 0 ? `${what}.` : `Not so: ${what.charAt(0).toLowerCase()}${what.slice(1)}; ${wrong.join(', ')}.`,
    author: 'the running system',
    date,
  });
  return [
    decide('CS-V71-05', 'Each operation that is declared has a handler', unhandled(entities)),
    decide('CS-V71-06', 'Each entity that accepts answers C-ECHO', mute(entities)),
    decide(
      'CS-V73-02',
      'Every attribute that is written into instances is one of the standard',
      addedAttributes(configuration, statement),
    ),
    decide('CS-V73-27', 'Every SOP Class that is negotiated is in the statement', unpublished(entities, statement)),
    decide('CS-V76-04', 'Each use of User Identity is told', untoldIdentities(configuration, statement)),
    decide('CS-VX-30', 'Each text is that of the declaration that runs', stale(entities, statement)),
  ];
}
