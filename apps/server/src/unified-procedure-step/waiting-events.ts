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

export function createWaitingEvents(database: Database, now: () => Date) {
  const stamp = (afterMs = 0): string => new Date(now().getTime() + afterMs).toISOString();
  return {
    /** Within the change that the event tells of. */
    async keep(within: Within, receivingAe: string, { kind, sopInstanceUid, dataSet }: StepEvent): Promise<void> {
      const [last] = await within.all<{ number: number | null }>(
        sql`select max(number) as number from step_event where receiving_ae = ${receivingAe}`,
      );
      const number = (last?.number ?? 0) + 1;
      await within.all(sql`
        insert into step_event (receiving_ae, number, sop_instance_uid, kind, attributes, created_at, lease, leased_until)
        values (${receivingAe}, ${number}, ${sopInstanceUid}, ${kind}, ${JSON.stringify(toJson(dataSet))}, ${stamp()}, '', '')`);
      await within.all(
        sql`delete from step_event where receiving_ae = ${receivingAe} and number <= ${number - mostWaiting}`,
      );
    },

    /** The first ones, in order; none while another lease holds some: they would come out of order. */
    take: (receivingAe: string, lease: string): Promise<readonly WaitingEvent[]> =>
      database.transaction(async (within) => {
        const held = await within.all(sql`
          select 1 as held from step_event
          where receiving_ae = ${receivingAe} and lease <> ${lease} and leased_until > ${stamp()} limit 1`);
        if (held.length > 0) return [];
        const rows = await within.all<EventRow>(sql`
          select number, sop_instance_uid, kind, attributes from step_event
          where receiving_ae = ${receivingAe} order by number limit ${atOnce}`);
        const last = rows.at(-1);
        if (last === undefined) return [];
        await within.all(sql`
          update step_event set lease = ${lease}, leased_until = ${stamp(leaseMs)}
          where receiving_ae = ${receivingAe} and number <= ${last.number}`);
        return rows.flatMap(eventOf);
      }),

    /** Acknowledged: it is told no more. */
    async done(receivingAe: string, number: number): Promise<void> {
      await database.batch([sql`delete from step_event where receiving_ae = ${receivingAe} and number = ${number}`]);
    },

    /** What a lease holds may be taken by others; without one: what anybody holds. */
    async giveBack(lease?: string): Promise<void> {
      await database.batch([
        lease === undefined
          ? sql`update step_event set lease = '', leased_until = '' where lease <> ''`
          : sql`update step_event set lease = '', leased_until = '' where lease = ${lease}`,
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
