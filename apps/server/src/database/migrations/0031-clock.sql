-- The time at which the rules about age last believed the clock: a start that is far beyond it asks a person first.
create table believed_clock (
  name text primary key,
  -- ISO 8601, UTC.
  at text not null
);
