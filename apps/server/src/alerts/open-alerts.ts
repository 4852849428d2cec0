// Alerts of this server: seen as operations end, kept in the index as soon as it takes them, shown from memory until then.
import { randomUUID } from 'node:crypto';
import type { AssociationInfo, Log, OperationRecord } from '@concord/network';
import type { Database } from '../database/database.ts';
import { type Alert, again, alertOf, alertOfNotice, isAlert, type Notice, type Raised } from './alert.ts';
import { acknowledgeRow, clearAlerts, insertAlert, isOpenAlert, readAlerts } from './alert-rows.ts';

export interface Alerts {
  /** Called when an operation has ended; never throws. */
  see(operation: OperationRecord, association: AssociationInfo): void;
  /** Done when it is in the index. @throws DatabaseError */
  raise(notice: Notice): Promise<void>;
  /** Whether an alert about this waits for somebody, whichever server raised it. @throws DatabaseError */
  isOpen(subject: string): Promise<boolean>;
  /** The newest first; those that nobody has acknowledged and others of late. */
  list(): Promise<readonly Alert[]>;
  /** False where there is none of this id that waits for somebody. @throws DatabaseError */
  acknowledge(alertId: string, by: string): Promise<boolean>;
  /** Calls back when there is a new one, or one was acknowledged here. The result ends that. */
  watch(listener: () => void): () => void;
  close(): Promise<void>;
}

export interface AlertParts {
  readonly database: Database;
  readonly log: Log;
  readonly now: () => Date;
  /** Between two attempts to write what could not be written, in ms. */
  readonly retryMs?: number;
}

/** Things that may wait for the index at a time; what is beyond is in the log only. */
const mostWaiting = 100;

export function openAlerts({ database, log, now, retryMs = 5000 }: AlertParts): Alerts {
  /** By subject: what is not in the index yet. The index may be what has failed. */
  const waiting = new Map<string, Raised>();
  const listeners = new Set<() => void>();
  let known: readonly Alert[] = [];
  let writing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const hold = (raised: Raised): void => {
    const before = waiting.get(raised.subject);
    if (before || waiting.size < mostWaiting) waiting.set(raised.subject, before ? again(before, raised) : raised);
  };
  const write = async (): Promise<void> => {
    const held = [...waiting.values()];
    if (held.length === 0) return;
    try {
      await database.batch([...held.map(insertAlert), clearAlerts()]);
    } catch (error) {
      log.error({ err: error, alerts: held.length }, 'alerts cannot be kept now; once more soon');
      timer ??= setTimeout(() => {
        timer = undefined;
        flush();
      }, retryMs).unref();
      return;
    }
    // What came meanwhile waits on, without what is written.
    for (const { subject, times } of held) {
      const left = waiting.get(subject);
      if (left && left.times > times) waiting.set(subject, { ...left, times: left.times - times });
      else waiting.delete(subject);
    }
  };
  const flush = (): Promise<void> => {
    writing = writing.then(write);
    return writing;
  };
  const made = () => ({ at: now().toISOString(), id: randomUUID().slice(0, 8) });
  return {
    see(operation, association) {
      if (!isAlert(operation)) return;
      hold(alertOf(operation, association, made()));
      void flush().finally(tell);
    },
    async raise(notice) {
      await database.batch([insertAlert(alertOfNotice(notice, made())), clearAlerts()]);
      tell();
    },
    isOpen: (subject) => isOpenAlert(database, subject),
    async list() {
      await writing;
      known = await readAlerts(database).catch((error: unknown) => {
        log.error({ err: error }, 'alerts cannot be read now');
        return known;
      });
      return [...[...waiting.values()].map(shown), ...known];
    },
    async acknowledge(alertId, by) {
      await flush();
      const done = await acknowledgeRow(database, { alertId, by, at: now().toISOString() });
      if (done) tell();
      return done;
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      clearTimeout(timer);
      await flush();
      clearTimeout(timer);
    },
  };
}

const shown = ({ subject: _, ...raised }: Raised): Alert => ({ ...raised, acknowledgedAt: '', acknowledgedBy: '' });
