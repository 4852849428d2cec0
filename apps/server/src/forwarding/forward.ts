// Makes the jobs that rules ask for when something has arrived: as statements, committed with the note that it was dealt with.
import type { Arrived } from '../arrivals/arrival-rows.ts';
import type { Arrival, Follower } from '../arrivals/arrivals.ts';
import type { Query } from '../database/database.ts';
import type { NewJob } from '../jobs/job.ts';
import { parametersOf } from '../jobs/job-controls.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { BelievedNow } from '../retention/believed-clock.ts';
import { titleOf } from '../transfers/request-send.ts';
import { shares } from './apply-rule.ts';
import type { HeaderParts } from './headers-of.ts';
import { causeOf, type Rule } from './rule.ts';
import { type Offered, taken } from './take-along.ts';

export interface ForwardParts extends HeaderParts {
  readonly rules: () => Promise<readonly Rule[]>;
  readonly jobs: Pick<JobStore, 'insertion' | 'forwarded'>;
  /** Days that jobs are kept: what came before is not sent on, since nobody remembers whether it was. */
  readonly memory: number;
  readonly now: () => Date;
  /** The time by which they are forgotten. */
  readonly believedNow: BelievedNow;
}

const dayMs = 86_400_000;

export const forwarding =
  (parts: ForwardParts): Follower =>
  async (arrival) => {
    const rules = (await parts.rules()).filter(({ state, when }) => state !== 'off' && when === arrival.trigger);
    const statements: Query[] = [];
    const oldest = await oldestOf(parts);
    /** By destination: two rules that agree send once. */
    const given = new Map<string, Set<string>>();
    for (const rule of rules) statements.push(...(await jobsOf(rule, arrival, { ...parts, given, oldest })));
    return statements;
  };

interface Round extends ForwardParts {
  readonly given: Map<string, Set<string>>;
  /** What came before was dealt with, and nobody remembers how. ISO 8601; '' where the clock is in doubt. */
  readonly oldest: string;
}

/** While the clock is in doubt nothing is forgotten. */
async function oldestOf({ believedNow, memory }: ForwardParts): Promise<string> {
  const now = await believedNow();
  return now ? new Date(now.getTime() - (memory - 1) * dayMs).toISOString() : '';
}

/**
 * What a rule sends of it. What came before the rule is not for it, nor counts for what refers to it; what came before anybody
 * remembers what was sent counts, and is not sent. Of a clock that was set back, or is in doubt, nobody knows: what it said counts then for nothing.
 */
async function wanted(rule: Rule, { instances, ofStudy }: Offered, { oldest, now, ...parts }: Round) {
  const since = oldest === '' || rule.since > now().toISOString() ? '' : rule.since;
  const isForRule = ({ receivedAt }: Arrived): boolean => receivedAt >= since;
  const isRemembered = ({ receivedAt }: Arrived): boolean => receivedAt >= oldest;
  const offered = { instances: instances.filter(isForRule).filter(isRemembered), ofStudy: ofStudy.filter(isForRule) };
  const { held, along } = await taken(rule, offered, parts);
  return [...held, ...along].filter(isRemembered);
}

async function jobsOf(rule: Rule, arrival: Arrival, parts: Round): Promise<readonly Query[]> {
  const statements: Query[] = [];
  for (const share of shares(rule, await wanted(rule, arrival, parts))) {
    const already = await parts.jobs.forwarded(
      share.destination,
      share.instances.map(({ sopInstanceUid }) => sopInstanceUid),
    );
    const given = parts.given.get(share.destination) ?? new Set();
    parts.given.set(share.destination, given);
    const fresh = share.instances.filter(
      ({ sopInstanceUid }) => !already.has(sopInstanceUid) && !given.has(sopInstanceUid),
    );
    if (fresh.length === 0) continue;
    for (const { sopInstanceUid } of fresh) given.add(sopInstanceUid);
    const job = { ...jobFor(rule, share.destination), title: await titleFor(fresh, parts.archive) };
    statements.push(
      ...parts.jobs.insertion(job, fresh, { state: rule.state === 'paused' ? 'paused' : 'waiting' }).statements,
    );
  }
  return statements;
}

const jobFor = (rule: Rule, destination: string): Omit<NewJob, 'title'> => ({
  kind: 'send',
  priority: rule.priority,
  destination,
  cause: causeOf(rule),
  parameters: { ...parametersOf(rule.ruleId), ...(rule.conversion && { conversion: rule.conversion }) },
});

async function titleFor([first]: readonly Arrived[], archive: ForwardParts['archive']): Promise<string> {
  const found = first ? await archive.instances({ sopInstanceUid: first.sopInstanceUid }) : [];
  return found[0] ? titleOf(archive, found[0], found) : 'no longer in the archive';
}
