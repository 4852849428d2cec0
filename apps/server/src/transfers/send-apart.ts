// Instances sent one by one, each over an association of its own and tried once: what befalls one is no matter of the next.
import {
  type ConnectOptions,
  connect,
  NetworkError,
  type Peer,
  type ProposalPolicy,
  planAssociations,
} from '@concord/network';
import type { Job } from '../jobs/job.ts';
import type { InstanceOutcome } from '../jobs/job-decisions.ts';
import { createLane, type Item } from './lane.ts';
import type { Throttle } from './throttle.ts';

export interface ApartParts {
  readonly job: Job;
  readonly to: {
    readonly peer: Peer;
    readonly proposal: Partial<ProposalPolicy>;
    readonly throttle?: Throttle;
  };
  readonly connection: Pick<ConnectOptions, 'log' | 'onRecord'>;
  readonly signal: AbortSignal;
  /** As it is by now; undefined where it is not here any more, which is settled then. */
  readonly current: (item: Item) => Promise<Item | undefined>;
  /** Before it goes out: no crash forgets it then. */
  readonly begun: (item: Item) => Promise<void>;
  readonly settle: (outcome: InstanceOutcome) => Promise<void>;
}

type Ended = Omit<InstanceOutcome, 'position'>;

/** Ends where the signal is aborted; what had not begun then is still to be sent. */
export async function sendApart(items: readonly Item[], parts: ApartParts): Promise<void> {
  for (const each of items) {
    const item = await parts.current(each);
    if (!item) continue;
    const ended = await sendAlone(item, parts);
    if (parts.signal.aborted && ended.state === 'failed') return;
    await parts.settle({ position: item.position, ...ended });
    if (parts.signal.aborted) return;
  }
}

const failed = (detail: string, associationId = ''): Ended => ({
  state: 'failed',
  detail,
  transferSyntaxUid: '',
  associationId,
});

async function sendAlone(item: Item, { job, to, connection, signal, begun }: ApartParts): Promise<Ended> {
  const [plan] = planAssociations([item], to.proposal);
  if (!plan) return failed('the settings propose nothing for it');
  try {
    await using association = await connect(to.peer, plan.contexts, { ...connection, signal });
    await begun(item);
    const sent = await createLane({ association, job, throttle: to.throttle, signal }).send(item);
    return 'state' in sent ? sent : { ...failed(sent.detail, association.peer.id), unanswered: sent.lost };
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return failed(error.message);
  }
}
