// One association that instances are sent over, and what each answer or failure means for the instance. PS3.4 B.2.3.
import { uidName } from '@concord/dicom';
import {
  type Association,
  formatCode,
  generalStatuses,
  NetworkError,
  type OutgoingInstance,
  statusClass,
  storeStatuses,
} from '@concord/network';
import type { StoredInstance } from '../archive/archive.ts';
import type { Job } from '../jobs/job.ts';
import type { InstanceOutcome } from '../jobs/job-decisions.ts';
import type { Throttle } from './throttle.ts';

/** An instance of the job with what is sent of it. */
export interface Item extends OutgoingInstance {
  readonly position: number;
  /** What it is in this archive. */
  readonly stored: StoredInstance;
  /** It was about to go out in an earlier try, and no answer is known. */
  readonly begun: boolean;
  /** When the index was asked about it, in ms of a clock that never goes back. */
  readonly lookedUpAt: number;
}

export interface LaneParts {
  readonly association: Association;
  readonly job: Job;
  readonly throttle: Throttle | undefined;
  readonly signal: AbortSignal;
}

/** Settled for good; or to be tried again: the peer refused it for now, or the association was lost with it on its way. */
export type Sent = Omit<InstanceOutcome, 'position'> | { readonly lost: boolean; readonly detail: string };

export interface Lane {
  send(item: Item): Promise<Sent>;
}

export const createLane = ({ association, job, throttle, signal }: LaneParts): Lane => ({
  async send(item) {
    let transferSyntaxUid = '';
    let went: OutgoingInstance = item;
    const noted = (instance: OutgoingInstance): OutgoingInstance => {
      const { substitutes, settled } = instance;
      return {
        ...instance,
        open(syntax) {
          transferSyntaxUid = syntax;
          went = instance;
          const dataSet = instance.open(syntax);
          return throttle ? throttle.slow(dataSet, signal) : dataSet;
        },
        ...(substitutes && { substitutes: substitutes.map(noted) }),
        ...(settled && { settled: () => settled().then((found) => found && noted(found)) }),
      };
    };
    const facts = () => ({ transferSyntaxUid, associationId: association.peer.id, ...otherName(item, went) });
    try {
      const { code, comment } = await association.store(noted(item), { signal, priority: job.priority });
      const detail = wordsOf(code, comment);
      if (isPassing(code)) return { lost: false, detail };
      return { ...facts(), state: statusClass(code) === 'failure' ? 'failed' : 'sent', detail, status: code };
    } catch (error) {
      if (error instanceof NetworkError && error.fault === 'no-context')
        return { ...facts(), state: 'failed', detail: refusalOf(association, item) ?? error.message };
      const words = error instanceof Error ? error.message : String(error);
      // A pause in the middle, also in a wait for the rate of the peer, is no fault of the object.
      if (signal.aborted) return { lost: true, detail: words };
      // An object that cannot be read or converted says nothing about the line: the others go on.
      if (!(error instanceof NetworkError)) return { ...facts(), state: 'failed', detail: words };
      return { lost: true, detail: words };
    }
  },
});

/** Where what went is not what it was made of. The class of a job's instance is that of the stored one. */
function otherName(item: Item, { sopClassUid, sopInstanceUid }: OutgoingInstance) {
  const { stored } = item;
  const same = sopClassUid === stored.sopClassUid && sopInstanceUid === stored.sopInstanceUid;
  return same ? {} : { sentAs: { sopClassUid, sopInstanceUid } };
}

const meanings: Readonly<Record<number, string>> = { ...generalStatuses, ...storeStatuses };

/** Out of resources, processing failure, resource limitation: another time it may be taken. */
const isPassing = (code: number): boolean => (code & 0xff00) === 0xa700 || code === 0x0110 || code === 0x0213;

/** '' for plain success. */
function wordsOf(code: number, comment: string | undefined): string {
  if (code === 0x0000) return '';
  const meaning = meanings[code] ?? meanings[code & 0xff00] ?? meanings[code & 0xf000] ?? '';
  return [`${formatCode(code)}${meaning && ` ${meaning}`}`, comment].filter(Boolean).join(': ');
}

/** Why no context takes the instance, as the peer answered. */
function refusalOf({ rejected, accepted }: Association, { sopClassUid, transferSyntaxUid }: Item): string | undefined {
  const name = uidName(sopClassUid) ?? sopClassUid;
  const syntax = uidName(transferSyntaxUid) ?? transferSyntaxUid;
  if (accepted.some(({ abstractSyntax }) => abstractSyntax === sopClassUid))
    return `the peer takes ${name}, but not in ${syntax}`;
  return rejected.find(({ abstractSyntax }) => abstractSyntax === sopClassUid)?.reason;
}
