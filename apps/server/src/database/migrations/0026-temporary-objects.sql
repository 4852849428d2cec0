-- Objects that are kept for a while only, because this server fetched them itself, or as the settings say.
create table temporary_instance (
  sop_instance_uid text primary key,
  -- ISO 8601, UTC.
  came_at text not null
);
create index temporary_instance_by_age on temporary_instance (came_at);
