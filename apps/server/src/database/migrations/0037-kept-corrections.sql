-- What was put right about studies that were rejected as a whole: their rows go, and what people decided comes back with them.
create table rejected_study (
  study_instance_uid text primary key,
  overlay text not null,
  study_date text not null,
  study_time text not null,
  accession_number text not null,
  study_id text not null,
  description text not null,
  referring_alphabetic text not null,
  referring_ideographic text not null,
  referring_phonetic text not null,
  attributes text not null,
  patient_key integer not null,
  patient_id text not null,
  issuer text not null,
  nameless_study text not null,
  name text not null,
  name_alphabetic text not null,
  name_ideographic text not null,
  name_phonetic text not null,
  birth_date text not null,
  sex text not null,
  patient_attributes text not null,
  corrected integer not null
);
create index rejected_study_of on rejected_study (patient_key);
-- IDs that led to a patient whose last study was rejected.
create table rejected_alias (
  patient_id text not null,
  issuer text not null,
  of_patient_id text not null,
  of_issuer text not null,
  of_nameless_study text not null,
  primary key (patient_id, issuer)
);
create index rejected_alias_of on rejected_alias (of_patient_id, of_issuer);
