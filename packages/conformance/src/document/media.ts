// Media interchange in the printed statement. PS3.2 A.5
import { mediaFlowDiagram } from '../diagram/media-flow.ts';
import type { Media } from '../model/media.ts';
import type { Statement } from '../model/statement.ts';
import { type Block, paragraphs, type Section, section, table } from './document.ts';

type Entity = Media['entities'][number];
type Profile = Entity['profiles'][number];
type Activity = Entity['activities'][number];

const orNone = (values: readonly string[]): string => values.join(', ') || 'none';

function modelSection(media: Media): Section {
  const { description, entities, fileMeta, implementationNotes, sequencing } = media;
  return section('5.1', 'Implementation Model', {
    sections: [
      section('5.1.1', 'Application Data Flow', {
        blocks: [...paragraphs(description), mediaFlowDiagram('f-a-5-1-1', media)],
      }),
      section('5.1.2', 'Functional Definition of AEs', {
        blocks: entities.flatMap(({ name, functionalDefinition }) => paragraphs(`${name}: ${functionalDefinition}`)),
      }),
      section('5.1.3', 'Sequencing of Real-World Activities', {
        blocks: paragraphs(sequencing ?? 'The activities do not depend on each other.'),
      }),
      section('5.1.4', 'File Meta Information for Implementation Class and Version', {
        blocks: [
          table(
            't-a-5-1-4',
            'File Meta Information for Implementation Class and Version',
            ['Item', 'Value'],
            [
              ['File Meta Information Version (0002,0001)', fileMeta.version],
              ['Implementation Class UID (0002,0012)', fileMeta.classUid],
              ['Implementation Version Name (0002,0013)', fileMeta.versionName],
            ],
          ),
        ],
      }),
      ...(implementationNotes === undefined
        ? []
        : [section('5.1.5', 'Implementation Details', { blocks: paragraphs(implementationNotes) })]),
    ],
  });
}

function profileTable(ae: string, profile: Profile): Block {
  return table(
    `media-${ae}-${profile.id}`,
    `${profile.name} (${profile.type}; ${profile.medium}, ${profile.format})`,
    ['SOP Class', 'UID', 'Transfer Syntaxes', 'Mandatory'],
    profile.sopClasses.map(({ sopClass, transferSyntaxes, mandatory, added }) => [
      sopClass.name,
      sopClass.uid,
      transferSyntaxes.map((each) => each.name).join('\n'),
      `${mandatory ? 'Yes' : 'No'}${added ? ' (added)' : ''}`,
    ]),
  );
}

function activitySection(number: string, { ae, profiles }: Entity, activity: Activity): Section {
  const used = profiles.filter(({ id }) => activity.profiles.includes(id));
  const { optionalSopClasses = [], sopOptions = [], optionalTransferSyntaxes = [], remote } = activity;
  return section(number, `Activity: ${activity.name}`, {
    anchor: `media-${ae}-${activity.id}`,
    blocks: [
      ...paragraphs(activity.description),
      ...(remote ? paragraphs(`The medium is then used elsewhere: ${remote.name}. ${remote.purpose ?? ''}`) : []),
    ],
    sections: [
      section(`${number}.1`, 'Application Profiles for the Real-World Activity', {
        anchor: `media-${ae}-${activity.id}-profiles`,
        blocks: [
          ...paragraphs(`Profiles: ${orNone(used.map(({ name }) => name))}. Roles: ${activity.roles.join(', ')}.`),
          {
            kind: 'list',
            items: [
              `Optional SOP Classes: ${orNone(optionalSopClasses.map(({ name }) => name))}`,
              `SOP options: ${orNone(sopOptions)}`,
              `Optional transfer syntaxes: ${orNone(optionalTransferSyntaxes.map(({ name }) => name))}`,
            ],
          },
        ],
      }),
    ],
  });
}

function entitySection(number: string, entity: Entity): Section {
  const { ae, name, sourceAeTitle, profiles, activities, policies = '', rolesAndOptions, privateInformation } = entity;
  const profileName = (id: string): string => profiles.find((profile) => profile.id === id)?.name ?? id;
  const roles = [...new Set(profiles.flatMap((profile) => profile.roles))].join(', ');
  return section(number, `${name} Specification`, {
    anchor: `media-${ae}`,
    blocks: [
      table(
        `media-${ae}-profiles`,
        'Table A.5.2-1 AE Related Application Profiles, Real-World Activities, and Roles',
        ['Supported Application Profile', 'Real-World Activity', 'Roles'],
        activities.map((activity) => [
          activity.profiles.map(profileName).join('\n'),
          activity.name,
          activity.roles.join(', '),
        ]),
      ),
      ...profiles.map((profile) => profileTable(ae, profile)),
      ...paragraphs(policies),
    ],
    sections: [
      section(`${number}.1`, `File Meta Information for ${name}`, {
        anchor: `media-${ae}-file-meta`,
        blocks: [
          ...paragraphs(`Source Application Entity Title (0002,0016): ${sourceAeTitle}.`),
          ...(privateInformation
            ? paragraphs(
                `Private Information Creator UID (0002,0100): ${privateInformation.creatorUid}. ${privateInformation.description}`,
              )
            : []),
        ],
      }),
      section(`${number}.2`, 'Real-World Activities', {
        anchor: `media-${ae}-activities`,
        blocks: paragraphs(rolesAndOptions ?? `The roles of ${name} are ${roles}.`),
        sections: activities.map((activity, index) => activitySection(`${number}.2.${index + 1}`, entity, activity)),
      }),
    ],
  });
}

function augmentedSection(number: string, { id, name, basedOn, augmentations, standardOnlyMeans }: Profile): Section {
  const { sopClasses = 'None.', directory = 'None.', other = 'None.', directoryKeys = [] } = augmentations ?? {};
  const part = (index: number, title: string, blocks: readonly Block[]): Section =>
    section(`${number}.${index}`, title, { anchor: `augmented-${id}-${index}`, blocks });
  const keys = directoryKeys.map(
    ({ record, keys: names, sopClass }) => `${record}: ${names.join(', ')} (for ${sopClass})`,
  );
  return section(number, name, {
    anchor: `augmented-${id}`,
    blocks: paragraphs(`Based on ${basedOn ?? 'a profile that is not named'}. ${standardOnlyMeans ?? ''}`),
    sections: [
      part(1, 'SOP Class Augmentations', paragraphs(sopClasses)),
      part(2, 'Directory Augmentations', [...paragraphs(directory), { kind: 'list', items: keys }]),
      part(3, 'Other Augmentations', paragraphs(other)),
    ],
  });
}

function privateSection(number: string, { id, name, description }: Profile): Section {
  const { identifier = name, clinicalContext = '', directory = '', parameters = '', security = '' } = description ?? {};
  return section(number, name, {
    anchor: `private-${id}`,
    blocks: [
      {
        kind: 'list',
        items: [
          `Profile identifier: ${identifier}`,
          `Clinical context: ${clinicalContext}`,
          `Directory information: ${directory}`,
          `Other parameters: ${parameters}`,
          `Security: ${security}`,
        ],
      },
    ],
  });
}

function ownProfiles({ entities }: Media): Section {
  const profiles = entities.flatMap((entity) => entity.profiles);
  const ofType = (type: Profile['type']) => profiles.filter((profile) => profile.type === type);
  const none = paragraphs('None is supported.');
  const [augmented, own] = [ofType('augmented'), ofType('private')];
  return section('5.3', 'Augmented and Private Application Profiles', {
    sections: [
      section('5.3.1', 'Augmented Application Profiles', {
        blocks: augmented.length === 0 ? none : [],
        sections: augmented.map((profile, index) => augmentedSection(`5.3.1.${index + 1}`, profile)),
      }),
      section('5.3.2', 'Private Application Profiles', {
        blocks: own.length === 0 ? none : [],
        sections: own.map((profile, index) => privateSection(`5.3.2.${index + 1}`, profile)),
      }),
    ],
  });
}

/** Section 5, with one sentence where media are not supported. */
export function mediaSection({ media }: Statement): Section {
  if (media.state !== 'described') return section('5', 'Media Interchange', { blocks: paragraphs(media.reason) });
  return section('5', 'Media Interchange', {
    sections: [
      modelSection(media),
      section('5.2', 'AE Specifications', {
        sections: media.entities.map((entity, index) => entitySection(`5.2.${index + 1}`, entity)),
      }),
      ownProfiles(media),
      section('5.4', 'Media Configuration', { blocks: paragraphs(media.configuration) }),
    ],
  });
}
