-- Work that outlives a process. A job belongs to whoever holds its lease; a lease that ran out may be taken by any node.
create table job (
  -- Begins with the time it was made at, so that it sorts by age.
  job_id text primary key,
  kind text not null,
  state text not null,
  -- 0 high, 1 medium, 2 low.
  priority integer not null,
  -- AE title of the peer it talks to.
  destination text not null,
  -- Who asked for it: a person, or a rule by its name.
  cause text not null,
  title text not null,
  parameters text not null,
  -- Tries since something last went well.
  attempts integer not null,
  not_before text not null,
  leased_by text not null,
  leased_until text not null,
  created_at text not null,
  started_at text not null,
  finished_at text not null,
  -- What the last try came to, in words.
  detail text not null,
  total integer not null,
  sent integer not null,
  failed integer not null
);
create index job_by_state on job (state, priority, not_before);
create index job_by_lease on job (state, leased_until);

-- What became of each instance of a job: the sent half of the transfer ledger.
create table job_instance (
  job_id text not null references job,
  position integer not null,
  sop_instance_uid text not null,
  sop_class_uid text not null,
  state text not null,
  -- Times a connection was lost while it was on its way.
  attempts integer not null,
  status integer,
  detail text not null,
  transfer_syntax_uid text not null,
  association_id text not null,
  finished_at text not null,
  primary key (job_id, position)
);
create index job_instance_by_uid on job_instance (sop_instance_uid);
create index job_instance_by_state on job_instance (job_id, state, attempts, position);
