// The running system as the statement's generator wants to know it: declarations, settings with their defaults, words.
import {
  type ActiveExecutor,
  type DescribedEntity,
  type DescribedSetting,
  type DescribedSystem,
  type EntityBaseline,
  executorEntities,
  type Facts,
  type GeneralBaseline,
  generateStatement,
  type Statement,
  testObjects,
  withTexts,
} from '@concord/conformance';
import { implementation, type Service } from '@concord/network';
import { askForEcho } from '../associations/declaration.ts';
import { rulesOf } from '../associations/listen.ts';
import { tellAvailability } from '../availability/declaration.ts';
import { clockManagement } from '../clock/declaration.ts';
import { tellCommitment } from '../commitment/declaration.ts';
import type { Database } from '../database/database.ts';
import { callingTitle, type OwnEntity } from '../entities/own-entities.ts';
import { mediaOf } from '../media/declaration.ts';
import { type Configuration, type SettingName, settings } from '../settings/settings.ts';
import { tellSteps } from '../unified-procedure-step/declaration.ts';
import { released, version } from '../version.ts';
import { annexesOf } from './annexes.ts';
import { textsInForce, type WrittenTexts } from './authored-texts.ts';
import type { DriftWatch } from './drift.ts';
import type { LateDriftWatch } from './late-drift.ts';
import { commitmentAsked, groupingOf, proposedServices, retriesOf } from './proposed-services.ts';
import { protocolsOf } from './protocols.ts';
import { buildersOf } from './samples.ts';
import { securityOf } from './security.ts';
import { shippedConfiguration } from './shipped-configuration.ts';
import { characterSets, functionalDefinition, implementationNotes, overview, sequencing } from './texts.ts';
import { webServices } from './web-services.ts';

export interface SystemParts {
  readonly configuration: Configuration;
  /** The application entities that a configuration makes, with what they provide. */
  readonly entities: (configuration: Configuration) => readonly OwnEntity[];
  /** The ports in use by AE title: they may have been chosen at start. */
  readonly ports: ReadonlyMap<string, number>;
  /** Where test runs are kept; without it they are gone with the process. */
  readonly database?: Database;
  /** Where the audit trail of test runs is told as well. */
  readonly log?: (fields: object, text: string) => void;
  /** What of the executor of test runs is active; undefined: nothing. */
  readonly executor?: () => ActiveExecutor | undefined;
  /** What authored texts describe, where that is not what this server is. */
  readonly facts?: Facts;
  /** What was seen that the statement does not say; without it nothing is watched. */
  readonly drift?: Pick<DriftWatch, 'list'> | Pick<LateDriftWatch, 'list'>;
}

const baseline: GeneralBaseline = {
  'Time-out waiting for acceptance or rejection response to an Association Open Request': { setting: 'networkTimeout' },
  'General DIMSE level time-out values': { setting: 'responseTimeout' },
  'Time-out waiting for response to TCP/IP connect() request': { setting: 'connectTimeout' },
  'Time-out waiting for acceptance of a TCP/IP message over the network': { setting: 'dataTimeout' },
  'Time-out for waiting for data between TCP/IP packets': { setting: 'dataTimeout' },
  'Any changes to default TCP/IP settings, such as configurable stack parameters': {
    fixed: 'TCP_NODELAY is set on every connection',
  },
};

const entityBaseline: EntityBaseline = {
  'Size constraint in maximum object size': { setting: 'maximumObjectSize' },
  'Maximum PDU size the AE can receive': { setting: 'maximumPduLength' },
  'Maximum PDU size the AE can send': { setting: 'sentPduLength' },
  'AE specific DIMSE level time-out values': { setting: 'responseTimeout' },
  'Number of simultaneous Associations by Service and/or SOP Class': { setting: 'maximumAssociations' },
  'SOP Class support': { setting: 'unknownSopClasses' },
  'Transfer Syntax support': { fixed: 'the tables of presentation contexts; for each configured peer a part of them' },
};

/** Lists and empty values in words. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : `${value.length} entries`;
  return value === '' || value === undefined ? 'none' : String(value);
}

const isName = (name: string): name is SettingName => Object.hasOwn(settings, name);

const describedSettings = (configuration: Configuration, shipped: Configuration): DescribedSetting[] =>
  Object.keys(settings)
    .filter(isName)
    .map((name) => {
      const { text, range } = settings[name];
      const unit = 'unit' in settings[name] ? settings[name].unit : /Port$/.test(name) ? 'TCP port' : undefined;
      return {
        name,
        text,
        range,
        default: shown(shipped[name]),
        value: shown(configuration[name]),
        ...(unit && { unit }),
      };
    });

/** The parameters of one entity: those of its entry go before those of the settings. */
function baselineOf({ settings: { maximumPduLength, maximumAssociations } }: OwnEntity): EntityBaseline {
  const entry = (name: string, value: number, unit: string) => ({
    entry: { value: String(value), unit },
    note: `${name} of this application entity in the setting entities.`,
  });
  return {
    ...entityBaseline,
    ...(maximumPduLength !== undefined && {
      'Maximum PDU size the AE can receive': entry('maximumPduLength', maximumPduLength, 'bytes'),
    }),
    ...(maximumAssociations !== undefined && {
      'Number of simultaneous Associations by Service and/or SOP Class': entry(
        'maximumAssociations',
        maximumAssociations,
        'associations',
      ),
    }),
  };
}

/** `storage-scp` of `STORAGE-SCP AE`. */
const identifier = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-(ae)?$|-ae$/g, '');
const nameOf = ({ settings: { name, aeTitle } }: OwnEntity): string => name ?? aeTitle;

/** The entity that calls peers has the calling title; without such an entity it is the first. */
function callerAmong(entities: readonly OwnEntity[], configuration: Configuration): OwnEntity | undefined {
  const title = callingTitle(configuration);
  return entities.find(({ settings }) => settings.aeTitle === title) ?? entities[0];
}

/** A provider calls of itself only for what it also takes requests for. */
const isProvided = ({ sopClasses }: Service, own: readonly OwnEntity[]): boolean =>
  own.some(({ services }) =>
    services.some(
      ({ declaration }) => declaration.role !== 'SCU' && declaration.sopClasses.some((uid) => sopClasses.includes(uid)),
    ),
  );

/** Whoever calls peers asks and sends; who was asked for commitment reports on it. */
function initiatedServices(entity: OwnEntity, own: readonly OwnEntity[], configuration: Configuration): Service[] {
  const reports = isProvided(tellCommitment, [entity]) ? [tellCommitment] : [];
  if (entity !== callerAmong(own, configuration)) return reports;
  const asked = [askForEcho, ...proposedServices(configuration), commitmentAsked, tellAvailability];
  return [...asked, ...reports, ...(isProvided(tellSteps, own) ? [tellSteps] : [])];
}

interface EntityParts extends SystemParts {
  readonly own: readonly OwnEntity[];
  readonly shipped: readonly OwnEntity[];
}

function describedEntity(entity: OwnEntity, { configuration, ports, own, shipped }: EntityParts): DescribedEntity {
  const rules = rulesOf(entity, configuration);
  const before = shipped.find((each) => nameOf(each) === nameOf(entity)) ?? entity;
  const { aeTitle } = entity.settings;
  const listens = entity.services.length > 0;
  return {
    id: identifier(nameOf(entity)),
    name: nameOf(entity),
    functionalDefinition,
    aeTitle: { default: before.settings.aeTitle, value: aeTitle },
    port: listens ? { default: before.port, value: ports.get(aeTitle) ?? entity.port } : { default: 0, value: 0 },
    implementation: entity.implementation,
    accepts: { services: entity.services.map(({ declaration }) => declaration), ...rules },
    initiates: {
      services: initiatedServices(entity, own, configuration),
      timeouts: rules.timeouts,
      retries: retriesOf(configuration),
      associations: undefined,
      grouping: groupingOf(configuration),
    },
    baseline: baselineOf(entity),
  };
}

/** Whose document this is: that of Concord, or of a product that is made with it. */
function coverOf(configuration: Configuration) {
  const { documentCompany: company, documentProduct, documentVersion, documentNumber } = configuration;
  const { documentOverview, documentRevisions: revisions } = configuration;
  const made = documentProduct === '' ? '' : `${documentProduct} is made with Concord ${version}. `;
  return {
    product: {
      name: documentProduct || 'Concord',
      version: documentVersion || version,
      ...(company !== '' && { company }),
    },
    overview: documentOverview || overview,
    documentDate: revisions.at(-1)?.date ?? released,
    ...(documentNumber !== '' && { documentNumber }),
    revisions,
    implementationNotes: `${made}${implementationNotes}`,
  };
}

/** With the entities of the executor, and the objects that it makes, while it is active. */
function withExecutor(system: DescribedSystem, active: ActiveExecutor | undefined): DescribedSystem {
  if (!active) return system;
  const { entities, builders = [] } = system;
  return {
    ...system,
    entities: [...entities, ...executorEntities(active)],
    builders: [...builders, testObjects()],
  };
}

const providedClasses = (own: readonly OwnEntity[]): readonly string[] =>
  own.flatMap(({ services }) =>
    services.flatMap(({ declaration }) => (declaration.role === 'SCU' ? [] : declaration.sopClasses)),
  );

/** Asked for at each request: what is in force may differ from one to the next. */
export const systemDescription = (parts: SystemParts): DescribedSystem => {
  const { configuration, entities } = parts;
  const shippedSettings = shippedConfiguration(configuration);
  const own = entities(configuration);
  const entityParts = { ...parts, own, shipped: entities(shippedSettings) };
  return {
    ...coverOf(configuration),
    implementation,
    entities: own.map((entity) => describedEntity(entity, entityParts)),
    settings: describedSettings(configuration, shippedSettings),
    baseline,
    sequencing,
    remotes: configuration.peers.map(({ aeTitle, host, port }) => ({ aeTitle, host, port })),
    protocols: protocolsOf(configuration),
    management: clockManagement(configuration),
    characterSets,
    security: securityOf(configuration),
    annexes: annexesOf(configuration, providedClasses(own)),
    builders: buildersOf(configuration),
    media: mediaOf(configuration),
    webServices,
    standardEdition: 'PS3 2024',
  };
};

/** `site`: as configured, with remote systems and what the executor of test runs does at the moment. */
export const editions = ['as-configured', 'as-shipped', 'site'] as const;
export type Edition = (typeof editions)[number];

/**
 * The statement of one edition, with what was written in the place of its texts. Remote systems are in that of the site
 * only: anybody may read the others.
 */
export function statementOf(parts: SystemParts, edition: Edition, written: WrittenTexts = {}): Statement {
  const shipped = edition === 'as-shipped';
  const configuration = shipped ? shippedConfiguration(parts.configuration) : parts.configuration;
  const ports = shipped ? new Map<string, number>() : parts.ports;
  const system = systemDescription({ ...parts, configuration, ports });
  const siteData = edition === 'site';
  const statement = generateStatement(siteData ? withExecutor(system, parts.executor?.()) : system, {
    edition: shipped ? 'as-shipped' : 'as-configured',
    siteData,
  });
  return withTexts(statement, textsInForce(written, parts.facts));
}
