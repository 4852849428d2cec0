-- Objects that were deleted for good: the row that vouched for each has gone, and this one goes when the store has let go of it.
create table removing (
  object_key text primary key,
  number integer not null,
  size integer not null
);
create index removing_by_number on removing (number);
-- When somebody decided that it comes back; '' where nobody did. From then on it is not deleted, and whoever comes next goes on with it.
alter table rejected add column restoring text not null default '';
create index rejected_to_restore on rejected (restoring, study_instance_uid) where restoring > '';
