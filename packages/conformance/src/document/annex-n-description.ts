// What each service does and how it is configured, in the order of today's template. PS3.2 N.5, N.6
import type { Statement } from '../model/statement.ts';
import { type Activity, notSupported, numbered, orElse, type Parts } from './annex-n-parts.ts';
import { dimseServices, otherServices, webServiceGroups, webServicesOf } from './annex-n-services.ts';
import { type Block, paragraphs, type Section, section, table } from './document.ts';

export const isOutcome = (block: Block): boolean =>
  block.kind === 'table' && /-(statuses|failures)$/.test(block.anchor);

/** What one activity exchanges, or what comes of it. */
export function activitySection(
  number: string,
  { entity, anchor, name }: Activity,
  parts: Parts,
  what: 'service' | 'outcomes',
): Section {
  const operations = parts.sections(anchor).filter(({ anchor: inner }) => !/-(description|contexts)$/.test(inner));
  const outcomes = what === 'outcomes';
  const blocks = operations.flatMap((operation) => operation.blocks.filter((block) => isOutcome(block) === outcomes));
  return section(number, `${name} (${entity.name})`, {
    anchor: `${anchor}-${what}`,
    blocks: [...(outcomes ? [] : parts.blocks(`${anchor}-description`)), ...blocks],
  });
}

const groups = [...dimseServices.map(({ title }) => title), otherServices];

/** One section for each service of the template, with its activities inside; `otherwise` where there is none. */
export function byService(
  number: string,
  activities: readonly Activity[],
  draw: (number: string, activity: Activity) => Section,
): Section[] {
  return groups.map((title, group) => {
    const own = activities.filter((activity) => activity.group === group);
    const at = `${number}.${group + 1}`;
    return numbered(
      at,
      title,
      own.length === 0 ? notSupported(title === otherServices ? 'No other service' : `The ${title}`) : [],
      own.map((activity, index) => draw(`${at}.${index + 1}`, activity)),
    );
  });
}

/** Where resources and media types of a web service are told. */
function webSections(number: string, statement: Statement): Section[] {
  return webServiceGroups.map(({ title, names }, index) => {
    const rows = webServicesOf(statement, names);
    const at = `${number}.${index + 1}`;
    return numbered(
      at,
      title,
      rows.length === 0
        ? notSupported(`The ${title}`)
        : [
            table(
              `t-n-${at.replaceAll('.', '-')}`,
              `Resources of the ${title}`,
              ['Transaction', 'Resources', 'Media Types'],
              rows.map(({ service, resources, mediaTypes }) => [service, resources, mediaTypes]),
            ),
          ],
    );
  });
}

export function descriptionSection(parts: Parts, statement: Statement, activities: readonly Activity[]): Section {
  return numbered(
    '5',
    'Service and Interoperability Description',
    [],
    [
      numbered('5.1', 'Mapping of Services to Application Entities', [
        table(
          't-n-5-1',
          'Services and Application Entities',
          ['Service', 'Activity', 'Application Entity'],
          activities.map(({ group, name, entity }) => [groups[group] ?? otherServices, name, entity.name]),
        ),
      ]),
      numbered(
        '5.2',
        'DIMSE Services',
        [],
        byService('5.2', activities, (number, activity) => activitySection(number, activity, parts, 'service')),
      ),
      numbered('5.3', 'DICOM Web Services', [], webSections('5.3', statement)),
      numbered('5.4', 'Media Services', parts.blocks('a-5', true)),
      numbered('5.5', 'Real-Time Video Services', notSupported('Real-time video')),
      numbered('5.6', 'Cross-Service Considerations', [
        ...orElse(parts.blocks('a-4-1-4'), 'There are none.'),
        ...parts.blocks('a-8-4'),
      ]),
      numbered('5.7', 'Specific Character Sets', parts.blocks('a-6')),
    ],
  );
}

/** Parameters that are of one service alone stand as `Service: parameter` in the table of all. */
function configurationOf(activities: readonly Activity[], group: number, title: string): Block[] {
  const entities = [
    ...new Set(activities.filter((activity) => activity.group === group).map(({ entity }) => entity.name)),
  ];
  return entities.length === 0
    ? notSupported(title === otherServices ? 'No other service' : `The ${title}`)
    : paragraphs(
        `Configured by the general parameters, those of ${entities.join(', ')}, and those whose names begin with that of the service (6.1).`,
      );
}

export function configurationSection(parts: Parts, statement: Statement, activities: readonly Activity[]): Section {
  const { security, media } = statement;
  const audit = security.state === 'described' ? security.profiles.filter(({ profile }) => /audit/i.test(profile)) : [];
  return numbered(
    '6',
    'Configuration',
    [],
    [
      numbered('6.1', 'General Configuration Parameters', [
        ...parts.blocks('a-4-4-1'),
        ...parts.blocks('a-4-4-1-2'),
        ...parts.blocks('a-4-4-2'),
      ]),
      numbered(
        '6.2',
        'Configuration of DIMSE Services',
        [],
        groups.map((title, group) => numbered(`6.2.${group + 1}`, title, configurationOf(activities, group, title))),
      ),
      numbered(
        '6.3',
        'Configuration of DICOM Web Services',
        [],
        webServiceGroups.map(({ title, names }, index) =>
          numbered(
            `6.3.${index + 1}`,
            title,
            webServicesOf(statement, names).length === 0
              ? notSupported(`The ${title}`)
              : paragraphs('Configured by the general parameters (6.1).'),
          ),
        ),
      ),
      numbered(
        '6.4',
        'Configuration of Media Storage Services',
        media.state === 'described' ? paragraphs(`See 5.4. ${media.configuration}`) : notSupported('Media storage'),
      ),
      numbered('6.5', 'Configuration of Real-Time Video Services', notSupported('Real-time video')),
      numbered(
        '6.6',
        'Configuration of Audit Trail',
        audit.length === 0
          ? notSupported('A profile of audit trail')
          : paragraphs(audit.map(({ profile, selection }) => `${profile}: ${selection}`).join('\n\n')),
      ),
    ],
  );
}
