-- Instances that were taken out of the archive: their files stay until they are purged.
create table rejected (
  instance_key integer primary key,
  sop_instance_uid text not null,
  study_instance_uid text not null,
  series_instance_uid text not null,
  transfer_syntax_uid text not null,
  object_key text not null,
  size integer not null,
  received_at text not null,
  received_by text not null,
  association_id text not null,
  rejected_at text not null,
  rejected_by text not null,
  reason text not null
);
create index rejected_by_study on rejected (study_instance_uid, instance_key);
