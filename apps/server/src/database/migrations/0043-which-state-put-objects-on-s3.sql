-- Which state of this index put objects on S3 last: an older copy of it does not know them.
create table claim_stamp (
  -- Always 'archive'.
  name text primary key,
  -- What S3 says, or is about to be told.
  stamp text not null,
  -- What it was told before: where a server ended between the two.
  stamp_before text not null
);
-- Servers at work on this index, by the name that each has with its data folder.
create table node_holder (
  node text primary key,
  -- The machine as it runs, and the folder.
  place text not null,
  run text not null,
  beat integer not null
);
