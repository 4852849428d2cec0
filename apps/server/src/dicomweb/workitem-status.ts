// The DIMSE statuses of Unified Procedure Step as HTTP statuses and warnings. PS3.18 11.4.3 to 11.11.3.
import type { Status } from '@concord/network';
import type { FastifyReply } from 'fastify';
import { HttpProblem, type ProblemKind } from '../web/problem.ts';

type Refusals = Readonly<Record<number, readonly [ProblemKind, string]>>;

const inconsistent = 'The submitted request is inconsistent with the state of the UPS Instance.';

/** In the words of PS3.18 11.7.3.2 and 11.8.3.2 where it has any. */
const refusals: Refusals = {
  0x0106: ['malformed-request', 'An attribute may not be set by this request'],
  0x0111: ['conflict', 'The work item exists already.'],
  0x0115: ['malformed-request', 'The requested state is none'],
  0x0120: ['malformed-request', 'A required attribute is missing'],
  0xc300: ['conflict', inconsistent],
  0xc301: ['malformed-request', 'The Transaction UID is incorrect.'],
  0xc302: ['conflict', inconsistent],
  0xc303: ['conflict', inconsistent],
  0xc304: ['conflict', inconsistent],
  0xc307: ['not-found', 'There is no such work item.'],
  0xc309: ['malformed-request', 'The provided value of UPS State is not SCHEDULED.'],
  0xc310: ['conflict', inconsistent],
  0xc311: ['conflict', 'The UPS is already COMPLETED.'],
  0xc312: ['conflict', 'The performer cannot be contacted.'],
  0xc313: ['conflict', 'Performer chooses not to cancel.'],
};
/** What an update is told instead: PS3.18 Table 11.6.3-1, 11.6.3.2. */
export const refusedUpdates: Refusals = {
  0xc300: ['malformed-request', 'The submitted request is inconsistent with the current state of the Workitem.'],
  0xc301: ['malformed-request', 'The target URI did not reference a claimed Workitem.'],
};
const warnings: Readonly<Record<number, string>> = {
  0xb304: 'The UPS is already in the requested state of CANCELED.',
  0xb306: 'The UPS is already in the requested state of COMPLETED.',
};

interface Answering {
  /** The address of the service, which warns. */
  readonly service: string;
  readonly success?: 200 | 201 | 202;
  /** Refusals that this transaction has other words for. */
  readonly refused?: Refusals;
}

/** Answers with `success` or throws the problem that the status is; both carry the warning of the standard. */
export const answerStatus = (
  reply: FastifyReply,
  { code, comment, offending = [] }: Status,
  { service, success = 200, refused = {} }: Answering,
): FastifyReply => {
  const refusal = refused[code] ?? refusals[code];
  if (refusal !== undefined) {
    const [kind, text] = refusal;
    const tags = offending.map((tag) => tag.toString(16).toUpperCase().padStart(8, '0'));
    const detail = [text, comment, ...tags].filter((part) => part !== undefined).join(' ');
    throw new HttpProblem(kind, detail, { headers: { warning: `299 ${service}: ${text}` } });
  }
  const warning = warnings[code];
  if (warning === undefined && code !== 0)
    throw new HttpProblem('internal', `The store of work items answered ${code}.`);
  if (warning !== undefined) reply.header('warning', `299 ${service}: ${warning}`);
  return reply.code(success).header('cache-control', 'no-store').send();
};
