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
  NetworkError,
  type Policy,
  type Timeouts,
} from '@concord/network';
import type { Configuration } from '../settings/settings.ts';
import { listenError, StartError } from '../start-error.ts';
import type { AssociationRecords } from './association-records.ts';
import { createCongestion } from './congestion.ts';
import type { Credentials } from './credentials.ts';
import { callingPeer } from './peer-rules.ts';
import { userVerification } from './verify-user.ts';

export interface ListenParts {
  readonly configuration: Configuration;
  readonly services: readonly BoundService[];
  readonly records: AssociationRecords;
  readonly credentials: Credentials;
  readonly log: Log;
}

/** Connections that are no association yet do not count against the associations, but they are bounded too. */
const connectionsPerAssociation = 4;

const mebibyte = 2 ** 20;
const hasCongestion = ({ congestionMemory, congestionDisk }: Configuration): boolean =>
  congestionMemory > 0 || congestionDisk > 0;

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
      noContext: configuration.noContext,
      unreadableRequest: configuration.unreadableRequests,
      userRequired: configuration.userIdentity === 'required',
      ...(configuration.userIdentity !== 'noted' && { verifyUser: userVerification(configuration.users) }),
      ...(hasCongestion(configuration) && {
        congestion: createCongestion({
          memory: configuration.congestionMemory * mebibyte,
          disk: configuration.congestionDisk * mebibyte,
          folder: configuration.data,
        }),
      }),
    },
  };
}

/** A port that cannot be had and a certificate that cannot be used, by the name of the setting. */
function startError(error: unknown, { host, dicomPort, tlsPort }: Configuration): unknown {
  if (!(error instanceof NetworkError)) return error;
  if (error.fault === 'tls') return new StartError('--tls-certificate', error.message, error);
  return error.message.startsWith(`${host}:${tlsPort}:`)
    ? listenError('--tls-port', host, tlsPort, error)
    : listenError('--dicom-port', host, dicomPort, error);
}

/** Throws StartError where a port cannot be had or the certificate cannot be used. */
export async function listenForAssociations(parts: ListenParts): Promise<Acceptor> {
  const { configuration, services, records, credentials, log } = parts;
  const { host, dicomPort, tlsPort, aeTitle, plainDicom } = configuration;
  const tls = credentials.server();
  const ports =
    plainDicom === 'off' && tls
      ? { port: tlsPort, tls }
      : { port: dicomPort, ...(tls && { securePort: { port: tlsPort, tls } }) };
  const acceptor = await listen({
    host,
    ...ports,
    applicationEntities: [{ aeTitle, services }],
    ...acceptingRules(configuration),
    onAssociation: (record) => void records.add(record),
    log,
  }).catch((error: unknown) => {
    throw startError(error, configuration);
  });
  credentials.onReload((renewed) => acceptor.reloadTls(renewed));
  return acceptor;
}
