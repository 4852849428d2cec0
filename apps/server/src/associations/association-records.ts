// What every association was about: kept in the database for as long as the settings say, found again by who, where, when and how.

import type { AssociationRecord, Log } from '@concord/network';
import { type Database, join, type Query, sql } from '../database/database.ts';
import type { BelievedNow } from '../retention/believed-clock.ts';
import { contactsOf, noteContact, type PeerContact } from './peer-contacts.ts';

/** What is looked for; absent members ask for nothing. */
export interface AssociationFilter {
  readonly id?: string | undefined;
  /** Calling or called. */
  readonly aeTitle?: string | undefined;
  readonly address?: string | undefined;
  /** 'refused': rejected, or with a presentation context that was; 'failed': that, or an operation or the association failed. */
  readonly outcome?: 'released' | 'refused' | 'failed' | undefined;
  /** ISO 8601, of the beginning. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

export interface AssociationRecords {
  /** Kept when the promise resolves; a record that cannot be kept is logged, never thrown. */
  add(record: AssociationRecord): Promise<void>;
  /** The newest first. */
  find(filter?: AssociationFilter): Promise<readonly AssociationRecord[]>;
  /** The last contact with each peer, by AE title; it outlives the records. */
  contacts(): Promise<(aeTitle: string) => PeerContact>;
}

export interface AssociationRecordsParts {
  readonly database: Database;
  readonly log: Log;
  /** How long a record is kept. */
  readonly days: number;
  /** Of AE titles whose last contact is kept; absent: of nobody. */
  readonly isPeer?: (title: string) => boolean;
  /** The time by which records are old. */
  readonly believedNow: BelievedNow;
}

const nobody = (): boolean => false;

export const defaultLimit = 200;
export const mostRecords = 1000;
/** Records between two clearances of old ones. */
const clearEvery = 1000;
const dayMs = 86_400_000;

export async function createAssociationRecords(parts: AssociationRecordsParts): Promise<AssociationRecords> {
  const { database, log, isPeer = nobody } = parts;
  await clear(parts);
  let added = 0;
  const keep = async (record: AssociationRecord): Promise<void> => {
    const startedAt = new Date(record.startedAt).toISOString();
    try {
      await database.batch([
        sql`insert into association_record (association_id, started_at, calling_ae_title, address, record)
          values (${record.id}, ${startedAt}, ${record.callingAeTitle}, ${record.address}, ${JSON.stringify(record)})
          on conflict (association_id) do nothing`,
        ...noteContact(record, isPeer),
      ]);
      added += 1;
      if (added % clearEvery === 0) await clear(parts);
    } catch (error) {
      log.error({ err: error, association: record.id }, 'an association record could not be kept');
    }
  };
  const underWay = new Set<Promise<void>>();
  return {
    add(record) {
      const kept = keep(record).finally(() => underWay.delete(kept));
      underWay.add(kept);
      return kept;
    },
    async find(filter = {}) {
      // Whoever has seen an association end finds its record.
      await Promise.all(underWay);
      return find(database, filter);
    },
    async contacts() {
      await Promise.all(underWay);
      return contactsOf(database);
    },
  };
}

async function clear({ database, days, believedNow }: AssociationRecordsParts): Promise<void> {
  const now = await believedNow();
  if (!now) return;
  const oldest = new Date(now.getTime() - days * dayMs).toISOString();
  await database.batch([sql`delete from association_record where started_at < ${oldest}`], { unhurried: true });
}

/** SQL narrows by what has a column; the rest is decided on the records as they come by. */
async function find(database: Database, filter: AssociationFilter): Promise<readonly AssociationRecord[]> {
  const { limit = defaultLimit, offset = 0 } = filter;
  const found: AssociationRecord[] = [];
  let left = offset;
  if (limit === 0) return found;
  const pages = database.iterate<{ record: string }>(
    sql`select record from association_record where ${join(conditions(filter), ' and ')} order by started_at desc`,
  );
  for await (const page of pages)
    for (const { record: text } of page) {
      const record: AssociationRecord = JSON.parse(text);
      if (!fits(record, filter)) continue;
      if (left > 0) left -= 1;
      else if (found.push(record) >= limit) return found;
    }
  return found;
}

const conditions = ({ id, address, since, until }: AssociationFilter): readonly Query[] => [
  sql`1 = 1`,
  ...(id === undefined ? [] : [sql`association_id = ${id}`]),
  ...(address === undefined ? [] : [sql`address = ${address}`]),
  ...(since === undefined ? [] : [sql`started_at >= ${since}`]),
  ...(until === undefined ? [] : [sql`started_at <= ${until}`]),
];

function fits(record: AssociationRecord, { aeTitle, outcome }: AssociationFilter): boolean {
  if (aeTitle !== undefined && record.callingAeTitle !== aeTitle && record.calledAeTitle !== aeTitle) return false;
  if (outcome === undefined) return true;
  if (outcome === 'released') return record.end.kind === 'released';
  return wasRefused(record) || (outcome === 'failed' && hasFailed(record));
}

const wasRefused = ({ end, contexts }: AssociationRecord): boolean =>
  end.kind === 'rejected' || contexts.some(({ result }) => result !== 0);

/** Counts are kept by operation and code: `C-STORE A700H`. Codes of failure begin with A, C or 01, 02; FE00 is a cancel. */
const hasFailed = ({ end, counts }: AssociationRecord): boolean =>
  end.kind !== 'released' || Object.keys(counts).some((key) => / (A|C|01(?!07|16)|02)[0-9A-F]+H$/.test(key));
