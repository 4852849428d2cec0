// Associations, contexts, status codes and security in the order of today's template. PS3.2 N.7, N.8
import type { Statement } from '../model/statement.ts';
import { activitySection, byService } from './annex-n-description.ts';
import { type Activity, type Entities, notSupported, numbered, orElse, type Parts } from './annex-n-parts.ts';
import { type Block, paragraphs, type Section, section, table } from './document.ts';

function entitySection(number: string, entity: Entities[number], parts: Parts): Section {
  const { id, name } = entity;
  const contexts = (side: 'initiation' | 'acceptance'): Block[] => {
    const { [side]: part } = entity;
    if (part.state !== 'described') return paragraphs(part.reason);
    return [
      ...parts.blocks(`${id}-${side}`),
      ...part.activities.flatMap((activity) => parts.blocks(`${id}-${activity.id}-contexts`)),
    ];
  };
  const sequences = [entity.initiation, entity.acceptance].flatMap((side) =>
    side.state === 'described'
      ? side.activities.flatMap(({ name: activity, sequencing }) => (sequencing ? [`${activity}: see 5.2.`] : []))
      : [],
  );
  return section(number, name, {
    anchor: id,
    blocks: parts.blocks(`${id}-sop-classes`),
    sections: [
      section(`${number}.1`, 'Sequencing of Real-World Activities', {
        anchor: `${id}-sequencing`,
        blocks: [...paragraphs('Among all entities: see 4.1.'), ...sequences.flatMap(paragraphs)],
      }),
      section(`${number}.2`, 'Association Parameters', {
        anchor: `${id}-policies`,
        blocks: ['general', 'associations', 'asynchronous', 'implementation'].flatMap((part) =>
          parts.blocks(`${id}-${part}`),
        ),
      }),
      section(`${number}.3`, 'Association Initiation', { anchor: `${id}-initiation`, blocks: contexts('initiation') }),
      section(`${number}.4`, 'Association Acceptance', { anchor: `${id}-acceptance`, blocks: contexts('acceptance') }),
    ],
  });
}

/** What is the same in kind for all entities, one row each. N.7.1.1 */
function associationTable(entities: Entities): Block {
  const most = (side: Entities[number]['initiation'] | Entities[number]['acceptance']): string =>
    side.state === 'described' ? String(side.associations.value) : 'none';
  return table(
    't-n-7-1-1',
    'General Association Parameters',
    [
      'Application Entity',
      'Application Context',
      'Implementation Class UID',
      'Implementation Version Name',
      'Most associations initiated',
      'Most associations accepted',
    ],
    entities.map(({ name, applicationContext, implementation, initiation, acceptance }) => [
      name,
      applicationContext,
      implementation.classUid ?? 'unknown',
      implementation.versionName ?? 'none is sent',
      most(initiation),
      most(acceptance),
    ]),
  );
}

/** Each way that communication fails, once, with what is done. N.7.3.1 */
function failureTable(entities: Entities): Block[] {
  const rows = new Map<string, readonly [string, string, string]>();
  for (const { initiation, acceptance } of entities)
    for (const side of [initiation, acceptance])
      for (const { sopConformance } of side.state === 'described' ? side.activities : [])
        for (const { failures, ourRole } of sopConformance)
          for (const { exception, behavior } of failures)
            rows.set(`${ourRole} ${exception} ${behavior}`, [ourRole, exception, behavior]);
  if (rows.size === 0) return paragraphs('What happens in failure is not stated.');
  return [
    table('t-n-7-3-1', 'General Communication Failure Behavior', ['As', 'Exception', 'Behavior'], [...rows.values()]),
  ];
}

export function detailSection(
  parts: Parts,
  statement: Statement,
  entities: Entities,
  activities: readonly Activity[],
): Section {
  return numbered(
    '7',
    'Network and Media Communication Details',
    [],
    [
      numbered(
        '7.1',
        'General',
        [...parts.blocks('a-4-3-1'), ...parts.blocks('a-4-3-2')],
        [
          numbered(
            '7.1.1',
            'General Association Parameters',
            entities.length === 0 ? [] : [associationTable(entities)],
          ),
        ],
      ),
      section('7.2', 'Specifications', {
        anchor: 'n-7-2',
        sections: entities.map((entity, index) => entitySection(`7.2.${index + 1}`, entity, parts)),
      }),
      numbered(
        '7.3',
        'Status Codes',
        [],
        [
          numbered('7.3.1', 'General Communication and Failure Behavior', failureTable(entities)),
          numbered(
            '7.3.2',
            'DIMSE Services',
            [],
            byService('7.3.2', activities, (number, activity) => activitySection(number, activity, parts, 'outcomes')),
          ),
          numbered('7.3.3', 'DICOM Web Services', webStatuses(statement)),
        ],
      ),
    ],
  );
}

function webStatuses({ webServices }: Statement): Block[] {
  if (webServices.state !== 'described') return paragraphs(webServices.reason);
  const rows = webServices.rows.flatMap(({ service, statuses = [] }) =>
    statuses.map(({ code, meaning }) => [service, code, meaning]),
  );
  if (rows.length === 0) return paragraphs('Status codes of web services are not stated.');
  return [table('t-n-7-3-3', 'HTTP Status Codes', ['Transaction', 'Status', 'When'], rows)];
}

/** Profiles of PS3.15 by its annexes. N.8.4 */
const profileGroups: readonly { readonly title: string; readonly names: RegExp }[] = [
  { title: 'Secure Use Profiles', names: /secure use|electronic|audit/i },
  { title: 'Secure Transport Connection Profiles', names: /TLS|transport/i },
  { title: 'Media Storage Security Profiles', names: /media/i },
  { title: 'Attribute Confidentiality Profiles', names: /confidentiality/i },
  { title: 'Digital Signature Profiles', names: /signature/i },
];

function profileSections({ security }: Statement): Section[] {
  const profiles = security.state === 'described' ? security.profiles : [];
  const groupIndex = (name: string): number => {
    const found = profileGroups.findIndex(({ names }) => names.test(name));
    return found < 0 ? profileGroups.length : found;
  };
  return [...profileGroups.map(({ title }) => title), 'Additional Security Profiles'].map((title, group) => {
    const own = profiles.filter(({ profile }) => groupIndex(profile) === group);
    return numbered(
      `8.4.${group + 1}`,
      title,
      own.length === 0
        ? paragraphs('None is supported.')
        : [{ kind: 'list', items: own.map(({ profile, actor }) => `${profile}: ${actor}`) }],
    );
  });
}

function identitySections({ security }: Statement): Section[] {
  const rows = security.state === 'described' ? security.userIdentity : [];
  const items = (direction: 'sent' | 'accepted'): readonly Block[] => {
    const own = rows.filter((row) => row.direction === direction);
    return own.length === 0
      ? notSupported('User Identity Negotiation')
      : [{ kind: 'list', items: own.map(({ type, effect }) => `${type}: ${effect}`) }];
  };
  return [
    numbered('8.5.1', 'Association Initiation', items('sent')),
    numbered('8.5.2', 'Association Acceptance', items('accepted')),
  ];
}

export function securitySection(parts: Parts, statement: Statement): Section {
  const { security, webServices } = statement;
  const association = security.state === 'described' ? security.associationLevel : 'Not stated.';
  return numbered('8', 'Security', parts.blocks('a-7'), [
    numbered('8.1', 'Introduction', orElse(parts.blocks('a-7-3'), 'Security of the application is not stated.')),
    numbered('8.2', 'External Network Requirements', parts.blocks('a-4-3-3')),
    numbered('8.3', 'TCP Port Configuration', parts.blocks('a-4-4-1-1')),
    numbered('8.4', 'DICOM Security Profiles', parts.blocks('a-7-1'), profileSections(statement)),
    numbered('8.5', 'User Identity Negotiation', parts.blocks('a-7-2'), identitySections(statement)),
    numbered(
      '8.6',
      'Web Services Security Features',
      webServices.state === 'described' ? paragraphs('See 8.1 and 8.4.') : notSupported('No web service'),
    ),
    numbered(
      '8.7',
      'Other Security Features',
      [],
      [
        numbered(
          '8.7.1',
          'Media Storage Security',
          orElse([], statement.media.state === 'described' ? 'See 8.4.3.' : 'Media storage is not supported.'),
        ),
        numbered('8.7.2', 'Network Security', paragraphs(`Beside 8.4 and 8.5: ${association}`)),
      ],
    ),
  ]);
}
