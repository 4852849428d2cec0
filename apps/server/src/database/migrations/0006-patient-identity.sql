-- Who a study belongs to, what it says itself, and what people have put right. The bytes of objects never change: what differs
-- from them stands here and is laid over them on the way out.

-- A study shows its own demographics: the row of its patient may come from another study.
alter table study add column patient_name text not null default '';
alter table study add column patient_alphabetic text not null default '';
alter table study add column patient_ideographic text not null default '';
alter table study add column patient_phonetic text not null default '';
alter table study add column patient_birth_date text not null default '';
alter table study add column patient_sex text not null default '';
-- What its first object says of the patient, JSON: later objects are compared with that, not with what was put right.
alter table study add column received text not null default '';
-- What is laid over its objects, JSON; empty for nothing.
alter table study add column overlay text not null default '';
-- Why it is apart from the patient whose ID it bears; empty where it is not.
alter table study add column quarantine text not null default '';
alter table study add column protected integer not null default 0;
-- 1: a person has put its demographics right; objects that say otherwise are shown with these.
alter table patient add column corrected integer not null default 0;
-- What was changed of one object when it came.
alter table instance add column overlay text not null default '';

update study set
  patient_name = (select name from patient p where p.patient_key = study.patient_key),
  patient_alphabetic = (select name_alphabetic from patient p where p.patient_key = study.patient_key),
  patient_ideographic = (select name_ideographic from patient p where p.patient_key = study.patient_key),
  patient_phonetic = (select name_phonetic from patient p where p.patient_key = study.patient_key),
  patient_birth_date = (select birth_date from patient p where p.patient_key = study.patient_key),
  patient_sex = (select sex from patient p where p.patient_key = study.patient_key);
create index study_by_patient_alphabetic on study (patient_alphabetic);
create index study_by_patient_ideographic on study (patient_ideographic);
create index study_by_patient_phonetic on study (patient_phonetic);
create index study_by_patient_birth_date on study (patient_birth_date);
create index study_by_quarantine on study (quarantine, study_key);
create index study_by_reception on study (received_at, study_key);

-- When and by whom a contradiction was looked at and let go; empty while it waits.
alter table conflict add column resolved_at text not null default '';
alter table conflict add column resolved_by text not null default '';
create index conflict_by_resolution on conflict (resolved_at, conflict_key);

-- Another ID of a patient: objects that bear it belong to that patient from now on.
create table patient_alias (
  patient_id text not null,
  issuer text not null,
  patient_key integer not null references patient,
  primary key (patient_id, issuer)
);
create index patient_alias_by_patient on patient_alias (patient_key);

-- Everything that was put right, with what was there before: each can be taken back.
create table patient_event (
  -- Begins with the time, so that it sorts by age.
  event_id text primary key,
  kind text not null,
  made_at text not null,
  made_by text not null,
  reason text not null,
  summary text not null,
  rows_before text not null,
  rows_after text not null,
  -- When and by whom it was taken back; empty where it was not.
  undone_at text not null,
  undone_by text not null
);
-- Which studies and patients an event touched.
create table patient_event_about (
  event_id text not null references patient_event,
  subject text not null,
  primary key (subject, event_id)
);
