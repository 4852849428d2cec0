// Where the index says which server is at work under a name: a copy of a data folder has its name too.
import { type Database, sql } from '../database/database.ts';
import type { Holder, HolderPlace } from '../objects/holding.ts';

/** Everything throws DatabaseError. */
export const nodePlace = (database: Pick<Database, 'all' | 'batch'>, node: string): HolderPlace => ({
  async read() {
    const [holder] = await database.all<Holder>(
      sql`select place as "where", run, beat from node_holder where node = ${node}`,
    );
    return holder;
  },
  async begin({ where, run, beat }) {
    const [rows = []] = await database.batch([
      sql`insert into node_holder (node, place, run, beat) values (${node}, ${where}, ${run}, ${beat})
        on conflict (node) do nothing returning node`,
    ]);
    return rows.length > 0;
  },
  async write({ where, run, beat }) {
    await database.batch([
      sql`update node_holder set place = ${where}, run = ${run}, beat = ${beat} where node = ${node}`,
    ]);
  },
  async remove() {
    await database.batch([sql`delete from node_holder where node = ${node}`]);
  },
});
