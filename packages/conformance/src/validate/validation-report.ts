// A validation as text for a terminal, and as a document for every renderer. PS3.2 7
import { paragraphs, type StatementDocument, section, table } from '../document/document.ts';
import type { Judged } from './judgement.ts';
import { openBecause } from './open-because.ts';
import type { Decider, Finding, Level, Rule } from './rule.ts';

const levels: Readonly<Record<Level, string>> = { E: 'error', W: 'warning', I: 'information' };
const deciders: Readonly<Record<Decider, string>> = {
  s: 'the statement',
  r: 'the running system',
  a: 'a person who attests it',
  p: 'a test with a peer or a medium',
};

const count = (findings: readonly Finding[], level: Level): number =>
  findings.filter((finding) => finding.level === level).length;

const plural = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

/** `2 errors, 1 warning, 0 informations; 19 rules are open`. */
export const validationSummary = ({ findings, open, waived }: Judged): string =>
  [
    plural(count(findings, 'E'), 'error'),
    plural(count(findings, 'W'), 'warning'),
    plural(count(findings, 'I'), 'note'),
    ...(waived.length > 0 ? [`${waived.length} waived`] : []),
    `${plural(open.length, 'rule')} open`,
  ].join(', ');

const openText = ({ id, decided, remedy, text, check }: Rule): string =>
  `${id}, decided by ${decided
    .filter((each) => each !== 's')
    .map((each) => deciders[each])
    .join(' and ')}: ${check ? text : remedy}${openBecause[id] === undefined ? '' : ` ${openBecause[id]}`}`;

const claimsText = ({ claims }: Judged): string => `Claims: network ${claims.network}, media ${claims.media}.`;

/** For a terminal: a finding in two lines, then what is open. */
export function validationText(judged: Judged): string {
  const findings = judged.findings.map(
    ({ rule, level, path, message, value, remedy, section: where }) =>
      `${level} ${rule} ${path || '(the document)'}: ${message}${value === undefined ? '' : ` [${value}]`}\n    ${remedy} (PS3.2 ${where})`,
  );
  const waived = judged.waived.map(
    ({ finding, waiver }) =>
      `waived ${finding.rule} ${finding.path}: ${waiver.reason} (${waiver.author}, ${waiver.date})`,
  );
  const refused = judged.refused.map(({ rule }) => `not waived ${rule}: an error cannot be waived`);
  const decided = judged.decided.map(
    ({ rule, decision }) => `decided ${rule.id}: ${decision.how} (${decision.author}, ${decision.date})`,
  );
  const open = judged.open.map((rule) => `open ${openText(rule)}`);
  return [...findings, ...waived, ...refused, ...decided, ...open, claimsText(judged), validationSummary(judged)].join(
    '\n',
  );
}

/** For HTML, Markdown and the like. */
export function validationDocument(name: string, judged: Judged): StatementDocument {
  const title = `Validation of ${name}`;
  const label = 'A check against the rules of PS3.2; it certifies nothing.';
  return {
    title,
    cover: [title, label, validationSummary(judged)],
    banner: validationSummary(judged),
    sections: [
      section('1', 'Findings', {
        blocks: [
          ...paragraphs(claimsText(judged)),
          table(
            'findings',
            'Findings',
            ['Level', 'Rule', 'Place', 'What', 'Value', 'What to do', 'Section'],
            judged.findings.map(({ rule, level, path, message, value = '', remedy, section: where }) => [
              levels[level],
              rule,
              path,
              message,
              value,
              remedy,
              where,
            ]),
          ),
        ],
      }),
      section('2', 'Waived and decided by people', {
        blocks: [
          table(
            'judgements',
            'Waivers and decisions',
            ['Rule', 'What', 'Who', 'When'],
            [
              ...judged.waived.map(({ finding, waiver }) => [finding.rule, waiver.reason, waiver.author, waiver.date]),
              ...judged.refused.map(({ rule, author, date }) => [
                rule,
                'refused: an error cannot be waived',
                author,
                date,
              ]),
              ...judged.decided.map(({ rule, decision }) => [rule.id, decision.how, decision.author, decision.date]),
            ],
          ),
        ],
      }),
      section('3', 'Open', { blocks: [{ kind: 'list', items: judged.open.map(openText) }] }),
    ],
  };
}
