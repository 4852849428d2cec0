-- What pseudonyms are derived from: one key for all servers of the index.
create table pseudonym_key (
  name text primary key,
  value blob not null
);
-- Titles of key object selections beside those of the standard, as all servers of the index have them.
create table own_title (
  code text primary key,
  meaning text not null,
  -- '' for none.
  definition text not null,
  -- A day, or a moment in UTC.
  added text not null,
  -- The same; '' while documents get it.
  retired text not null
);
