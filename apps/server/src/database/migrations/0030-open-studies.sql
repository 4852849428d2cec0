-- Studies about which something is still to be decided: a start reads these, and not the million that are complete.
alter table study add column is_open integer not null default 1;
update study set is_open = 0 where exists (
  select 1 from completion c where c.study_instance_uid = study.study_instance_uid and c.series_instance_uid = ''
    and c.instance_count = study.instance_count);
create index study_open on study (study_instance_uid) where is_open = 1;
