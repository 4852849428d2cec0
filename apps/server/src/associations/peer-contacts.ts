// The last contact with each configured peer: noted with the record of every association, read for pages and commands.
import type { AssociationRecord } from '@concord/network';
import { type Database, type Query, sql } from '../database/database.ts';

/** Moments are ISO 8601, UTC; '' where it never came to that. */
export interface PeerContact {
  /** The peer opened an association that was accepted here. */
  readonly heardAt: string;
  /** The peer accepted an association of ours. */
  readonly reachedAt: string;
  /** The peer did not. */
  readonly missedAt: string;
  readonly missedWhy: string;
}

const longestReason = 300;

const noContact: PeerContact = { heardAt: '', reachedAt: '', missedAt: '', missedWhy: '' };

/** What an association says about the other side; undefined where nothing came about between the two. */
function contactIn({ requestor, end, startedAt, milliseconds }: AssociationRecord): PeerContact | undefined {
  const at = new Date(new Date(startedAt).getTime() + milliseconds).toISOString();
  const cameAbout = end.kind !== 'rejected' && end.kind !== 'no connection' && end.kind !== 'no association';
  if (!requestor) return cameAbout ? { ...noContact, heardAt: at } : undefined;
  return cameAbout
    ? { ...noContact, reachedAt: at }
    : { ...noContact, missedAt: at, missedWhy: end.detail.slice(0, longestReason) };
}

/** @param isPeer of titles of the configuration: what others call themselves is not kept */
export function noteContact(record: AssociationRecord, isPeer: (title: string) => boolean): readonly Query[] {
  const title = record.requestor ? record.calledAeTitle : record.callingAeTitle;
  const contact = isPeer(title) ? contactIn(record) : undefined;
  if (!contact) return [];
  const { heardAt, reachedAt, missedAt, missedWhy } = contact;
  return [
    sql`insert into peer_contact (ae_title, heard_at, reached_at, missed_at, missed_why)
      values (${title}, ${heardAt}, ${reachedAt}, ${missedAt}, ${missedWhy})
      on conflict (ae_title) do update set
        heard_at = case when excluded.heard_at > peer_contact.heard_at then excluded.heard_at else peer_contact.heard_at end,
        reached_at = case when excluded.reached_at > peer_contact.reached_at then excluded.reached_at
          else peer_contact.reached_at end,
        missed_why = case when excluded.missed_at > peer_contact.missed_at then excluded.missed_why
          else peer_contact.missed_why end,
        missed_at = case when excluded.missed_at > peer_contact.missed_at then excluded.missed_at
          else peer_contact.missed_at end`,
  ];
}

/** By AE title. */
export async function contactsOf(database: Pick<Database, 'all'>): Promise<(aeTitle: string) => PeerContact> {
  const rows = await database.all<PeerContact & { readonly aeTitle: string }>(sql`
    select ae_title as "aeTitle", heard_at as "heardAt", reached_at as "reachedAt", missed_at as "missedAt",
      missed_why as "missedWhy" from peer_contact`);
  const known = new Map(rows.map(({ aeTitle, ...contact }) => [aeTitle, contact]));
  return (aeTitle) => known.get(aeTitle) ?? noContact;
}
