// A plan for people: a document, a Markdown check list to be ticked off, and CSV for a test manager. RFC 4180
import { type StatementDocument, section, table } from '../document/document.ts';
import { renderCsv } from '../render/csv.ts';
import type { PlanItem } from './item.ts';
import type { Plan } from './plan.ts';

const columns = ['Item', 'Title', 'Kind', 'Automation', 'Priority', 'Effect', 'Steps', 'Expected', 'Needs', 'Claim'];

const rowOf = (each: PlanItem): readonly string[] => [
  each.id,
  each.title,
  each.kind,
  each.outOfScope === undefined ? each.automation : `out of scope: ${each.outOfScope}`,
  each.priority,
  each.safety,
  [...each.configuration, ...each.steps.map(({ action }) => action)].join('\n'),
  each.steps.map(({ expected }) => expected).join('\n'),
  each.dependsOn.join('\n'),
  [each.claim.text, each.claim.section].filter(Boolean).join(' '),
];

const titleOf = ({ system, partner }: Plan): string =>
  `Test plan: ${system.label}${partner ? ` with ${partner.label}` : ''}`;

const headLines = ({ system, partner, estimate, load, unknown }: Plan): readonly string[] => [
  `Statement ${system.digest.slice(0, 16)}${partner ? `, partner ${partner.digest.slice(0, 16)}` : ''}.`,
  `${estimate.items} items, about ${estimate.minutes} minutes with the assisted and manual ones, ${estimate.megabytes} MB of test data.`,
  `At most ${load.associationsAtATime} association at a time (items about limits apart), ${load.objectsPerSecond} objects a second, ${Math.round(load.bytes / 1024 ** 2)} MB in a run. Only marked test patients are used.`,
  ...unknown.map((text) => `Not tested: ${text}`),
];

const services = (plan: Plan) => [...Map.groupBy(plan.items, ({ service }) => service)];

/** The plan as a document. */
export const planDocument = (plan: Plan): StatementDocument => ({
  title: titleOf(plan),
  cover: [titleOf(plan), ...headLines(plan)],
  banner: titleOf(plan),
  sections: services(plan).map(([service, items], index) =>
    section(String(index + 1), service, {
      anchor: `service-${index + 1}`,
      blocks: [table(`items-${index + 1}`, `Items: ${service}`, columns, items.map(rowOf))],
    }),
  ),
});

/** One table of all items. */
export const planCsv = (plan: Plan): string =>
  renderCsv(
    table(
      'items',
      'Items',
      ['Service', ...columns, 'Result', 'Tester', 'Date'],
      plan.items.map((each) => [each.service, ...rowOf(each), '', '', '']),
    ),
  );

const literal = (text: string): string => text.replaceAll(/[\\`*_{}[\]<>#|~]/g, (character) => `\\${character}`);

function checkLines(each: PlanItem): readonly string[] {
  if (each.outOfScope !== undefined)
    return [`- ~~${literal(each.title)}~~ (out of scope: ${literal(each.outOfScope)})`];
  return [
    `- [ ] **${literal(each.title)}** (${each.kind}, ${each.automation}, ${each.priority}, ${each.safety}) \`${each.id}\``,
    ...each.configuration.map((line) => `  - Before: ${literal(line)}`),
    ...each.steps.map(({ action, expected }) => `  - ${literal(action)} → ${literal(expected)}`),
    '  - Result: ________  Tester: ________  Date: ________',
  ];
}

/** A list to be ticked off by hand, at a site without the executor too. */
export const planMarkdown = (plan: Plan): string =>
  `${[
    `# ${literal(titleOf(plan))}`,
    ...headLines(plan).map(literal),
    ...services(plan).flatMap(([service, items]) => [`## ${literal(service)}`, items.flatMap(checkLines).join('\n')]),
  ].join('\n\n')}\n`;
