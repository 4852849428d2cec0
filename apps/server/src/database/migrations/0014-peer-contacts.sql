-- When each peer of the configuration was last heard of and last reached, and when and why not.
create table peer_contact (
  ae_title text primary key,
  -- ISO 8601, empty: never. It opened an association that was accepted here.
  heard_at text not null,
  -- It accepted an association of ours.
  reached_at text not null,
  -- It did not, and why.
  missed_at text not null,
  missed_why text not null
);
