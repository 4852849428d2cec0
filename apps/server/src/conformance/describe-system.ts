// The running system as the statement's generator wants to know it: declarations, settings with their defaults, words.
import type {
  DescribedEntity,
  DescribedSetting,
  DescribedSystem,
  EntityBaseline,
  GeneralBaseline,
} from '@concord/conformance';
import { type BoundService, implementation } from '@concord/network';
import { send } from '../archive/declaration.ts';
import { askForEcho } from '../associations/declaration.ts';
import { acceptingRules } from '../associations/listen.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import { type Configuration, type SettingName, settings } from '../settings/settings.ts';
import { version } from '../version.ts';
import { securityOf } from './security.ts';
import { annexes, characterSets, functionalDefinition, overview } from './texts.ts';

export interface SystemParts {
  readonly configuration: Configuration;
  /** What the acceptor was given. */
  readonly services: readonly BoundService[];
  /** The port in use, which may have been chosen at start. */
  readonly dicomPort: () => number;
}

const released = '2026-11-21';

const baseline: GeneralBaseline = {
  'Time-out waiting for acceptance or rejection response to an Association Open Request': { setting: 'networkTimeout' },
  'General DIMSE level time-out values': { setting: 'responseTimeout' },
  'Time-out waiting for response to TCP/IP connect() request': { setting: 'networkTimeout' },
  'Time-out waiting for acceptance of a TCP/IP message over the network': { setting: 'idleTimeout' },
  'Time-out for waiting for data between TCP/IP packets': { setting: 'idleTimeout' },
  'Any changes to default TCP/IP settings, such as configurable stack parameters': {
    fixed: 'TCP_NODELAY is set on every connection',
  },
};

const entityBaseline: EntityBaseline = {
  'Size constraint in maximum object size': { fixed: String(2 ** 40), unit: 'bytes' },
  'Maximum PDU size the AE can receive': { setting: 'maximumPduLength' },
  'Maximum PDU size the AE can send': { fixed: 'what the peer announces' },
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

const describedSettings = (configuration: Configuration): DescribedSetting[] =>
  Object.keys(settings)
    .filter(isName)
    .map((name) => {
      const { text, range, default: byDefault } = settings[name];
      const unit = 'unit' in settings[name] ? settings[name].unit : undefined;
      return { name, text, range, default: shown(byDefault), value: shown(configuration[name]), ...(unit && { unit }) };
    });

/** What is in force where nobody sets anything. */
export const shippedConfiguration = (): Configuration => readConfiguration([], {});

const webServices: DescribedSystem['webServices'] = [
  {
    service: 'Studies Service: Search (QIDO-RS)',
    origin: 'origin server',
    resources: 'studies, series, instances at every level',
    mediaTypes: 'application/dicom+json, multipart/related of application/dicom+xml',
  },
  {
    service: 'Studies Service: Retrieve (WADO-RS)',
    origin: 'origin server',
    resources: 'study, series, instance, frames, bulk data, metadata, rendered, thumbnail',
    mediaTypes:
      'application/dicom, application/octet-stream, image and video types, application/dicom+json, application/dicom+xml, application/zip',
  },
  {
    service: 'Studies Service: Store (STOW-RS)',
    origin: 'origin server',
    resources: 'studies, study',
    mediaTypes: 'multipart/related of application/dicom, application/dicom+json, application/dicom+xml',
  },
  {
    service: 'URI Service (WADO-URI)',
    origin: 'origin server',
    resources: 'instance',
    mediaTypes: 'application/dicom, image/jpeg, image/png, image/gif',
  },
  {
    service: 'Worklist Service (UPS-RS)',
    origin: 'origin server',
    resources: 'workitems, subscriptions',
    mediaTypes: 'application/dicom+json, application/dicom+xml',
  },
];

/** Asked for at each request: what is in force may differ from one to the next. */
export const systemDescription = ({ configuration, services, dicomPort }: SystemParts): DescribedSystem => {
  const rules = acceptingRules(configuration);
  const entity: DescribedEntity = {
    id: 'concord',
    name: 'Concord AE',
    functionalDefinition,
    aeTitle: { default: settings.aeTitle.default, value: configuration.aeTitle },
    port: { default: settings.dicomPort.default, value: dicomPort() },
    accepts: { services: services.map(({ declaration }) => declaration), ...rules },
    initiates: {
      services: [askForEcho, send],
      timeouts: rules.timeouts,
      associations: undefined,
      grouping: 'one context per transfer syntax',
    },
    baseline: entityBaseline,
  };
  return {
    product: { name: 'Concord', version },
    overview,
    documentDate: released,
    implementation,
    entities: [entity],
    settings: describedSettings(configuration),
    baseline,
    remotes: configuration.peers.map(({ aeTitle, host, port }) => ({ aeTitle, host, port })),
    protocols: ['TCP/IP', 'HTTP/1.1 for DICOMweb, the administration interface and the web page'],
    characterSets,
    security: securityOf(configuration),
    annexes,
    media: undefined,
    webServices,
    standardEdition: 'PS3 2024',
  };
};
