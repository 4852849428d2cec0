-- The name of this archive, as it stands in each place on S3 that keeps its objects: no other archive puts its own there.
create table archive_claim (
  -- Always 'archive'.
  name text primary key,
  id text not null,
  -- 1 once a place on S3 says it.
  stands integer not null
);
