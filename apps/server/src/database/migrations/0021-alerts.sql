-- What people at a page are to be told at once, until one of them has taken note of it.
create table alert (
  -- Begins with the time of the first, so that it sorts by age.
  alert_id text primary key,
  -- What it is about: the same again adds to the row while nobody has acknowledged it.
  subject text not null,
  -- Called AE title.
  entity text not null,
  operation text not null,
  status text not null,
  -- AE title of the last peer whose request it was, and where a move was to send.
  peer text not null,
  destination text not null,
  -- Why, the last time.
  detail text not null,
  -- Id of the last association.
  association_id text not null,
  times integer not null,
  -- ISO 8601, UTC.
  first_at text not null,
  last_at text not null,
  -- When and by whom; empty while nobody has.
  acknowledged_at text not null,
  acknowledged_by text not null
);
create unique index alert_open on alert (subject) where acknowledged_at = '';
create index alert_by_time on alert (last_at);
