-- Objects that belong to no patient: hanging protocols, palettes, templates of implants and procedures. They are small, and kept whole.
create table non_patient_object (
  sop_instance_uid text primary key,
  sop_class_uid text not null,
  -- Name of the category in the web service.
  category text not null,
  transfer_syntax_uid text not null,
  -- DICOM JSON of the object without its long values: what searches look at.
  attributes text not null,
  -- As it came, without File Meta Information.
  data_set blob not null,
  -- Of the data set, in hexadecimal.
  digest text not null,
  stored_at text not null
);
create index non_patient_object_by_category on non_patient_object (category, sop_instance_uid);
