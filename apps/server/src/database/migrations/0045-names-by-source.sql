-- Who named an instance: what one takes back another may still say.
create table expected_instance_by_source (
  study_instance_uid text not null,
  series_instance_uid text not null,
  sop_instance_uid text not null,
  sop_class_uid text not null,
  source text not null,
  said_at text not null,
  primary key (study_instance_uid, sop_instance_uid, source)
);
insert into expected_instance_by_source (study_instance_uid, series_instance_uid, sop_instance_uid, sop_class_uid, source, said_at)
  select study_instance_uid, series_instance_uid, sop_instance_uid, sop_class_uid, source, said_at from expected_instance;
drop table expected_instance;
alter table expected_instance_by_source rename to expected_instance;
create index expected_instance_by_time on expected_instance (said_at);
