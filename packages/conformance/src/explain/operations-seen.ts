// The operations of an observed association: each request with its answers, and what was left without. PS3.7 9.3, 10.3
import { uidName } from '@concord/dicom';
import type { ObservedAssociation, ObservedMessage } from './observed.ts';
import { statusWords } from './status-words.ts';
import type { Finding } from './words.ts';

/** Lines of operations that are told one by one. */
const most = 200;

const operationOf = ({ name }: ObservedMessage): string => name.replace(/-(RQ|RSP)$/, '');
const isRequest = ({ name }: ObservedMessage): boolean => name.endsWith('-RQ');
const nameOf = (uid: string): string => uidName(uid) ?? uid;

function requestWords(message: ObservedMessage): string {
  const { sopClass, sopInstance, destination, dataSetBytes } = message;
  const about = [
    sopClass && nameOf(sopClass),
    sopInstance && `instance ${sopInstance}`,
    destination && `to ${destination}`,
    dataSetBytes > 0 && `${dataSetBytes} bytes`,
  ].filter(Boolean);
  return `the ${message.from} asks: ${operationOf(message)}${about.length > 0 ? ` (${about.join(', ')})` : ''}`;
}

function answerWords(message: ObservedMessage): string {
  const { status, comment, completed, failed, warnings, offending, sopClass } = message;
  const words = status === undefined ? 'without a status' : statusWords(operationOf(message), status).text;
  const more = [
    comment && `"${comment}"`,
    offending && offending.length > 0 && `about ${offending.join(', ')}`,
    completed !== undefined && `${completed} done`,
    failed !== undefined && failed > 0 && `${failed} failed`,
    warnings !== undefined && warnings > 0 && `${warnings} with warnings`,
  ].filter(Boolean);
  const of = sopClass ? ` to ${operationOf(message)} of ${nameOf(sopClass)}` : ` to ${operationOf(message)}`;
  return `the ${message.from} answers${of}: ${words}${more.length > 0 ? ` (${more.join(', ')})` : ''}`;
}

/** Answers that only say that it goes on are counted, not told one by one. */
const isPending = ({ status }: ObservedMessage): boolean => status === 0xff00 || status === 0xff01;

function linesOf({ messages, omitted }: ObservedAssociation): string[] {
  const lines: string[] = [];
  let pending = 0;
  const flush = (): void => {
    if (pending > 0) lines.push(`${pending} answers say that it goes on (pending)`);
    pending = 0;
  };
  for (const message of messages) {
    if (isPending(message)) {
      pending += 1;
      continue;
    }
    flush();
    lines.push(isRequest(message) ? requestWords(message) : answerWords(message));
  }
  flush();
  const left = Math.max(0, lines.length - most) + omitted;
  return left > 0 ? [...lines.slice(0, most), `and ${left} messages more`] : lines;
}

/** Statuses that are no success, each told once with how often it came. */
function* statusFindings({ messages }: ObservedAssociation): Generator<Finding> {
  const seen = new Map<string, { count: number; first: ObservedMessage }>();
  for (const message of messages) {
    if (message.status === undefined || isRequest(message)) continue;
    const key = `${operationOf(message)} ${message.status} ${message.comment ?? ''}`;
    const entry = seen.get(key);
    if (entry) entry.count += 1;
    else seen.set(key, { count: 1, first: message });
  }
  for (const { count, first } of seen.values()) {
    const { kind, text, remedy } = statusWords(operationOf(first), first.status ?? 0);
    if (kind !== 'failure' && kind !== 'warning') continue;
    const comment = first.comment ? `, "${first.comment}"` : '';
    yield {
      severity: kind === 'failure' ? 'error' : 'warning',
      text: `${operationOf(first)} ended ${count === 1 ? 'once' : `${count} times`} with ${text}${comment}`,
      ...(remedy !== undefined && { remedy }),
    };
  }
}

/** Seconds that nobody notices. */
const unnoticed = 3;

const shown = (seconds: number): string => `${seconds.toFixed(1)} s`;

/** Requests with their final answers, where both were seen. */
function* answered({ messages }: ObservedAssociation): Generator<readonly [ObservedMessage, ObservedMessage]> {
  const open = new Map<string, ObservedMessage>();
  for (const message of messages) {
    if (message.messageId === undefined) continue;
    if (isRequest(message)) {
      open.set(`${message.from} ${message.messageId}`, message);
      continue;
    }
    const request = open.get(`${message.from === 'requestor' ? 'acceptor' : 'requestor'} ${message.messageId}`);
    if (request && !isPending(message)) yield [request, message];
  }
}

/** Operations that took long: what a user calls slow, and where the time-outs of the other side count. */
function* slow(association: ObservedAssociation): Generator<Finding> {
  const longest = new Map<string, { seconds: number; from: string; count: number }>();
  for (const [request, answer] of answered(association)) {
    const seconds = (answer.at ?? 0) - (request.at ?? answer.at ?? 0);
    if (seconds < unnoticed) continue;
    const key = operationOf(request);
    const before = longest.get(key);
    longest.set(key, {
      seconds: Math.max(seconds, before?.seconds ?? 0),
      from: answer.from,
      count: (before?.count ?? 0) + 1,
    });
  }
  for (const [operation, { seconds, from, count }] of longest)
    yield {
      severity: 'note',
      text: `the ${from} took ${shown(seconds)} to answer ${operation}${count > 1 ? `, the longest of ${count} such waits` : ''}`,
      remedy: 'compare it with how long the other side waits for an answer',
    };
}

/** Requests whose final answer never came. */
function* unanswered({ messages, omitted, otherProtocol, ended }: ObservedAssociation): Generator<Finding> {
  if (omitted > 0 || otherProtocol !== undefined || !messages.some(isRequest)) return;
  const open = new Map<string, ObservedMessage>();
  for (const message of messages) {
    if (message.messageId === undefined || message.name.startsWith('C-CANCEL')) continue;
    if (isRequest(message)) open.set(`${message.from} ${message.messageId}`, message);
    else if (!isPending(message))
      open.delete(`${message.from === 'requestor' ? 'acceptor' : 'requestor'} ${message.messageId}`);
  }
  for (const message of [...open.values()].slice(0, 20))
    yield {
      severity: 'error',
      text: `${operationOf(message)} with message ID ${message.messageId} of the ${message.from} was not answered${waited(message, ended)}`,
      remedy: 'the log of the other side says what became of it',
    };
}

/** How long the asking side waited, where it is known and worth a word. */
function waited({ at }: ObservedMessage, ended: number | undefined): string {
  const seconds = at === undefined || ended === undefined ? 0 : ended - at;
  return seconds < 1 ? '' : ` in the ${shown(seconds)} until the end`;
}

/** Retrievals that succeeded with nothing, which a user takes for a failure. */
function* nothingSent({ messages }: ObservedAssociation): Generator<Finding> {
  const empty = messages.find(
    ({ name, status, completed }) => /^C-(MOVE|GET)-RSP$/.test(name) && status === 0 && completed === 0,
  );
  if (empty)
    yield {
      severity: 'warning',
      text: `${operationOf(empty)} ended with success, and nothing was sent`,
      remedy: 'check the keys of the request: nothing at the other side matched them',
    };
}

/** Messages over contexts that were not accepted: a breach of PS3.8 7.6. */
function* wrongContexts({ messages, contexts, accepted }: ObservedAssociation): Generator<Finding> {
  if (!accepted) return;
  const usable = new Set(contexts.filter(({ result }) => result === 0).map(({ id }) => id));
  const wrong = new Set(
    messages.filter(({ contextId }) => contextId > 0 && !usable.has(contextId)).map((each) => each.contextId),
  );
  for (const id of wrong)
    yield {
      severity: 'error',
      text: `messages came over presentation context ${id}, which was not accepted`,
      remedy: 'the sender breaks the protocol: report it to its maker',
    };
}

/** Lines in order, and what is worth a user's attention. */
export const operationsOf = (association: ObservedAssociation): { lines: string[]; findings: Finding[] } => ({
  lines: linesOf(association),
  findings: [
    ...statusFindings(association),
    ...nothingSent(association),
    ...unanswered(association),
    ...slow(association),
    ...wrongContexts(association),
  ],
});
