// An observed association in words: who proposed what, what was refused and why, what came back, how it ended, what to do. PS3.8, PS3.7
import { uidName } from '@concord/dicom';
import { abortText, contextResults, rejections, rejectionText } from '@concord/network/wire';
import type { ObservedAssociation, ObservedContext, Side, SideFacts } from './observed.ts';
import { operationsOf } from './operations-seen.ts';
import type { Finding } from './words.ts';

export interface ExplainedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly proposed: readonly string[];
  readonly accepted: boolean;
  /** Whether a message went over it. */
  readonly used: boolean;
  readonly text: string;
  readonly remedy?: string;
}

export interface ExplainedAssociation {
  readonly title: string;
  readonly began?: string;
  readonly seconds?: number;
  /** What the two sides said of themselves. */
  readonly facts: readonly string[];
  readonly contexts: readonly ExplainedContext[];
  /** What was asked and what was answered, in order. */
  readonly operations: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly end: string;
  readonly findings: readonly Finding[];
}

const nameOnly = (uid: string): string => uidName(uid) ?? uid;

const called = ({ aeTitle, address }: SideFacts, role: string): string =>
  [aeTitle || role, address ? `at ${address}` : ''].filter(Boolean).join(' ');

function contextWords(context: ObservedContext, acceptor: string, used: boolean): ExplainedContext {
  const { id, abstractSyntax, proposed, result, accepted } = context;
  const name = abstractSyntax === '' ? `context ${id}` : nameOnly(abstractSyntax);
  const base = { id, abstractSyntax, proposed, accepted: result === 0, used };
  if (result === 0)
    return {
      ...base,
      text: `${name}: accepted in ${accepted ? nameOnly(accepted) : 'a transfer syntax that was not seen'}`,
    };
  if (result === undefined) return { ...base, text: `${name}: proposed; no answer was seen` };
  const words: Readonly<Record<number, string>> = contextResults;
  const reason = context.reason ?? words[result] ?? `result ${result}, which the standard does not define`;
  const remedy = context.remedy ?? remedyOf(result, name, proposed, acceptor);
  return { ...base, text: `${name}: refused with ${result}, ${reason}`, ...(remedy !== undefined && { remedy }) };
}

function remedyOf(result: number, name: string, proposed: readonly string[], acceptor: string): string | undefined {
  if (result === 3) return `enable ${name} at ${acceptor}, or do not send or ask for it there`;
  if (result === 4)
    return `${acceptor} takes none of ${proposed.map(nameOnly).join(', ')}: propose Implicit VR Little Endian too, or enable one of them there`;
  if (result === 1) return `${acceptor} does not want ${name} from this system: look at its rules for this AE title`;
  return `the log of ${acceptor} says more`;
}

const facts = (association: ObservedAssociation): string[] => {
  const lines = (['requestor', 'acceptor'] as const).flatMap((side: Side) => {
    const { maximumLength, versionName, classUid } = association[side];
    const said = [
      versionName && `implementation ${versionName}`,
      classUid && `class ${classUid}`,
      maximumLength !== undefined &&
        `takes P-DATA-TF of ${maximumLength === 0 ? 'any length' : `${maximumLength} bytes`}`,
    ].filter(Boolean);
    return said.length > 0 ? [`the ${side}: ${said.join(', ')}`] : [];
  });
  return [
    ...lines,
    ...(association.identity ? [`the requestor names a user by ${association.identity}`] : []),
    ...association.roles.map((role) => `role proposed: ${role}`),
  ];
};

function endWords({ end, accepted, requested, otherProtocol }: ObservedAssociation): Finding {
  if (otherProtocol === 'TLS')
    return {
      severity: 'note',
      text: 'the connection is encrypted (TLS): what was said cannot be read from a capture',
      remedy: 'look at the log or the association record of one of the two systems, or capture where TLS ends',
    };
  if (otherProtocol !== undefined)
    return {
      severity: 'warning',
      text: `this is no DICOM: it begins like ${otherProtocol}`,
      remedy: 'check which port the caller was meant to use',
    };
  const by = end?.by ? `the ${end.by}` : 'one side';
  switch (end?.kind) {
    case 'released':
      return { severity: 'note', text: `released by ${by}, as it should be` };
    case 'rejected': {
      const { result = 1, source = 1, reason = 1 } = end;
      const remedy = rejections[`${source}.${reason}`]?.remedy;
      return {
        severity: 'error',
        text: `the association was rejected: ${rejectionText(result, source, reason)}`,
        ...(remedy !== undefined && { remedy }),
      };
    }
    case 'aborted':
      return {
        severity: 'error',
        text: `aborted by ${by}: ${abortText(end.source ?? 0, end.reason ?? 0)}`,
        remedy: `the log of ${by} says why`,
      };
    case 'closed':
    case 'reset':
      return closedWords(end.kind, by, requested, accepted);
    case 'noted': {
      const bad = !/^released/.test(end.text ?? '');
      return {
        severity: bad ? 'error' : 'note',
        text: end.text ?? 'ended',
        ...(end.remedy !== undefined && { remedy: end.remedy }),
      };
    }
    default:
      return { severity: 'note', text: 'the end is not in what was recorded' };
  }
}

function closedWords(kind: 'closed' | 'reset', by: string, requested: boolean, accepted: boolean): Finding {
  const how = kind === 'reset' ? 'reset (TCP RST)' : 'closed';
  if (!requested)
    return {
      severity: 'error',
      text: `${by} ${how} the connection before an association was asked for`,
      remedy:
        kind === 'reset'
          ? 'check host, port and firewall: nothing may be listening there'
          : 'check what opens connections and says nothing',
    };
  return accepted
    ? {
        severity: 'error',
        text: `${by} ${how} the connection without releasing or aborting the association`,
        remedy: `the log of ${by} says why: it may have ended, or a network device cut an idle connection`,
      }
    : {
        severity: 'error',
        text: `${by} ${how} the connection without an answer to the association request`,
        remedy: `look whether the acceptor takes connections from this address, and whether it waits for TLS`,
      };
}

const finding = (severity: Finding['severity'], text: string, remedy?: string): Finding => ({
  severity,
  text,
  ...(remedy !== undefined && { remedy }),
});

function contextFindings(contexts: readonly ExplainedContext[], association: ObservedAssociation): Finding[] {
  if (!association.accepted) return [];
  const refused = contexts.filter(({ accepted, text }) => !accepted && /refused/.test(text));
  const none = contexts.length > 0 && !contexts.some(({ accepted }) => accepted);
  // A class that was accepted in another context can be used.
  const lost = refused.filter(
    (context) => !contexts.some((each) => each.accepted && each.abstractSyntax === context.abstractSyntax),
  );
  return [
    ...(none
      ? [finding('error', 'the association was accepted, and none of its contexts: nothing can be done over it')]
      : []),
    ...lost.map(({ text, remedy }) => finding(none ? 'error' : 'warning', text, remedy)),
  ];
}

/** The association in words. */
export function explained(association: ObservedAssociation): ExplainedAssociation {
  const { requestor, acceptor, began, ended } = association;
  const acceptorName = acceptor.aeTitle || 'the acceptor';
  const used = new Set(association.messages.map(({ contextId }) => contextId));
  const contexts = association.contexts.map((context) => contextWords(context, acceptorName, used.has(context.id)));
  const { lines, findings } = operationsOf(association);
  const end = endWords(association);
  return {
    title: `${called(requestor, 'unknown caller')} → ${called(acceptor, 'unknown system')}`,
    ...(began !== undefined && Number.isFinite(began) && { began: new Date(began * 1000).toISOString() }),
    ...(began !== undefined && ended !== undefined && { seconds: Math.round((ended - began) * 1000) / 1000 }),
    facts: facts(association),
    contexts,
    operations: lines,
    counts: Object.fromEntries(association.counts),
    end: end.text,
    findings: [
      ...contextFindings(contexts, association),
      ...findings,
      ...(end.severity === 'note' && end.remedy === undefined ? [] : [end]),
      ...association.notes.map((text) => finding('warning', text)),
    ],
  };
}
