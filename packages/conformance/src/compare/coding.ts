// Context groups, templates and private codes that one side writes and the other does not list. PS3.2 A.8.3
import type { Reason } from './verdict.ts';
import type { StatementView } from './view.ts';

/** Standard ones are defined by PS3.16; what somebody has changed or made has to be known to both. */
const isOwn = (text: string): boolean =>
  /private|extended|^(?!(?:DCMR[ :]*)?(?:TID|CID)? ?\d{1,5}\b)/i.test(text.trim());

const groupReasons = (sender: StatementView, receiver: StatementView): readonly Reason[] => {
  const known = new Set(receiver.contextGroups.map(({ valueSet }) => valueSet));
  return sender.contextGroups
    .filter(({ valueSet }) => /private|extended/i.test(valueSet) && !known.has(valueSet))
    .map(({ context, valueSet, path }) => ({
      code: 'codes-not-known',
      severity: 'limit',
      text: `Codes of ${valueSet} (${context}) are written, and the other side does not list them.`,
      initiator: path,
      acceptor: '/annexes/contextGroups',
    }));
};

const templateReasons = (sender: StatementView, receiver: StatementView): readonly Reason[] => {
  const known = new Set(receiver.templates.map(({ identifier }) => identifier));
  return sender.templates
    .filter(({ identifier }) => isOwn(identifier) && !known.has(identifier))
    .map(({ identifier, name, path }) => ({
      code: 'template-not-known',
      severity: 'limit',
      text: `Structured reports with the private template ${identifier} (${name}) are written, and the other side does not list it: their content is shown as it is, and not interpreted.`,
      initiator: path,
      acceptor: '/annexes/templates',
    }));
};

const privateCodeReasons = (sender: StatementView, receiver: StatementView): readonly Reason[] => {
  const known = new Set(receiver.privateCodes.map(({ code }) => code));
  return sender.privateCodes
    .filter(({ code }) => !known.has(code))
    .map(({ code, meaning, path }) => ({
      code: 'private-code-not-known',
      severity: 'limit',
      text: `The private code ${code} (${meaning}) is written, and the other side does not list it.`,
      initiator: path,
      acceptor: '/annexes/privateCodes',
    }));
};

/** What is written in common is told as information. */
function common(sender: StatementView, receiver: StatementView): readonly Reason[] {
  const known = new Set(receiver.templates.map(({ identifier }) => identifier));
  const both = sender.templates.filter(({ identifier }) => known.has(identifier));
  if (both.length === 0) return [];
  const names = both.map(({ identifier, name }) => `${identifier} ${name}`).join(', ');
  return [
    {
      code: 'templates-in-common',
      severity: 'information',
      text: `Templates that both sides list: ${names}.`,
      initiator: both[0]?.path ?? '/annexes/templates',
      acceptor: '/annexes/templates',
    },
  ];
}

/** Everything about codes and templates that `sender` writes. */
export const codingReasons = (sender: StatementView, receiver: StatementView): readonly Reason[] => [
  ...groupReasons(sender, receiver),
  ...templateReasons(sender, receiver),
  ...privateCodeReasons(sender, receiver),
  ...common(sender, receiver),
];
