// Numbers for objects in a store that several nodes share: taken from the index a thousand at a time, each block under a lease.
import { type Database, type Query, sql } from '../../database/database.ts';
import { blockSize, firstNumber, firstOfBlock } from './s3-names.ts';

export interface BlockParts {
  readonly database: Pick<Database, 'all' | 'batch'>;
  /** Name of this node: the same after a restart, and of no other node. */
  readonly node: string;
  readonly now: () => Date;
  readonly failed: (error: unknown) => void;
}

/** A lease lasts so long, in ms; it is renewed five times in that span. */
export const leaseMs = 600_000;
/** Another node's block is taken over only so long after its lease: clocks differ, and a node may have stood still. */
const graceMs = 600_000;

/** No number up to this one is given again: for an index that was made anew from what is in the store. */
export function reserving(number: number): Query {
  const next = firstOfBlock(number) + blockSize;
  return sql`insert into object_counter (name, next) values ('s3', ${next})
    on conflict (name) do update set next = case when object_counter.next < ${next} then ${next} else object_counter.next end`;
}

interface Block {
  readonly first: number;
  next: number;
  /** Numbers given out that have not ended. */
  open: number;
  /** One was left to the next start. */
  dirty: boolean;
  /** When the last of its numbers ended, by `performance.now`. */
  idleSince: number;
}

export async function openBlocks({ database, node, now, failed }: BlockParts) {
  const stamp = (afterMs = 0) => new Date(now().getTime() + afterMs).toISOString();
  const used = new Map<number, Block>();
  let current: Block | undefined;
  let taking: Promise<void> | undefined;
  let renewedAt = performance.now();
  const takeOver = (whose: Query) => leftBehind(database, { node, whose, until: stamp(leaseMs) });
  const expired = () => sql`leased_until < ${stamp(-graceMs)}`;
  const left = await takeOver(sql`(node = ${node} or ${expired()})`);

  const take = async () => {
    const [rows] = await database.batch([
      sql`insert into object_counter (name, next) values ('s3', ${firstNumber + blockSize})
        on conflict (name) do update set next = object_counter.next + ${blockSize} returning next`,
    ]);
    const first = Number(rows?.[0]?.next) - blockSize;
    await database.batch([
      sql`insert into object_block (first, node, leased_until) values (${first}, ${node}, ${stamp(leaseMs)})`,
    ]);
    current = { first, next: first, open: 0, dirty: false, idleSince: performance.now() };
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
    const begun = performance.now();
    await database.batch([
      sql`update object_block set leased_until = ${stamp(leaseMs)}
        where first >= ${firstNumber} and node = ${node}`,
    ]);
    renewedAt = begun;
  };
  const timer = setInterval(() => void renew().catch(failed), leaseMs / 5);
  timer.unref();

  const isOurs = () => performance.now() - renewedAt < leaseMs;
  return {
    isOurs,
    /** The next number, and what says that its object has ended, or was left. */
    async take() {
      if (!isOurs()) await renew();
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
        block.idleSince = performance.now();
        tidy(block);
      };
      return { number, ended: end(false), left: end(true) };
    },
    /** First numbers of blocks that this node, or one that died, left behind. */
    left: (): readonly number[] => left,
    /** Takes over blocks of nodes that died since, and used ones of its own in which something was left. True where there are any. */
    async takeOver(): Promise<boolean> {
      const own = [...used.values()].filter((block) => isGivenUp(block)).map(({ first }) => first);
      for (const first of own) used.delete(first);
      left.push(...own, ...(await takeOver(sql`node <> ${node} and ${expired()}`)));
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
const isGivenUp = ({ first, next, open, dirty, idleSince }: Block): boolean =>
  dirty && open === 0 && next === first + blockSize && performance.now() - idleSince > graceMs;

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
