-- Statements of other systems, each state of them a version of its own that is never changed.
create table peer_statement (
  -- The same for the same name.
  id text not null,
  -- From 1.
  version integer not null,
  name text not null,
  -- What it was made from, in a word: text, JSON, probe.
  origin text not null,
  -- ISO 8601, UTC.
  kept_at text not null,
  kept_by text not null,
  digest text not null,
  -- JSON.
  content text not null,
  primary key (id, version)
);
-- Test plans made of them, as they stand: edited, approved.
create table test_plan (
  id text primary key,
  made_at text not null,
  -- The system under test: a statement of the table above.
  statement text not null,
  -- 1: what this server proposes is in it.
  with_own integer not null,
  -- JSON.
  content text not null
);
create index test_plan_by_time on test_plan (made_at);
