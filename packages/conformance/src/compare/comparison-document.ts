// A comparison as a document: first in plain words, then every detail; each rendering is made from it. PS3.2 6
import { type Block, type Section, type StatementDocument, section, type Table, table } from '../document/document.ts';
import type { ComparedDirection, Comparison } from './compare.ts';
import type { Pair } from './pairs.ts';
import { sectionOf } from './statement-section.ts';
import { names } from './syntaxes.ts';
import type { Reason, Verdict } from './verdict.ts';

/** Read without colour too. */
export const signs: Readonly<Record<Verdict, string>> = {
  can: '✓ can',
  'can with limits': '◐ can with limits',
  unknown: '? unknown',
  cannot: '✗ cannot',
};

const paragraph = (text: string): Block => ({ kind: 'paragraph', text });

const reservations = [
  'This is a comparison of two self-declarations. It is only the first step: tests have to be defined and carried out to establish the level of interoperability that the facility wants. DICOM by itself does not guarantee interoperability.',
  'What a statement does not say counts as unknown, never as can: the questions at the end say what to ask.',
];

/** What will work, without terms of the standard. */
function plainWords({ initiator, acceptor, workflows }: ComparedDirection): readonly string[] {
  const words: Readonly<Record<Verdict, string>> = {
    can: 'will work as far as the statements tell',
    'can with limits': 'will work with limits',
    unknown: 'cannot be foretold: the statements do not say enough',
    cannot: 'will not work',
  };
  if (workflows.length === 0) return [`${initiator} starts nothing that concerns ${acceptor}.`];
  return workflows.map(({ name, verdict, parts }) => {
    const weak = parts.filter((each) => each.verdict !== 'can').map((each) => each.name);
    const because = verdict === 'can' || weak.length === 0 ? '' : ` (${weak.join(', ')})`;
    return `${initiator} starts, ${acceptor} answers: ${name.toLowerCase()} ${words[verdict]}${because}.`;
  });
}

/** A reason in a line, with the sections of both statements. */
export function reasonText({ severity, text, remedy, initiator, acceptor }: Reason): string {
  const where = [
    initiator && sectionOf(initiator) && `initiator ${sectionOf(initiator)}`,
    acceptor && sectionOf(acceptor) && `acceptor ${sectionOf(acceptor)}`,
  ].filter(Boolean);
  const mark = severity === 'information' ? '' : `${severity}: `;
  return `${mark}${text}${remedy ? ` ${remedy}` : ''}${where.length > 0 ? ` [${where.join(', ')}]` : ''}`;
}

const foretold = ({ contexts }: Pair): string =>
  contexts === undefined
    ? 'not known'
    : contexts
        .map(({ accepted }) =>
          accepted.length === 0 ? 'refused' : accepted.length === 1 ? names(accepted) : `one of ${names(accepted)}`,
        )
        .filter((text, index, all) => all.indexOf(text) === index)
        .join('; ');

/** Classes that differ in nothing but their names share a row. */
function grouped(pairs: readonly Pair[]): readonly (readonly Pair[])[] {
  const same = ({ initiator, acceptor, verdict, contexts, reasons, sopClass }: Pair): string =>
    JSON.stringify([
      initiator,
      acceptor,
      verdict,
      contexts,
      reasons.map(({ text }) => text.replaceAll(sopClass.name, '')),
    ]);
  return [...Map.groupBy(pairs, same).values()];
}

function pairRow(pairs: readonly Pair[]): readonly string[] {
  const [first] = pairs;
  if (!first) return [];
  const { initiator, acceptor, verdict, reasons } = first;
  return [
    pairs.map(({ sopClass }) => sopClass.name).join('\n'),
    `${initiator.aeName}: ${initiator.activityName} (${initiator.role})`,
    acceptor ? `${acceptor.aeName}: ${acceptor.activityName} (${acceptor.role})` : 'nobody',
    signs[verdict],
    foretold(first),
    reasons.map(reasonText).join('\n'),
  ];
}

function pairTable(direction: ComparedDirection, anchor: string): Table {
  const columns = ['SOP Class', 'Opens the association', 'Accepts it', 'Verdict', 'Transfer syntax used', 'Reasons'];
  const byCategory = Map.groupBy(direction.pairs, ({ category }) => category);
  const rows = [...byCategory].flatMap(([category, pairs]) => [{ heading: category }, ...grouped(pairs).map(pairRow)]);
  return table(
    anchor,
    `SOP Classes: ${direction.initiator} opens associations with ${direction.acceptor}`,
    columns,
    rows,
  );
}

function directionSection(direction: ComparedDirection, index: number): Section {
  const anchor = `direction-${index + 1}`;
  const { initiator, acceptor, links, contents, media, omitted } = direction;
  const linkRows = links.map((link) => [
    `${link.initiator.name} → ${link.acceptor.name}`,
    signs[link.verdict],
    link.reasons.map(reasonText).join('\n'),
  ]);
  const mediaRows = media.map((row) => [row.profile, signs[row.verdict], row.reasons.map(reasonText).join('\n')]);
  return section(String(index + 2), `${initiator} opens associations with ${acceptor}`, {
    anchor,
    blocks: [
      ...(direction.pairs.length === 0 ? [paragraph(`${initiator} proposes nothing that is stated.`)] : []),
      ...(direction.pairs.length > 0 ? [pairTable(direction, `${anchor}-sop-classes`)] : []),
      ...(omitted > 0 ? [paragraph(`${omitted} further proposals are left out: there are too many.`)] : []),
      ...(linkRows.length > 0
        ? [table(`${anchor}-links`, 'Associations in general', ['Entities', 'Verdict', 'Reasons'], linkRows)]
        : []),
      ...(contents.length > 0 ? [{ kind: 'list' as const, items: contents.map(reasonText) }] : []),
      ...(mediaRows.length > 0
        ? [table(`${anchor}-media`, 'Media', ['Application profile', 'Verdict', 'Reasons'], mediaRows)]
        : []),
    ],
  });
}

function workflowTable(directions: Comparison['directions']): Table {
  const rows = directions.flatMap(({ initiator, acceptor, workflows }) =>
    workflows.map(({ name, verdict, parts }) => [
      name,
      `${initiator} → ${acceptor}`,
      signs[verdict],
      parts
        .map(
          (each) =>
            `${each.name}: ${signs[each.verdict]}${each.cannot.length > 0 ? ` (not: ${each.cannot.join(', ')})` : ''}`,
        )
        .join('\n'),
    ]),
  );
  return table('workflows', 'Work of the real world', ['Work', 'Who starts it', 'Verdict', 'Parts'], rows);
}

/** Asks for the makers, and a work sheet for the administrators. */
function closing({ questions, workSheet, systems }: Comparison): readonly Section[] {
  const faults = systems.flatMap(({ label, faults: found }) =>
    found.map(({ path, message }) => `${label}: ${path || 'the document'}: ${message}`),
  );
  const asked = questions.map(({ of, text, remedy = '' }) => [of, text, remedy]);
  const lines = workSheet.map((line) => [`${line.initiator} → ${line.acceptor}`, line.onInitiator, line.onAcceptor]);
  return [
    section('4', 'Questions', {
      anchor: 'questions',
      blocks: [
        asked.length === 0
          ? paragraph('Nothing has to be asked.')
          : table('questions-table', 'What to ask the makers', ['Of', 'What is not stated', 'To ask'], asked),
      ],
    }),
    section('5', 'Work sheet', {
      anchor: 'work-sheet',
      blocks: [
        table(
          'work-sheet-table',
          'What has to be configured',
          ['Entities', 'On the side that calls', 'On the side that is called'],
          lines,
        ),
      ],
    }),
    section('6', 'Faults of the statements', {
      anchor: 'faults',
      blocks: faults.length === 0 ? [paragraph('None.')] : [{ kind: 'list', items: faults }],
    }),
  ];
}

/** The document of a comparison. */
export function comparisonDocument(comparison: Comparison): StatementDocument {
  const { systems, directions } = comparison;
  const title = `${systems[0].label} and ${systems[1].label}: comparison of conformance statements`;
  return {
    title,
    cover: [
      title,
      ...systems.map(({ label, edition, digest }) => `${label}: ${edition}, statement ${digest.slice(0, 16)}`),
      ...reservations,
    ],
    banner: systems.map(({ label }) => label).join(' · '),
    sections: [
      section('1', 'What will work', {
        anchor: 'summary',
        blocks: [
          { kind: 'list', items: directions.flatMap(plainWords) },
          workflowTable(directions),
          ...reservations.map(paragraph),
        ],
      }),
      ...directions.map(directionSection),
      ...closing(comparison),
    ],
  };
}
