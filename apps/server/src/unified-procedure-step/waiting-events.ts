// Events that subscribers have not acknowledged, as rows: kept with the change that makes them, taken under a lease. PS3.4 CC.2.4.
import { fromJson, toJson } from '@concord/dicom';
import { procedureStepEvents } from '@concord/network';
import { type Database, sql } from '../database/database.ts';
import type { StepEvent } from './step-events.ts';
import type { Within } from './step-rows.ts';

/** Events that wait for one receiver; the oldest is given up for one more. */
export const mostWaiting = 10_000;
/** How long an event waits for a receiver that is away, in ms. */
export const longestWait = 24 * 60 * 60 * 1000;
/** At a time, to one receiver. */
const atOnce = 100;
/** Of a lease, in ms: after it another node may tell what this one has taken. */
const leaseMs = 60_000;
/** How long a channel counts as open after the last word of its server, in ms. */
const channelMs = 30_000;

export interface WaitingEvent {
  readonly number: number;
  readonly event: StepEvent;
}

export type WaitingEvents = ReturnType<typeof createWaitingEvents>;

interface EventRow {
  readonly number: number;
  readonly sop_instance_uid: string;
  readonly kind: string;
  readonly attributes: string;
}

const isKind = (kind: string): kind is StepEvent['kind'] => Object.hasOwn(procedureStepEvents, kind);

const eventOf = ({ number, sop_instance_uid, kind, attributes }: EventRow): readonly WaitingEvent[] =>
  isKind(kind)
    ? [{ number, event: { kind, sopInstanceUid: sop_instance_uid, dataSet: fromJson(JSON.parse(attributes)) } }]
    : [];

/** @param server names this process, in leases and channels */
export function createWaitingEvents(database: Database, now: () => Date, server: string) {
  const stamp = (afterMs = 0): string => new Date(now().getTime() + afterMs).toISOString();
  /** Servers with an open channel of a receiver. */
  const listening = (receivingAe: string) =>
    sql`select server from step_channel where receiving_ae = ${receivingAe} and held_until > ${stamp()}`;
  /** Events that this server may tell: its own, and those of no server that still listens. */
  const ours = (receivingAe: string) =>
    sql`receiving_ae = ${receivingAe} and (server = ${server} or server not in (${listening(receivingAe)}))`;
  return {
    /** Within the change that the event tells of: once for each server that has a channel open, or once for whoever reaches the receiver. */
    async keep(within: Within, receivingAe: string, { kind, sopInstanceUid, dataSet }: StepEvent): Promise<void> {
      const [last] = await within.all<{ number: number | null }>(
        sql`select max(number) as number from step_event where receiving_ae = ${receivingAe}`,
      );
      const servers = (await within.all<{ server: string }>(listening(receivingAe))).map((row) => row.server);
      const attributes = JSON.stringify(toJson(dataSet));
      let number = last?.number ?? 0;
      for (const by of servers.length === 0 ? [''] : servers) {
        number += 1;
        await within.all(sql`
          insert into step_event (receiving_ae, number, sop_instance_uid, kind, attributes, created_at, lease, leased_until, server)
          values (${receivingAe}, ${number}, ${sopInstanceUid}, ${kind}, ${attributes}, ${stamp()}, '', '', ${by})`);
      }
      await within.all(
        sql`delete from step_event where receiving_ae = ${receivingAe} and number <= ${number - mostWaiting}`,
      );
    },

    /** The first ones, in order; none while another lease holds some: they would come out of order. */
    take: (receivingAe: string): Promise<readonly WaitingEvent[]> =>
      database.transaction(async (within) => {
        const held = await within.all(sql`
          select 1 as held from step_event
          where ${ours(receivingAe)} and lease <> ${server} and leased_until > ${stamp()} limit 1`);
        if (held.length > 0) return [];
        const rows = await within.all<EventRow>(sql`
          select number, sop_instance_uid, kind, attributes from step_event
          where ${ours(receivingAe)} order by number limit ${atOnce}`);
        const last = rows.at(-1);
        if (last === undefined) return [];
        await within.all(sql`
          update step_event set lease = ${server}, leased_until = ${stamp(leaseMs)}
          where ${ours(receivingAe)} and number <= ${last.number}`);
        return rows.flatMap(eventOf);
      }),

    /** Acknowledged: it is told no more. Whose lease ran out has nothing to say of it, nor of another that has its number by now. */
    async done(receivingAe: string, number: number): Promise<void> {
      await database.batch([
        sql`delete from step_event where receiving_ae = ${receivingAe} and number = ${number} and lease = ${server}`,
      ]);
    },

    /** Says which receivers have a channel open here, for a while; those of other servers that say nothing more have none. */
    async listen(receivers: readonly string[]): Promise<void> {
      const until = stamp(channelMs);
      await database.batch([
        sql`delete from step_channel where server = ${server} or held_until < ${stamp()}`,
        ...receivers.map(
          (receivingAe) =>
            sql`insert into step_channel (receiving_ae, server, held_until) values (${receivingAe}, ${server}, ${until})`,
        ),
      ]);
    },

    /** What this server holds, for one receiver or for all, may be taken by others. */
    async giveBack(receivingAe?: string): Promise<void> {
      const held = sql`update step_event set lease = '', leased_until = '' where lease = ${server}`;
      await database.batch([receivingAe === undefined ? held : sql`${held} and receiving_ae = ${receivingAe}`]);
    },

    /** No other server is there: what anybody holds may be taken, and nobody else has a channel. */
    async takeOver(): Promise<void> {
      await database.batch([
        sql`update step_event set lease = '', leased_until = '' where lease <> ''`,
        sql`delete from step_channel`,
      ]);
    },

    /** Receivers that something waits for. Forgets what has waited too long. */
    async receivers(): Promise<readonly string[]> {
      const rows = await database.all<{ receiving_ae: string; oldest: string }>(
        sql`select receiving_ae, min(created_at) as oldest from step_event group by receiving_ae`,
      );
      const tooOld = stamp(-longestWait);
      if (rows.some(({ oldest }) => oldest < tooOld))
        await database.batch([sql`delete from step_event where created_at < ${tooOld}`], { unhurried: true });
      return rows.map(({ receiving_ae }) => receiving_ae);
    },
  };
}
