-- Storage commitment: what was asked of this server and what it asked of others, by transaction. The instances are those of the job.
create table commitment_transaction (
  transaction_uid text not null,
  -- AE title of the other side.
  peer text not null,
  -- 'of us' or 'by us'.
  asked text not null,
  job_id text not null,
  asked_at text not null,
  -- When the peer took the request; empty while it has not.
  accepted_at text not null,
  -- Until then a report is waited for.
  due_at text not null,
  reported_at text not null,
  -- (0008,0054) of the report.
  retrieve_ae_title text not null,
  primary key (transaction_uid, peer, asked)
);
create index commitment_transaction_by_job on commitment_transaction (job_id);
