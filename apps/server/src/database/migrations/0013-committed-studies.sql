-- Studies of which something was committed to a peer: they go only when a person says so, however old the transaction is.
create table committed_study (
  study_instance_uid text not null,
  -- AE title of who asked.
  peer text not null,
  -- Of the last commitment.
  committed_at text not null,
  primary key (study_instance_uid, peer)
);
insert into committed_study (study_instance_uid, peer, committed_at)
  select s.study_instance_uid, t.peer, max(t.asked_at)
  from commitment_transaction t join job_instance ji on ji.job_id = t.job_id
    join instance i on i.sop_instance_uid = ji.sop_instance_uid join series e on e.series_key = i.series_key
    join study s on s.study_key = e.study_key
  where t.asked = 'of us' and ji.status = 0
  group by s.study_instance_uid, t.peer;
