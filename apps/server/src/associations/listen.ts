// The DICOM side of the settings: who may associate, how many, how long anything may take.
import {
  type Acceptor,
  type BoundService,
  defaultLimits,
  defaultPolicy,
  defaultTimeouts,
  type Limits,
  type Log,
  listen,
  type Policy,
  type Timeouts,
} from '@concord/network';
import type { Configuration } from '../settings/settings.ts';
import type { AssociationRecords } from './association-records.ts';
import { callingPeer } from './peer-rules.ts';

export interface ListenParts {
  readonly configuration: Configuration;
  readonly services: readonly BoundService[];
  readonly records: AssociationRecords;
  readonly log: Log;
}

/** Connections that are no association yet do not count against the associations, but they are bounded too. */
const connectionsPerAssociation = 4;

/** How many, how long, and who: what the settings say of associations that peers open. */
export function acceptingRules(configuration: Configuration): { limits: Limits; timeouts: Timeouts; policy: Policy } {
  const { maximumAssociations: associations } = configuration;
  return {
    limits: {
      ...defaultLimits,
      associations,
      associationsPerAeTitle: Math.min(associations, configuration.maximumAssociationsPerPeer),
      associationsPerAddress: associations,
      connections: associations * connectionsPerAssociation,
      maximumLength: configuration.maximumPduLength,
    },
    timeouts: {
      ...defaultTimeouts,
      connect: configuration.networkTimeout,
      artim: configuration.artimTimeout,
      associate: configuration.networkTimeout,
      response: configuration.responseTimeout,
      idle: configuration.idleTimeout,
    },
    policy: {
      ...defaultPolicy,
      callers: configuration.callers === 'any' ? 'any' : 'known',
      calledAeTitles: configuration.calledAeTitle === 'any' ? 'any' : 'own',
      unknownSopClasses: configuration.unknownSopClasses,
      preference: configuration.syntaxPreference,
      peers: configuration.peers.map(callingPeer),
    },
  };
}

/** Throws NetworkError 'refused' where the port cannot be had. */
export function listenForAssociations({ configuration, services, records, log }: ListenParts): Promise<Acceptor> {
  const { host, dicomPort, aeTitle } = configuration;
  return listen({
    host,
    port: dicomPort,
    applicationEntities: [{ aeTitle, services }],
    ...acceptingRules(configuration),
    onAssociation: (record) => void records.add(record),
    log,
  });
}
