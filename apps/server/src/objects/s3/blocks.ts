// Numbers for objects in a store that several nodes share: taken from the index a thousand at a time, each block under a lease.
import { type Database, type Query, sql } from '../../database/database.ts';
import { blockSize, firstNumber, firstOfBlock } from './s3-names.ts';

export interface BlockParts {
  readonly database: Pick<Database, 'all' | 'batch'>;
  /** Name of this node: the same after a restart, and of no other node. */
  readonly node: string;
  readonly now: () => Date;
  /** Milliseconds that go on whatever is done to the clock. Default `performance.now`. */
  readonly steady?: () => number;
  readonly failed: (error: unknown) => void;
}

/** A lease lasts so long, in ms; it is renewed five times in that span. */
export const leaseMs = 600_000;
/** Another node's block is taken over only so long after its lease: clocks differ, and a node may have stood still. */
const graceMs = 600_000;
/** For so long, by the steady clock, nobody must have renewed it either: the clock of the database may have been set forward. */
const watchedMs = leaseMs;

/** No number up to this one is given again: for an index that was made anew from what is in the store. */
export function reserving(number: number): Query {
  const next = firstOfBlock(number) + blockSize;
  return sql`insert into object_counter (name, next) values ('s3', ${next})
    on conflict (name) do update set next = case when object_counter.next < ${next} then ${next} else object_counter.next end`;
}

/** The first number of the blocks that were not given yet. */
export async function nextNumber(database: Pick<Database, 'all'>): Promise<number> {
  const [row] = await database.all<{ next: number }>(sql`select next from object_counter where name = 's3'`);
  return row?.next ?? firstNumber;
}

interface Block {
  readonly first: number;
  next: number;
  /** Numbers given out that have not ended. */
  open: number;
  /** One was left to the next start. */
  dirty: boolean;
  /** Another node has taken it for that of a dead one. */
  lost: boolean;
  /** When the last of its numbers ended, by the steady clock. */
  idleSince: number;
}

export async function openBlocks({ database, node, now, failed, ...parts }: BlockParts) {
  const { steady = () => performance.now() } = parts;
  const stamp = (afterMs = 0) => new Date(now().getTime() + afterMs).toISOString();
  const used = new Map<number, Block>();
  let current: Block | undefined;
  let taking: Promise<void> | undefined;
  let renewedAt = steady();
  const watch = createWatch(steady);
  const takeOver = (whose: Query) => leftBehind(database, { node, whose, until: stamp(leaseMs) });
  const left = await takeOver(sql`node = ${node}`);
  /** Of nodes that say nothing any more. */
  const expired = async (): Promise<number[]> => {
    const found = watch(await leasesOfOthers(database, { node, before: stamp(-graceMs) }));
    const taken: number[] = [];
    for (const { first, until } of found)
      taken.push(...(await takeOver(sql`first = ${first} and node <> ${node} and leased_until = ${until}`)));
    return taken;
  };
  await expired();

  const take = async () => {
    const [rows] = await database.batch([
      sql`insert into object_counter (name, next) values ('s3', ${firstNumber + blockSize})
        on conflict (name) do update set next = object_counter.next + ${blockSize} returning next`,
    ]);
    const first = Number(rows?.[0]?.next) - blockSize;
    await database.batch([
      sql`insert into object_block (first, node, leased_until) values (${first}, ${node}, ${stamp(leaseMs)})`,
    ]);
    current = { first, next: first, open: 0, dirty: false, lost: false, idleSince: steady() };
    used.set(first, current);
  };
  const forget = async (firsts: readonly number[]) => {
    await database.batch(
      firsts.map((first) => sql`delete from object_block where first = ${first} and node = ${node}`),
    );
  };
  /** A block that is used up, and whose objects have all found their end, needs nobody to look after it. */
  const tidy = (block: Block) => {
    if (block.open > 0 || block.dirty || block.next < block.first + blockSize) return;
    used.delete(block.first);
    forget([block.first]).catch(failed);
  };
  const renew = async () => {
    const begun = steady();
    const before = [...used.values()];
    const [rows = []] = await database.batch([
      sql`update object_block set leased_until = ${stamp(leaseMs)}
        where first >= ${firstNumber} and node = ${node} returning first`,
    ]);
    renewedAt = begun;
    const held = new Set(rows.map(({ first }) => Number(first)));
    for (const block of before) {
      if (held.has(block.first) || !used.has(block.first)) continue;
      block.lost = true;
      used.delete(block.first);
      if (current === block) current = undefined;
    }
  };
  const timer = setInterval(() => void renew().catch(failed), leaseMs / 5);
  timer.unref();

  const isRenewed = () => steady() - renewedAt < leaseMs;
  return {
    /** The next number, whether it is still this node's, and what says that its object has ended, or was left. */
    async take() {
      if (!isRenewed()) await renew();
      while (!current || current.next === current.first + blockSize) {
        taking ??= take().finally(() => {
          taking = undefined;
        });
        await taking;
      }
      const block = current;
      const number = block.next;
      block.next += 1;
      block.open += 1;
      const end = (dirty: boolean) => () => {
        block.open -= 1;
        block.dirty ||= dirty;
        block.idleSince = steady();
        tidy(block);
      };
      return { number, isOurs: () => isRenewed() && !block.lost, ended: end(false), left: end(true) };
    },
    /** First numbers of blocks that this node, or one that died, left behind. */
    left: (): readonly number[] => left,
    /** Takes over blocks of nodes that died since, and used ones of its own in which something was left. True where there are any. */
    async takeOver(): Promise<boolean> {
      const own = [...used.values()].filter((block) => isGivenUp(block, steady())).map(({ first }) => first);
      for (const first of own) used.delete(first);
      left.push(...own, ...(await expired()));
      return left.length > 0;
    },
    /** They have been looked after. */
    async settle(): Promise<void> {
      if (left.length > 0)
        await database.batch(
          left.map((first) => sql`delete from object_block where first = ${first} and node = ${node}`),
        );
      left.length = 0;
    },
    async close(): Promise<void> {
      clearInterval(timer);
      await taking?.catch(() => undefined);
      const clean = [...used.values()].filter(({ open, dirty }) => open === 0 && !dirty).map(({ first }) => first);
      if (clean.length > 0) await forget(clean);
    },
  };
}

export type Blocks = Awaited<ReturnType<typeof openBlocks>>;

/** Used up, and for so long without an object under way that no commit of its rows can still be on its way. */
const isGivenUp = ({ first, next, open, dirty, idleSince }: Block, at: number): boolean =>
  dirty && open === 0 && next === first + blockSize && at - idleSince > graceMs;

interface Lease {
  readonly first: number;
  /** ISO 8601, UTC. */
  readonly until: string;
}

const leasesOfOthers = (database: BlockParts['database'], { node, before }: { node: string; before: string }) =>
  database.all<Lease>(sql`
    select first, leased_until as until from object_block
    where first >= ${firstNumber} and node <> ${node} and leased_until < ${before}`);

/** Of leases that have run out those that nobody has renewed while this node looked on: a clock that leaps makes every lease look old. */
function createWatch(steady: () => number): (leases: readonly Lease[]) => readonly Lease[] {
  let seen = new Map<string, number>();
  return (leases) => {
    const at = steady();
    const before = seen;
    seen = new Map(leases.map(({ first, until }) => [`${first} ${until}`, before.get(`${first} ${until}`) ?? at]));
    return leases.filter(({ first, until }) => at - (seen.get(`${first} ${until}`) ?? at) >= watchedMs);
  };
}

interface Taking {
  readonly node: string;
  readonly whose: Query;
  /** Of the new lease. */
  readonly until: string;
}

/** Taken over by this node, so that no other looks after them too. */
async function leftBehind(database: BlockParts['database'], { node, whose, until }: Taking): Promise<number[]> {
  const [rows = []] = await database.batch([
    sql`update object_block set node = ${node}, leased_until = ${until} where first >= ${firstNumber} and ${whose} returning first`,
  ]);
  return rows.map(({ first }) => Number(first)).sort((a, b) => a - b);
}
