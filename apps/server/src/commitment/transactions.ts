// Transactions of storage commitment in the index: asked of us, and asked by us.
import { type Database, type Query, sql } from '../database/database.ts';

export type Direction = 'of us' | 'by us';

export interface Transaction {
  readonly transactionUid: string;
  readonly jobId: string;
  /** ISO 8601, '' where it has not come to that. */
  readonly acceptedAt: string;
  readonly dueAt: string;
  readonly reportedAt: string;
}

export interface NewTransaction {
  readonly transactionUid: string;
  readonly peer: string;
  readonly asked: Direction;
  readonly jobId: string;
  readonly askedAt: string;
}

export const insertTransaction = ({ transactionUid, peer, asked, jobId, askedAt }: NewTransaction): Query => sql`
  insert into commitment_transaction (transaction_uid, peer, asked, job_id, asked_at, accepted_at, due_at, reported_at,
    retrieve_ae_title)
  values (${transactionUid}, ${peer}, ${asked}, ${jobId}, ${askedAt}, '', '', '', '')
  on conflict (transaction_uid, peer, asked) do nothing`;

export type Transactions = ReturnType<typeof createTransactions>;

export const createTransactions = (database: Database) => {
  const one = async (query: Query): Promise<Transaction | undefined> => {
    const [row] = await database.all(query);
    return (
      row && {
        transactionUid: String(row.transaction_uid),
        jobId: String(row.job_id),
        acceptedAt: String(row.accepted_at),
        dueAt: String(row.due_at),
        reportedAt: String(row.reported_at),
      }
    );
  };
  return {
    find: (transactionUid: string, peer: string, asked: Direction) =>
      one(sql`select transaction_uid, job_id, accepted_at, due_at, reported_at from commitment_transaction
        where transaction_uid = ${transactionUid} and peer = ${peer} and asked = ${asked}`),
    /** The last one of a job. */
    ofJob: (jobId: string) =>
      one(sql`select transaction_uid, job_id, accepted_at, due_at, reported_at from commitment_transaction
        where job_id = ${jobId} order by asked_at desc limit 1`),
    add: async (transaction: NewTransaction): Promise<void> => {
      await database.batch([insertTransaction(transaction)]);
    },
    /** The peer has taken the request: a report is waited for until then. */
    accepted: async (transactionUid: string, at: string, dueAt: string): Promise<void> => {
      await database.batch([
        sql`update commitment_transaction set accepted_at = ${at}, due_at = ${dueAt}
        where transaction_uid = ${transactionUid} and asked = 'by us'`,
      ]);
    },
    reported: (transactionUid: string, at: string, retrieveAeTitle: string): Query => sql`
      update commitment_transaction set reported_at = ${at}, retrieve_ae_title = ${retrieveAeTitle}
      where transaction_uid = ${transactionUid} and asked = 'by us'`,
  };
};
