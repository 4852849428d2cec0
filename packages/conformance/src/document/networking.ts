// Networking in the printed statement: model, application entities, interfaces, configuration. PS3.2 A.4
import { dataFlowDiagram } from '../diagram/data-flow.ts';
import { sequenceDiagram } from '../diagram/sequence.ts';
import type { Networking, ParameterRow } from '../model/networking.ts';
import type { Statement } from '../model/statement.ts';
import { entitySection } from './application-entity.ts';
import { type Block, paragraphs, type Row, type Section, section, table } from './document.ts';
import { entityBullets } from './entity-bullets.ts';

/** Circles that overlap, and what that means. */
const overlapParagraphs = ({ overlaps = [], dataFlow }: Networking['model']): Block[] =>
  overlaps.flatMap(({ activities, discussion }) => {
    const names = activities.map((id) => dataFlow.find(({ local }) => local.id === id)?.local.name ?? id);
    return paragraphs(`${names.join(' and ')} overlap. ${discussion ?? ''}`);
  });

function modelSection({ model, applicationEntities, implementationNotes }: Networking): Section {
  const nameOf = new Map(applicationEntities.map(({ id, name }) => [id, name]));
  const name = (id: string): string => nameOf.get(id) ?? id;
  const bullets = model.bullets ?? entityBullets(applicationEntities, model.dataFlow);
  const sequencing: Block[] =
    model.sequencing.state === 'described'
      ? [
          ...paragraphs(model.sequencing.text),
          ...model.sequencing.diagrams.map((each, index) => sequenceDiagram(`f-a-4-1-3-${index + 1}`, each)),
        ]
      : paragraphs(model.sequencing.reason);
  return section('4.1', 'Implementation Model', {
    sections: [
      section('4.1.1', 'Application Data Flow', {
        blocks: [
          dataFlowDiagram('f-a-4-1-1', model.dataFlow, name, model.overlaps),
          { kind: 'list', items: bullets.map(({ text }) => text) },
          ...overlapParagraphs(model),
        ],
      }),
      section('4.1.2', 'Functional Definition of AEs', {
        sections: model.functionalDefinitions.map(({ ae, text }, index) =>
          section(`4.1.2.${index + 1}`, `Functional Definition of ${name(ae)}`, { blocks: paragraphs(text) }),
        ),
      }),
      section('4.1.3', 'Sequencing of Real-World Activities', { blocks: sequencing }),
      ...(implementationNotes === undefined
        ? []
        : [section('4.1.4', 'Implementation Details', { blocks: paragraphs(implementationNotes) })]),
    ],
  });
}

function interfacesSection({ interfaces }: Networking): Section {
  const { physical, protocols, managementProfiles, managementText, timeAccuracy, ipv4, ipv6 } = interfaces;
  const profiles: Block =
    managementProfiles.length === 0
      ? { kind: 'paragraph', text: 'No system management profile is supported.' }
      : table(
          't-a-4-3-1',
          'Table A.4.3-1 System Management Profiles',
          ['Profile Name', 'Actor', 'Protocols Used', 'Optional Transactions', 'Security Support'],
          managementProfiles.map(({ profile, actor, protocols: used, optionalTransactions, securitySupport }) => [
            profile,
            actor,
            used.join(', '),
            optionalTransactions,
            securitySupport,
          ]),
        );
  return section('4.3', 'Network Interfaces', {
    sections: [
      section('4.3.1', 'Physical Network Interface', {
        blocks: paragraphs(
          physical.length === 0
            ? 'Any interface that carries TCP/IP; the product does not depend on the physical network.'
            : physical.join(', '),
        ),
      }),
      section('4.3.2', 'Additional Protocols', {
        blocks: [
          { kind: 'list', items: protocols },
          profiles,
          ...managementText.flatMap(({ actor, text }) => paragraphs(`${actor}: ${text}`)),
          ...(timeAccuracy ? paragraphs(timeAccuracy.text) : []),
        ],
      }),
      section('4.3.3', 'IPv4 and IPv6 Support', { blocks: [...paragraphs(ipv4.text), ...paragraphs(ipv6.text)] }),
    ],
  });
}

/** `30 s (1 to 3600)`: the template has no column for the range. */
const withRange = ({ default: value, unit, range }: ParameterRow): string =>
  [value, ...(unit ? [unit] : []), ...(range ? [`(${range})`] : [])].join(' ');

function configurationSection({ configuration, applicationEntities }: Networking): Section {
  const { addressTranslation, localTitles, remoteText, remotes, parameters, localLdap, remoteLdap } = configuration;
  const { sharedTitles = '', hardwareOptions = [] } = configuration;
  const name = (id: string): string => applicationEntities.find((each) => each.id === id)?.name ?? id;
  const effective = localTitles.some(({ effectiveTitle }) => effectiveTitle !== undefined);
  const inForce = parameters.some((row) => row.effective !== undefined);
  const scopes = ['General', ...applicationEntities.map(({ id }) => id)];
  const rows = scopes.flatMap((scope): Row[] => [
    { heading: scope === 'General' ? 'General Parameters' : `AE Specific Parameters: ${name(scope)}` },
    ...parameters
      .filter((row) => row.scope === scope)
      .map((row) => [
        row.note ? `${row.name}\n${row.note}` : row.name,
        row.configurable,
        withRange(row),
        ...(inForce ? [row.effective ?? row.default] : []),
      ]),
  ]);
  return section('4.4', 'Configuration', {
    sections: [
      section('4.4.1', 'AE Title/Presentation Address Mapping', {
        blocks: paragraphs(addressTranslation),
        sections: [
          section('4.4.1.1', 'Local AE Titles', {
            blocks: [
              table(
                't-a-4-4-1',
                'Table A.4.4-1 AE Title Configuration Table',
                [
                  'Application Entity',
                  'Default AE Title',
                  'Default TCP/IP Port',
                  ...(effective ? ['AE Title here', 'TCP/IP Port here'] : []),
                ],
                localTitles.map(({ ae, defaultTitle, defaultPort, effectiveTitle, effectivePort }) => [
                  name(ae),
                  defaultTitle ?? 'not stated',
                  defaultPort === undefined ? 'none' : String(defaultPort),
                  ...(effective
                    ? [effectiveTitle ?? defaultTitle ?? 'not stated', String(effectivePort ?? defaultPort ?? 'none')]
                    : []),
                ]),
              ),
              ...paragraphs(sharedTitles),
              ...(localLdap ? paragraphs(`${localLdap.text}\n\n${localLdap.update}`) : []),
            ],
          }),
          section('4.4.1.2', 'Remote AE Title/Presentation Address Mapping', {
            blocks: [
              ...paragraphs(remoteText),
              ...(remoteLdap
                ? [...paragraphs(remoteLdap.text), { kind: 'list' as const, items: remoteLdap.queries }]
                : []),
              ...(remotes.length === 0
                ? []
                : [
                    table(
                      't-a-4-4-remote',
                      'Remote systems of this installation',
                      ['AE Title', 'Host', 'Port', 'Capabilities'],
                      remotes.map(({ aeTitle, host, port, capabilities = '' }) => [
                        aeTitle,
                        host,
                        String(port),
                        capabilities,
                      ]),
                    ),
                  ]),
            ],
          }),
        ],
      }),
      section('4.4.2', 'Parameters', {
        blocks: [
          table(
            't-a-4-4-2',
            'Table A.4.4-2 Configuration Parameters Table',
            ['Parameter', 'Configurable (Yes/No)', 'Default Value', ...(inForce ? ['Value here'] : [])],
            rows,
          ),
          ...(hardwareOptions.length === 0
            ? []
            : [
                table(
                  't-a-4-4-hardware',
                  'Hardware options',
                  ['Option', 'Values', 'Default'],
                  hardwareOptions.map((option) => [option.name, option.values, option.default]),
                ),
              ]),
        ],
      }),
    ],
  });
}

export function networkingSection({ networking }: Statement): Section {
  if (networking.state !== 'described') return section('4', 'Networking', { blocks: paragraphs(networking.reason) });
  return section('4', 'Networking', {
    sections: [
      modelSection(networking),
      section('4.2', 'AE Specifications', {
        sections: networking.applicationEntities.map((entity, index) =>
          entitySection(
            `4.2.${index + 1}`,
            entity,
            (activity) =>
              networking.model.dataFlow.find(({ ae, local }) => ae === entity.id && local.id === activity)?.remote
                .name ?? 'Other side',
          ),
        ),
      }),
      interfacesSection(networking),
      configurationSection(networking),
    ],
  });
}
