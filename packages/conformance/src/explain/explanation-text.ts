// An explanation as plain text for a terminal, and as a document for every renderer.
import { paragraphs, type Section, type StatementDocument, section, table } from '../document/document.ts';
import type { ExplainedAssociation } from './explanation.ts';
import type { Explanation } from './read-recording.ts';
import type { Finding } from './words.ts';

const marks = { error: 'ERROR', warning: 'WARNING', note: 'NOTE' } as const;

const findingText = ({ severity, text, remedy }: Finding): string =>
  `${marks[severity]}: ${text}${remedy === undefined ? '' : `\n      what to do: ${remedy}`}`;

/** Accepted contexts that nothing went over: more are counted, as programs propose all that they know. */
const mostIdle = 8;

/** Contexts that say the same are told in one line. */
function contextLines({ contexts }: ExplainedAssociation): string[] {
  const byText = new Map<string, number>();
  const idle = contexts.filter(({ accepted, used }) => accepted && !used);
  const left = new Set(idle.slice(mostIdle));
  for (const context of contexts) if (!left.has(context)) byText.set(context.text, (byText.get(context.text) ?? 0) + 1);
  const lines = Array.from(byText, ([text, count]) => (count === 1 ? text : `${text} (${count} contexts)`));
  return left.size === 0 ? lines : [...lines, `and ${left.size} contexts more, accepted and not used`];
}

const when = ({ began, seconds }: ExplainedAssociation): string =>
  [began, seconds === undefined ? '' : `for ${seconds} s`].filter(Boolean).join(' ');

function associationText(association: ExplainedAssociation, number: number): string {
  const { title, facts, operations, end, findings } = association;
  const part = (heading: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [`  ${heading}`, ...lines.map((line) => `    ${line}`)];
  return [
    `${number}. ${title}`,
    ...part('what they said of themselves:', facts),
    ...(when(association) ? [`  when: ${when(association)}`] : []),
    ...part('presentation contexts:', contextLines(association)),
    ...part('what was done:', operations),
    `  end: ${end}`,
    ...part('what needs attention:', findings.map(findingText)),
    ...(findings.length === 0 ? ['  nothing needs attention'] : []),
  ].join('\n');
}

/** For a terminal. */
export const explanationText = ({ associations, notes }: Explanation): string =>
  [
    ...(associations.length === 0
      ? ['No association was found.']
      : associations.map((each, index) => associationText(each, index + 1))),
    ...notes.map((note) => `Note: ${note}`),
  ].join('\n\n');

function associationSection(association: ExplainedAssociation, index: number): Section {
  const number = String(index + 1);
  const anchor = `association-${number}`;
  const { title, facts, contexts, operations, end, findings } = association;
  return section(number, title, {
    anchor,
    blocks: [
      ...paragraphs(`${end}. ${when(association)}`),
      { kind: 'list', items: [...facts] },
      table(
        `${anchor}-contexts`,
        'Presentation contexts',
        ['ID', 'Abstract Syntax', 'Proposed', 'Answer', 'What to do'],
        contexts.map(({ id, abstractSyntax, proposed, text, remedy = '' }) => [
          String(id),
          abstractSyntax,
          proposed.join('\n'),
          text,
          remedy,
        ]),
      ),
      table(
        `${anchor}-operations`,
        'What was done',
        ['In order'],
        operations.map((line) => [line]),
      ),
      table(
        `${anchor}-findings`,
        'What needs attention',
        ['Severity', 'What', 'What to do'],
        findings.map(({ severity, text, remedy = '' }) => [severity, text, remedy]),
      ),
    ],
  });
}

/** For HTML, Markdown and the like. */
export const explanationDocument = ({ kind, associations, notes }: Explanation): StatementDocument => ({
  title: 'Associations in words',
  cover: ['Associations in words', `From: ${kind}`, ...notes],
  banner: `From: ${kind}`,
  sections: associations.map(associationSection),
});
