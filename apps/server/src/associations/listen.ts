// The DICOM side of the settings: who may associate, how many, how long anything may take, on which ports.
import {
  type Acceptor,
  type ApplicationEntity,
  type AssociationRecord,
  defaultLimits,
  defaultPolicy,
  defaultTimeouts,
  type KnownPeer,
  type Limits,
  type ListenOptions,
  type Log,
  listen,
  NetworkError,
  type Policy,
  type Timeouts,
} from '@concord/network';
import type { OwnEntity } from '../entities/own-entities.ts';
import type { Configuration } from '../settings/settings.ts';
import { listenError, StartError } from '../start-error.ts';
import { watchAddress } from './address-watch.ts';
import { createCongestion } from './congestion.ts';
import type { Credentials } from './credentials.ts';
import { callingPeer } from './peer-rules.ts';
import { userVerification } from './verify-user.ts';

export interface ListenParts {
  readonly configuration: Configuration;
  readonly entities: readonly OwnEntity[];
  /** Told of each association when it has ended. */
  readonly onRecord: (record: AssociationRecord) => void;
  /** Told of each operation when it has ended. */
  readonly onOperation: NonNullable<ListenOptions['onOperation']>;
  readonly credentials: Credentials;
  /** Calls back when the peers of the configuration have changed; absent: they never do. */
  readonly onPeersChange?: (told: () => void) => void;
  readonly log: Log;
}

/** Connections that are no association yet do not count against the associations, but they are bounded too. */
const connectionsPerAssociation = 4;
const mebibyte = 2 ** 20;
const hasCongestion = ({ congestionMemory, congestionDisk }: Configuration): boolean =>
  congestionMemory > 0 || congestionDisk > 0;

interface Rules {
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  readonly policy: Policy;
}

/** How many, how long, and who: what the settings say of associations that peers open. */
export function acceptingRules(configuration: Configuration): Rules {
  const { maximumAssociations: associations } = configuration;
  return {
    limits: {
      ...defaultLimits,
      associations,
      associationsPerAeTitle: Math.min(associations, configuration.maximumAssociationsPerPeer),
      associationsPerAddress: associations,
      connections: associations * connectionsPerAssociation,
      maximumLength: configuration.maximumPduLength,
      toleratedLength: configuration.toleratedPduLength,
      sentLength: configuration.sentPduLength,
      moveJobs: configuration.moveJobs,
    },
    timeouts: {
      ...defaultTimeouts,
      connect: configuration.connectTimeout,
      artim: configuration.artimTimeout,
      associate: configuration.networkTimeout,
      response: configuration.responseTimeout,
      idle: configuration.idleTimeout,
      data: configuration.dataTimeout,
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

/** What an entity has another rule for than the settings. With titles of its own it knows those callers, and no others. */
function entityPolicy({ settings }: OwnEntity, peers: readonly KnownPeer[]): NonNullable<ApplicationEntity['policy']> {
  const {
    callers,
    callingAeTitles,
    addresses,
    noContext,
    operationsWindow,
    syntaxPreference: preference,
    unknownSopClasses,
  } = settings;
  return {
    ...(callingAeTitles && {
      callers: 'known',
      peers: callingAeTitles.map((title) => peers.find(({ aeTitle }) => aeTitle === title) ?? { aeTitle: title }),
    }),
    ...(addresses && { addresses }),
    ...(callers && !callingAeTitles && { callers: callers === 'any' ? 'any' : 'known' }),
    ...(noContext && { noContext }),
    ...(operationsWindow && { operationsWindow }),
    ...(preference && { preference }),
    ...(unknownSopClasses && { unknownSopClasses }),
  };
}

/** The settings as they hold for one entity. */
export function rulesOf(entity: OwnEntity, configuration: Configuration): Rules {
  const { limits, timeouts, policy } = acceptingRules(configuration);
  const { maximumAssociations, maximumPduLength, idleTimeout } = entity.settings;
  return {
    limits: {
      ...limits,
      associations: maximumAssociations ?? limits.associations,
      maximumLength: maximumPduLength ?? limits.maximumLength,
    },
    timeouts: { ...timeouts, idle: idleTimeout ?? timeouts.idle },
    policy: { ...policy, ...entityPolicy(entity, policy.peers) },
  };
}

const applicationEntity = (entity: OwnEntity, peers: readonly KnownPeer[]): ApplicationEntity => {
  const { aeTitle, maximumAssociations, maximumPduLength, idleTimeout } = entity.settings;
  return {
    aeTitle,
    services: entity.services,
    policy: entityPolicy(entity, peers),
    ...(maximumAssociations !== undefined && { associations: maximumAssociations }),
    ...(maximumPduLength !== undefined && { maximumLength: maximumPduLength }),
    ...(idleTimeout !== undefined && { timeouts: { idle: idleTimeout } }),
  };
};

/** Where this server listens. */
export interface Listening {
  /** By AE title, as the system gave them. */
  readonly ports: ReadonlyMap<string, number>;
  /** Of the first entity. */
  readonly port: number;
  /** Of DICOM over TLS, beside the plain port of the first entity. */
  readonly securePort: number | undefined;
  close(options: { readonly graceMs: number }): Promise<void>;
}

/** The same with peers that are others, in the same list, when those of the configuration have changed: the next association knows them. */
function followingPeers<T extends { readonly policy?: Partial<Policy> }>(
  rules: T,
  peersOf: () => readonly KnownPeer[] | undefined,
  { onPeersChange }: Pick<ListenParts, 'onPeersChange'>,
): T {
  const found = peersOf();
  if (!found || !onPeersChange) return rules;
  const peers = [...found];
  onPeersChange(() => peers.splice(0, peers.length, ...(peersOf() ?? [])));
  return { ...rules, policy: { ...rules.policy, peers } };
}

/** A port that cannot be had and a certificate that cannot be used, by the name of the setting. */
function startError(error: unknown, { host, dicomPort, tlsPort }: Configuration, port: number): unknown {
  if (!(error instanceof NetworkError)) return error;
  if (error.fault === 'tls') return new StartError('--tls-certificate', error.message, error);
  if (error.detail.startsWith(`${host}:${tlsPort}:`)) return listenError('--tls-port', host, tlsPort, error);
  return listenError(port === dicomPort ? '--dicom-port' : 'entities', host, port, error);
}

/** Entities that share a port, in the order of the settings; each with port 0 has its own. */
function byPort(entities: readonly OwnEntity[]): readonly (readonly [OwnEntity, ...OwnEntity[]])[] {
  const groups = new Map<number | OwnEntity, [OwnEntity, ...OwnEntity[]]>();
  for (const entity of entities) {
    const key = entity.port === 0 ? entity : entity.port;
    const group = groups.get(key);
    if (group) group.push(entity);
    else groups.set(key, [entity]);
  }
  return [...groups.values()];
}

/** Opens the ports one after the other. Throws StartError where one cannot be had or the certificate cannot be used. */
export async function listenForAssociations(parts: ListenParts): Promise<Listening> {
  const { configuration, entities, onRecord, onOperation, credentials, log } = parts;
  const { host, plainDicom, tlsPort } = configuration;
  const tls = credentials.server();
  const rules = followingPeers(acceptingRules(configuration), () => configuration.peers.map(callingPeer), parts);
  await using opened = new AsyncDisposableStack();
  const acceptors: Acceptor[] = [];
  const ports = new Map<string, number>();
  for (const [index, group] of byPort(entities.filter(({ services }) => services.length > 0)).entries()) {
    const [{ port, implementation }] = group;
    const secured: Pick<ListenOptions, 'port' | 'tls' | 'securePort'> =
      plainDicom === 'off' && tls
        ? { port: index === 0 ? tlsPort : port, tls }
        : { port, ...(tls && index === 0 && { securePort: { port: tlsPort, tls } }) };
    const acceptor = await listen({
      host,
      ...secured,
      applicationEntities: group.map((entity) => {
        const application = applicationEntity(entity, rules.policy.peers);
        const peersOf = () => applicationEntity(entity, rules.policy.peers).policy?.peers;
        return followingPeers(application, peersOf, parts);
      }),
      implementation,
      ...rules,
      onAssociation: onRecord,
      onOperation,
      log,
    }).catch((error: unknown) => {
      throw startError(error, configuration, port);
    });
    opened.defer(() => acceptor.close());
    if (secured.tls ?? secured.securePort) credentials.onReload((renewed) => acceptor.reloadTls(renewed));
    acceptors.push(acceptor);
    for (const { settings } of group) ports.set(settings.aeTitle, acceptor.port);
  }
  const watch = watchAddress({ host, acceptors, log });
  opened.move();
  const [first] = acceptors;
  return {
    ports,
    port: first?.port ?? 0,
    securePort: first?.securePort,
    async close(options) {
      watch.close();
      await Promise.all(acceptors.map((acceptor) => acceptor.close(options)));
    },
  };
}
