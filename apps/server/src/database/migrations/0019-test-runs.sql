-- Test plans carried out against peers: what remains of them when the process ends in the middle.
create table test_run (
  id text primary key,
  -- ISO 8601, UTC.
  started_at text not null,
  -- When the node that carries it out last wrote: an open run of which nothing has been heard for a while is interrupted.
  touched_at text not null,
  -- 1: it has ended, with a report or an error.
  ended integer not null,
  -- JSON: how far it is, without results.
  progress text not null,
  -- JSON of the report; '' while there is none.
  report text not null
);
create index test_run_by_start on test_run (started_at);
create table test_run_result (
  run text not null,
  position integer not null,
  -- JSON of one item's result.
  content text not null,
  primary key (run, position)
);
-- Who had a peer tested, when, and how it ended. Rows are added and never changed.
create table test_run_audit (
  at text not null,
  run text not null,
  event text not null,
  who text not null,
  peer text not null,
  detail text not null
);
create index test_run_audit_by_time on test_run_audit (at);
