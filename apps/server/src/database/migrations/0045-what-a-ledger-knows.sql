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

-- What broke off is no less untaken than what was refused.
drop index reception_note_refused;
create index reception_note_not_taken on reception_note (note_id) where outcome in ('refused', 'broken off');

-- What an association brought, or took out, and is no row of an instance any more.
create index conflict_by_association on conflict (association_id);
create index rejected_by_association on rejected (association_id);
create index job_instance_by_association on job_instance (association_id) where association_id <> '';
