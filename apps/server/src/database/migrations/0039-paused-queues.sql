-- Peers to which nothing is sent until a person says so: what is asked for meanwhile waits with the rest.
create table paused_queue (
  destination text primary key,
  -- ISO 8601.
  paused_at text not null
);
