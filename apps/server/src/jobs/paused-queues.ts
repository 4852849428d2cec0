// Queues that are paused as a whole: what is asked for while they are waits with the rest.
import { type Query, sql } from '../database/database.ts';

const isPaused = (destination: Query): Query =>
  sql`exists (select 1 from paused_queue q where q.destination = ${destination})`;

/**
 * The state of a job that is due, as an expression: 'waiting', or 'paused' where the queue of its peer is.
 * @param destination a column by its table, or a value: this looks into a table with a column of that name
 */
export const waitingFor = (destination: Query): Query =>
  sql`case when ${isPaused(destination)} then 'paused' else 'waiting' end`;

export const pauseQueue = (destination: string, at: string): Query => sql`
  insert into paused_queue (destination, paused_at) values (${destination}, ${at}) on conflict (destination) do nothing`;

export const unpauseQueue = (destination: string): Query =>
  sql`delete from paused_queue where destination = ${destination}`;
