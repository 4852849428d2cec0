// The statement of the running system: filled from its declarations and its configuration, and from nothing else. PS3.2 Annex A
import { entityBullets } from '../document/entity-bullets.ts';
import { numberedHeadings } from '../document/statement-document.ts';
import type { Annexes } from '../model/annexes.ts';
import type { DataFlow, Networking } from '../model/networking.ts';
import { type Statement, schemaVersion } from '../model/statement.ts';
import { acceptedActivities, activityId, initiatedActivities, textOf } from './activities.ts';
import { applicationEntity } from './application-entity.ts';
import { introduction } from './introduction.ts';
import { overviewMedia } from './media-overview.ts';
import { createdObjectsOf, extensionsOf, privateRows } from './object-contents.ts';
import { overviewServices } from './overview.ts';
import { parameterRows } from './parameters.ts';
import { provenanceOf } from './provenance.ts';
import type { DescribedEntity, DescribedSystem } from './system.ts';

export interface GenerateOptions {
  /** `as-shipped`: defaults only, the edition that is published. `as-configured`: what is in force here. */
  readonly edition: 'as-shipped' | 'as-configured';
  /** Remote systems, their hosts and ports: not in what is published. Default false. */
  readonly siteData?: boolean;
}

/** PS3.2 A.4.1.1: who starts what. */
function dataFlowOf(entity: DescribedEntity): DataFlow[] {
  const flow = (direction: 'initiates' | 'accepts', services: DescribedEntity['accepts']['services']): DataFlow[] =>
    services.map((declaration) => {
      const { activity, remoteActivity } = textOf(declaration);
      const id = activityId(declaration, direction === 'accepts' ? 'accept' : 'initiate');
      return {
        ae: entity.id,
        local: { id, name: activity },
        remote: { id: `remote-${id}`.slice(0, 80), name: remoteActivity },
        direction,
      };
    });
  return [...flow('accepts', entity.accepts.services), ...flow('initiates', entity.initiates.services)];
}

function networkingOf(system: DescribedSystem, { edition, siteData = false }: GenerateOptions): Networking {
  const { entities, remotes, protocols, management = { profiles: [], texts: [] } } = system;
  const configured = edition === 'as-configured';
  const parameters = parameterRows(system);
  const dataFlow = entities.flatMap(dataFlowOf);
  return {
    state: 'described',
    ...(system.implementationNotes !== undefined && { implementationNotes: system.implementationNotes }),
    model: {
      dataFlow,
      bullets: entityBullets(entities, dataFlow),
      functionalDefinitions: entities.map(({ id, functionalDefinition }) => ({ ae: id, text: functionalDefinition })),
      sequencing: { state: 'not applicable', reason: system.sequencing },
    },
    applicationEntities: entities.map((entity) => applicationEntity(entity, system)),
    interfaces: {
      physical: [],
      protocols: [...protocols],
      managementProfiles: management.profiles.map((each) => ({ ...each, protocols: [...each.protocols] })),
      managementText: management.texts.map((each) => ({ ...each })),
      ...(management.accuracy && { timeAccuracy: { ...management.accuracy } }),
      ipv4: { supported: true, text: 'IPv4 is supported.' },
      ipv6: {
        supported: true,
        text: 'IPv6 addresses are listened on and called; no IPv6 security or configuration facility is used.',
      },
    },
    configuration: {
      addressTranslation:
        'An AE title of this system means the host and port that it listens on. A remote AE title means the host and port that the list of peers gives; a title that is not in the list cannot be called.',
      localTitles: entities.map(({ id, aeTitle, port }) => ({
        ae: id,
        defaultTitle: aeTitle.default,
        ...(port.default > 0 && { defaultPort: port.default }),
        ...(configured && { effectiveTitle: aeTitle.value }),
        ...(configured && port.value > 0 && { effectivePort: port.value }),
      })),
      remoteText: 'For each remote system AE title, host name or address and port are configured; any number of them.',
      remotes: siteData ? remotes.map((remote) => ({ ...remote })) : [],
      parameters: configured ? parameters : parameters.map(({ effective: _, ...row }) => row),
    },
  };
}

/** The annexes with what follows from the builders of objects, and from classes that the standard does not know. */
function annexesOf({ annexes, builders = [] }: DescribedSystem, { applicationEntities }: Networking): Annexes {
  const used = new Map<string, { uid: string; roles: readonly ('SCU' | 'SCP')[]; operations: readonly string[] }>();
  for (const { uid, scu, scp } of applicationEntities.flatMap(({ sopClasses }) => sopClasses)) {
    const before = used.get(uid)?.roles ?? [];
    const now = [...(scu === 'Yes' ? (['SCU'] as const) : []), ...(scp === 'Yes' ? (['SCP'] as const) : [])];
    used.set(uid, { uid, roles: [...new Set([...before, ...now])], operations: ['C-STORE'] });
  }
  const created = annexes.createdObjects;
  const [first, ...rest] = privateRows(builders);
  return {
    ...annexes,
    createdObjects: created.state === 'described' ? created : createdObjectsOf(builders, created.reason),
    ...(first && { privateDictionary: { state: 'described', rows: [first, ...rest] } }),
    sopClassExtensions: [...annexes.sopClassExtensions, ...extensionsOf([...used.values()], builders)],
  };
}

/**
 * The statement. The same declarations and configuration give the same statement.
 * @throws TypeError for a description that contradicts itself
 */
export function generateStatement(system: DescribedSystem, options: GenerateOptions): Statement {
  const { product, documentDate, overview, standardEdition, characterSets, security, media, webServices } = system;
  const networking = networkingOf(system, options);
  const unique = new Set(
    system.entities.flatMap((entity) =>
      [...acceptedActivities(entity), ...initiatedActivities(entity)].map(({ id }) => `${entity.id} ${id}`),
    ),
  );
  const count = networking.model.dataFlow.length;
  if (unique.size !== count)
    throw new TypeError('two services of an application entity have the same name and operations');
  const statement: Statement = {
    schemaVersion,
    id: `${product.name} ${product.version}`,
    edition: options.edition,
    claim: { network: true, media: media !== undefined },
    standardEdition,
    orgRoots: [{ root: '2.25', holder: 'made from UUIDs', registration: 'PS3.5 B.2: needs no registration' }],
    cover: {
      state: 'described',
      ...(product.company !== undefined && { company: product.company }),
      ...(system.documentNumber !== undefined && { documentNumber: system.documentNumber }),
      documentDate,
      products: [{ name: product.name, versions: [product.version], optionalFeatures: [] }],
    },
    overview: {
      description: overview,
      networkServices: overviewServices(networking.applicationEntities),
      mediaServices: overviewMedia(media),
    },
    introduction: introduction(system),
    networking,
    media: media ?? { state: 'not supported', reason: 'No media storage service is provided.' },
    characterSets: { ...characterSets, state: 'described' },
    security: { ...security, state: 'described' },
    annexes: annexesOf(system, networking),
    webServices:
      webServices.length === 0
        ? { state: 'not supported', reason: 'No web service is provided.' }
        : { state: 'described', rows: [...webServices] },
    provenance: [],
  };
  return { ...statement, toc: numberedHeadings(statement), provenance: provenanceOf(system, statement) };
}
