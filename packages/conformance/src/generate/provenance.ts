// Where each part of a generated statement comes from: declarations, settings, the build, or what somebody wrote. PS3.2 6
import type { Service } from '@concord/network';
import type { Provenance, Statement } from '../model/statement.ts';
import type { DescribedSystem } from './system.ts';

type Entry = Pick<Provenance, 'path' | 'kind' | 'source'>;

const ofParts: readonly Entry[] = [
  { path: '', kind: 'build', source: 'generated from the running system' },
  { path: '/cover', kind: 'build', source: 'version and release date of the build' },
  { path: '/overview/description', kind: 'authored', source: 'text of the overview' },
  { path: '/overview/networkServices', kind: 'registry', source: 'SOP Classes of all application entities, PS3.6' },
  { path: '/introduction', kind: 'authored', source: 'standing texts of every statement' },
  { path: '/introduction/revisions', kind: 'build', source: 'comparison with the released statements' },
  { path: '/networking/model/dataFlow', kind: 'registry', source: 'service declarations' },
  { path: '/networking/applicationEntities', kind: 'registry', source: 'service declarations' },
  { path: '/networking/interfaces', kind: 'build', source: 'what the network package does' },
  { path: '/networking/interfaces/managementProfiles', kind: 'configuration', source: 'settings of time servers' },
  { path: '/networking/interfaces/managementText', kind: 'configuration', source: 'settings of time servers' },
  { path: '/networking/interfaces/timeAccuracy', kind: 'configuration', source: 'settings of time servers' },
  { path: '/networking/configuration', kind: 'configuration', source: 'settings' },
  { path: '/networking/configuration/parameters', kind: 'configuration', source: 'table of settings' },
  {
    path: '/networking/configuration/localTitles',
    kind: 'configuration',
    source: 'settings aeTitle, dicomPort, entities',
  },
  { path: '/networking/configuration/remotes', kind: 'configuration', source: 'setting peers' },
  { path: '/characterSets', kind: 'authored', source: 'texts on character sets' },
  { path: '/security/profiles', kind: 'configuration', source: 'settings of TLS and of peers' },
  { path: '/security/userIdentity', kind: 'configuration', source: 'setting userIdentity' },
  { path: '/security', kind: 'authored', source: 'texts on security' },
  { path: '/annexes', kind: 'authored', source: 'annexes of the product' },
  { path: '/annexes/createdObjects', kind: 'registry', source: 'builders of objects' },
  { path: '/annexes/sopClassExtensions', kind: 'registry', source: 'builders of objects, PS3.3 and PS3.6' },
  { path: '/annexes/coercion', kind: 'configuration', source: 'settings for incoming values' },
  { path: '/webServices', kind: 'registry', source: 'table of web services' },
];

const ofServices = (path: string, services: readonly Service[]): Entry[] =>
  services.map(({ name, section }, index) => ({
    path: `${path}/activities/${index}`,
    kind: 'registry',
    source: `declaration of ${name} (${section})`,
  }));

function ofEntities({ entities }: DescribedSystem): Entry[] {
  return entities.flatMap(({ name, accepts, initiates }, index) => {
    const path = `/networking/applicationEntities/${index}`;
    const settings = (what: string): Entry => ({
      path: `${path}/${what}`,
      kind: 'configuration',
      source: `settings of ${name}`,
    });
    return [
      ...['acceptance/associations', 'acceptance/rules', 'acceptance/rejections', 'initiation/associations'].map(
        settings,
      ),
      ...ofServices(`${path}/acceptance`, accepts.services),
      ...ofServices(`${path}/initiation`, initiates.services),
    ];
  });
}

/** Rows of table A.4.4-2 that are settings say which. */
const ofParameters = (system: DescribedSystem, { networking }: Statement): Entry[] =>
  networking.state === 'described'
    ? networking.configuration.parameters.flatMap(({ name, note }, index) => {
        const setting = system.settings.find((each) => each.name === name || note?.startsWith(`Setting ${each.name}:`));
        const path = `/networking/configuration/parameters/${index}`;
        return setting ? [{ path, kind: 'configuration' as const, source: `setting ${setting.name}` }] : [];
      })
    : [];

/** Entries for every value: the longest pointer that leads to one counts. */
export const provenanceOf = (system: DescribedSystem, statement: Statement): Provenance[] => [
  ...ofParts,
  ...ofEntities(system),
  ...ofParameters(system, statement),
];
