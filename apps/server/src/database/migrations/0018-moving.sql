-- Objects on their way from the data folder to a second store: a copy may be there before its row says so, and the file stays a while.
create table moving (
  number integer primary key,
  from_key text not null,
  to_key text not null,
  size integer not null,
  -- '' while it is being copied; from then on the row of the instance names the copy. ISO 8601, UTC.
  moved_at text not null
);
-- What was moved so far, for people: objects that were deleted since are counted too.
create table moved_total (
  place text primary key,
  objects integer not null,
  bytes integer not null,
  last_at text not null
);
