-- The archive's index. A key is the number of the stored object that made the row, so no back end has to make one.
-- Empty text stands for "no value"; names are kept as received and folded for matching; counts are kept, not computed.

create table patient (
  patient_key integer primary key,
  patient_id text not null,
  issuer text not null,
  -- Objects without a Patient ID are no reason to take two people for one: each such study has its own row.
  nameless_study text not null,
  name text not null,
  -- The groups of the name, folded: each may be asked for alone.
  name_alphabetic text not null,
  name_ideographic text not null,
  name_phonetic text not null,
  birth_date text not null,
  sex text not null,
  attributes text not null,
  study_count integer not null,
  series_count integer not null,
  instance_count integer not null,
  unique (patient_id, issuer, nameless_study)
);
create index patient_by_alphabetic_name on patient (name_alphabetic);
create index patient_by_ideographic_name on patient (name_ideographic);
create index patient_by_phonetic_name on patient (name_phonetic);
create index patient_by_birth_date on patient (birth_date);

create table study (
  study_key integer primary key,
  patient_key integer not null references patient,
  study_instance_uid text not null unique,
  study_date text not null,
  study_time text not null,
  accession_number text not null,
  study_id text not null,
  description text not null,
  referring_alphabetic text not null,
  referring_ideographic text not null,
  referring_phonetic text not null,
  modalities text not null,
  sop_classes text not null,
  attributes text not null,
  series_count integer not null,
  instance_count integer not null,
  bytes integer not null,
  received_at text not null
);
create index study_by_patient on study (patient_key);
create index study_by_date on study (study_date);
create index study_by_accession_number on study (accession_number);
create index study_by_id on study (study_id);
create index study_by_referring_physician on study (referring_alphabetic);

create table series (
  series_key integer primary key,
  study_key integer not null references study,
  series_instance_uid text not null,
  modality text not null,
  series_number integer,
  attributes text not null,
  instance_count integer not null,
  unique (series_instance_uid, study_key)
);
create index series_by_study on series (study_key);

create table instance (
  instance_key integer primary key,
  series_key integer not null references series,
  sop_instance_uid text not null unique,
  sop_class_uid text not null,
  transfer_syntax_uid text not null,
  instance_number integer,
  number_of_frames integer not null,
  pixel_rows integer,
  pixel_columns integer,
  attributes text not null,
  object_key text not null,
  size integer not null,
  data_set_offset integer not null,
  digest text not null,
  -- Where the pixel data lies in the data set: JSON, null where there is none.
  pixel_data text,
  received_at text not null,
  received_by text not null,
  association_id text not null
);
create index instance_by_series on instance (series_key);

-- What contradicts what was there before: kept and shown, never merged or dropped in silence.
create table conflict (
  conflict_key integer primary key,
  kind text not null,
  sop_instance_uid text not null,
  study_instance_uid text not null,
  object_key text not null,
  size integer not null,
  detail text not null,
  received_at text not null,
  received_by text not null,
  association_id text not null
);
create index conflict_by_instance on conflict (sop_instance_uid);
create index conflict_by_study on conflict (study_instance_uid);

create table association_record (
  association_id text primary key,
  started_at text not null,
  calling_ae_title text not null,
  address text not null,
  record text not null
);
create index association_record_by_start on association_record (started_at);
