-- What has arrived of a study or series, when it counted as complete, and on what evidence. A study whose count differs from
-- that of its row is open: something arrived that nothing was decided about yet.
create table completion (
  study_instance_uid text not null,
  -- Empty for the study as a whole.
  series_instance_uid text not null,
  instance_count integer not null,
  completed_at text not null,
  evidence text not null,
  primary key (study_instance_uid, series_instance_uid)
);
insert into completion (study_instance_uid, series_instance_uid, instance_count, completed_at, evidence)
  select study_instance_uid, '', instance_count, received_at, 'stored before this was judged' from study;

-- How many objects somebody says there are; where they are named, those that are missing can be named.
create table expectation (
  study_instance_uid text not null,
  -- Empty for the study as a whole.
  series_instance_uid text not null,
  -- Who says so: a peer by its AE title, or a person.
  source text not null,
  -- How it was said: a notification, by hand.
  evidence text not null,
  instance_count integer not null,
  said_at text not null,
  primary key (study_instance_uid, series_instance_uid, source)
);
create table expected_instance (
  study_instance_uid text not null,
  series_instance_uid text not null,
  sop_instance_uid text not null,
  sop_class_uid text not null,
  source text not null,
  said_at text not null,
  primary key (study_instance_uid, sop_instance_uid)
);
create index expectation_by_time on expectation (said_at);
create index expected_instance_by_time on expected_instance (said_at);

-- What is sent on by itself. The rule is JSON.
create table forwarding_rule (
  rule_id text primary key,
  position integer not null,
  rule text not null,
  -- Only what is received from then on is sent on.
  since text not null
);
