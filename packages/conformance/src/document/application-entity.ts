// One application entity in the printed statement. PS3.2 A.4.2

import { activitySequence } from '../diagram/activity-sequence.ts';
import type { AcceptedActivity, InitiatedActivity, PresentationContextRow, SopConformance } from '../model/activity.ts';
import type { ApplicationEntityStatement } from '../model/networking.ts';
import { associationSections } from './association-policies.ts';
import { type Block, paragraphs, type Section, section, table } from './document.ts';
import { exchangeTables, metaTable } from './operation-tables.ts';

type Activity = AcceptedActivity | InitiatedActivity;

/** What is said of an activity by whether we are called or call. */
interface Side {
  readonly weOpen: boolean;
  readonly table: string;
  readonly contexts: string;
  /** Where members of a Meta SOP Class negotiate. */
  readonly members: string;
  readonly membersTitle: string;
  readonly rules: readonly string[];
}

const lines = (values: readonly string[]): string => values.join('\n');

function negotiationOf(row: PresentationContextRow, side: Side): string {
  const { extendedNegotiation, commonExtendedNegotiation, seeMetaTable } = row;
  const notes = extendedNegotiation.map((number) => `See Note ${number}`);
  const common = commonExtendedNegotiation ? ['Common Extended Negotiation'] : [];
  return [...common, ...notes, ...(seeMetaTable ? [`See ${side.members}`] : [])].join(', ') || 'None';
}

/** Longer lists of transfer syntaxes that every context of an activity shares stand once, in a table of their own. */
const longList = 6;

function contextTables(anchor: string, title: string, { contexts, notes }: Activity, side: Side): Block[] {
  const [first] = contexts;
  const listOf = ({ transferSyntaxes }: PresentationContextRow): string =>
    lines(transferSyntaxes.map(({ uid }) => uid));
  const shared =
    first && first.transferSyntaxes.length > longList && contexts.every((row) => listOf(row) === listOf(first));
  const rows = contexts.map((row) => [
    row.abstractSyntax.name,
    row.abstractSyntax.uid,
    shared ? 'All of the following table' : lines(row.transferSyntaxes.map(({ name }) => name)),
    shared ? 'All of the following table' : listOf(row),
    row.role,
    negotiationOf(row, side),
  ]);
  const columns = [
    'Abstract Syntax Name',
    'Abstract Syntax UID',
    'Transfer Syntax Name List',
    'Transfer Syntax UID List',
    'Role',
    'Extended Negotiation',
  ];
  const main = table(anchor, title, columns, rows, notes);
  if (!shared) return [main];
  const syntaxes = first.transferSyntaxes.map(({ name, uid }, index) => [String(index + 1), name, uid]);
  return [main, table(`${anchor}-syntaxes`, `Transfer Syntaxes of ${title}`, ['Order', 'Name', 'UID'], syntaxes)];
}

function conformanceSection(number: string, anchor: string, conformance: SopConformance): Section {
  const { title, section: where, description, statuses, failures, retries, lossyOnly, ourRole } = conformance;
  const provides = ourRole === 'SCP';
  return section(number, `SOP Specific Conformance: ${title}`, {
    anchor: `${anchor}-${conformance.id}`,
    blocks: [
      ...paragraphs(`${description} Described in ${where}.`),
      ...(lossyOnly ? paragraphs(`Instances that exist in lossy compressed form only: ${lossyOnly}`) : []),
      ...exchangeTables(`${anchor}-${conformance.id}`, conformance),
      table(
        `${anchor}-${conformance.id}-statuses`,
        provides
          ? `Table A.4.2-13 ${title}: Response Status Return Reasons`
          : `Table A.4.2-9 ${title}: Response Status Handling Behavior`,
        ['Service Status', 'Further Meaning', 'Error Code', provides ? 'Reason' : 'Behavior'],
        statuses.map(({ status, meaning, code, behavior }) => [
          status,
          meaning,
          code === '*' ? 'Any other code' : code,
          behavior,
        ]),
      ),
      table(
        `${anchor}-${conformance.id}-failures`,
        `Table A.4.2-10 ${title}: Communication Failure Behavior`,
        ['Exception', 'Behavior'],
        failures.map(({ exception, behavior }) => [exception, behavior]),
      ),
      ...(retries
        ? paragraphs(
            `Retries: ${retries.count}${retries.count > 0 ? `, every ${retries.interval} s` : ''}. ${retries.condition}`,
          )
        : []),
    ],
  });
}

const acceptedSide = ({ acceptanceRules: { combinations, priority, selection } }: AcceptedActivity): Side => ({
  weOpen: false,
  table: 'Table A.4.2-11 Acceptable Presentation Contexts',
  contexts: 'Accepted Presentation Contexts',
  members: 'Table A.4.2-12',
  membersTitle: 'Table A.4.2-12 Extended Negotiation as a SCP',
  rules: [combinations, priority, selection.text],
});

const initiatedSide = ({
  grouping,
  transferSyntaxChoice,
  fallback,
  serviceClassConditions,
}: InitiatedActivity): Side => ({
  weOpen: true,
  table: 'Table A.4.2-7 Proposed Presentation Contexts',
  contexts: 'Proposed Presentation Contexts',
  members: 'Table A.4.2-8',
  membersTitle: 'Table A.4.2-8 Extended Negotiation as a SCU',
  rules: [
    `Proposed: ${grouping}.`,
    transferSyntaxChoice,
    fallback,
    ...(serviceClassConditions === undefined ? [] : [serviceClassConditions]),
  ],
});

/** What the other side of an activity is called. */
type RemoteNames = (activity: string) => string;

interface ActivityPlace {
  readonly number: string;
  readonly entity: ApplicationEntityStatement;
  readonly remoteOf: RemoteNames;
}

function activitySection({ number, entity, remoteOf }: ActivityPlace, activity: Activity, side: Side): Section {
  const anchor = `${entity.id}-${activity.id}`;
  const title = `${side.table} for ${entity.name} and Activity ${activity.name}`;
  return section(number, `Activity: ${activity.name}`, {
    anchor,
    sections: [
      section(`${number}.1`, 'Description and Sequencing of Activities', {
        anchor: `${anchor}-description`,
        blocks: [
          ...paragraphs(activity.conditions),
          ...paragraphs(activity.sequencing ?? ''),
          ...activitySequence(activity, {
            anchor: `${anchor}-sequence`,
            entity: entity.name,
            remote: remoteOf(activity.id),
            weOpen: side.weOpen,
          }),
        ],
      }),
      section(`${number}.2`, side.contexts, {
        anchor: `${anchor}-contexts`,
        blocks: [
          ...contextTables(`${anchor}-context-table`, title, activity, side),
          ...metaTable(anchor, activity, side.membersTitle),
          { kind: 'list', items: side.rules },
        ],
      }),
      ...activity.sopConformance.map((conformance, index) =>
        conformanceSection(`${number}.${index + 3}`, anchor, conformance),
      ),
    ],
  });
}

/** The whole specification; nothing refers to another entity's. */
export function entitySection(number: string, entity: ApplicationEntityStatement, remoteOf: RemoteNames): Section {
  const { id, name, sopClasses, initiation, acceptance } = entity;
  return section(number, `${name} Specification`, {
    anchor: id,
    sections: [
      section(`${number}.1`, 'SOP Classes', {
        anchor: `${id}-sop-classes`,
        blocks: [
          ...paragraphs(`This Application Entity provides Standard Conformance to the following SOP Class(es):`),
          table(
            `${id}-sop-class-table`,
            `Table A.4.2-1 SOP Classes for ${name}`,
            ['SOP Class Name', 'SOP Class UID', 'SCU', 'SCP'],
            sopClasses.map(({ name: sopClass, uid, scu, scp }) => [sopClass, uid, scu, scp]),
          ),
        ],
      }),
      section(`${number}.2`, 'Association Policies', {
        anchor: `${id}-policies`,
        sections: associationSections(`${number}.2`, entity),
      }),
      initiation.state === 'described'
        ? section(`${number}.3`, 'Association Initiation Policy', {
            anchor: `${id}-initiation`,
            sections: initiation.activities.map((activity, index) =>
              activitySection(
                { number: `${number}.3.${index + 1}`, entity, remoteOf },
                activity,
                initiatedSide(activity),
              ),
            ),
          })
        : section(`${number}.3`, 'Association Initiation Policy', {
            anchor: `${id}-initiation`,
            blocks: paragraphs(initiation.reason),
          }),
      acceptance.state === 'described'
        ? section(`${number}.4`, 'Association Acceptance Policy', {
            anchor: `${id}-acceptance`,
            blocks: [
              ...paragraphs(acceptance.policy),
              table(
                `${id}-rejections`,
                `Association Rejection Reasons for ${name}`,
                ['Result', 'Source', 'Reason/Diag', 'Explanation'],
                acceptance.rejections.map(({ result, source, reason, explanation }) => [
                  result,
                  source,
                  reason,
                  explanation,
                ]),
              ),
            ],
            sections: acceptance.activities.map((activity, index) =>
              activitySection(
                { number: `${number}.4.${index + 1}`, entity, remoteOf },
                activity,
                acceptedSide(activity),
              ),
            ),
          })
        : section(`${number}.4`, 'Association Acceptance Policy', {
            anchor: `${id}-acceptance`,
            blocks: paragraphs(acceptance.reason),
          }),
    ],
  });
}
