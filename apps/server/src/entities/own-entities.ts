// The application entities of this server as the settings have them: one with everything, or those that are listed.
import { type BoundService, type Implementation, narrowed, implementation as ours } from '@concord/network';
import { type ConfiguredEntity, type ConfiguredService, type Offer, offers } from '../settings/entities.ts';
import type { Configuration } from '../settings/settings.ts';

/** What each offer stands for, for an application entity of this title. */
export type OfferTable = Readonly<
  Record<Offer, (aeTitle: string, service: ConfiguredService) => readonly BoundService[]>
>;

/** An application entity with what it provides. */
export interface OwnEntity {
  readonly settings: ConfiguredEntity;
  /** TCP port that is asked for; 0: any. */
  readonly port: number;
  readonly implementation: Implementation;
  readonly services: readonly BoundService[];
}

/** Reports of commitment are a part of commitment. */
const everything = offers.filter((service) => service !== 'commitment reports').map((service) => ({ service }));

/** Those of the settings; where there are none, one with the title and port of the settings that offers everything. */
export const configuredEntities = ({ entities, aeTitle }: Configuration): readonly ConfiguredEntity[] =>
  entities.length > 0 ? entities : [{ aeTitle, name: 'Concord AE', services: everything }];

const implementationOf = (entity: ConfiguredEntity | undefined): Implementation => ({
  classUid: entity?.implementationClassUid ?? ours.classUid,
  versionName: entity?.implementationVersionName ?? ours.versionName,
});

export function ownEntities(configuration: Configuration, table: OfferTable): readonly OwnEntity[] {
  return configuredEntities(configuration).map((settings) => ({
    settings,
    port: settings.port ?? configuration.dicomPort,
    implementation: implementationOf(settings),
    services: settings.services.flatMap((service) =>
      table[service.service](settings.aeTitle, service).map((bound) =>
        narrowed(bound, { ...service, extendedNegotiation: service.extendedNegotiation !== 'none' }),
      ),
    ),
  }));
}

/** The title this server gives itself towards a peer. */
export const callingTitle = ({ callingAeTitle, aeTitle, entities }: Configuration): string =>
  callingAeTitle === '' ? (entities[0]?.aeTitle ?? aeTitle) : callingAeTitle;

/** Every title that this server has, or gives itself towards somebody. */
export const ownTitles = (configuration: Configuration): ReadonlySet<string> =>
  new Set([
    ...configuredEntities(configuration).map(({ aeTitle }) => aeTitle),
    callingTitle(configuration),
    ...configuration.peers.flatMap(({ callingAeTitle }) => callingAeTitle ?? []),
  ]);

/**
 * Who this server is towards a peer, and the longest PDU that it takes as that, in bytes.
 * @param as the title of an entity of its own; any other: the title that usually calls
 */
export function callingEntity(configuration: Configuration, as = '') {
  const named = configuration.entities.find((each) => each.aeTitle === as);
  const aeTitle = named?.aeTitle ?? callingTitle(configuration);
  const entity = named ?? configuration.entities.find((each) => each.aeTitle === aeTitle);
  return {
    aeTitle,
    implementation: implementationOf(entity),
    maximumPduLength: entity?.maximumPduLength ?? configuration.maximumPduLength,
  };
}

/** The title under which objects are received: where this server has objects moved to. */
export const receivingTitle = (configuration: Configuration): string =>
  configuredEntities(configuration).find(({ services }) => services.some(({ service }) => service === 'storage'))
    ?.aeTitle ?? configuration.aeTitle;
