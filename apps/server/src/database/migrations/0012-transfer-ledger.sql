-- What came in and became no new object: refused, or here already. What became one is said by its own row.
create table reception_note (
  -- Begins with the time, so that it sorts by age.
  note_id text primary key,
  received_at text not null,
  -- 'refused' or 'here already'.
  outcome text not null,
  calling_ae_title text not null,
  address text not null,
  association_id text not null,
  study_instance_uid text not null,
  sop_instance_uid text not null,
  sop_class_uid text not null,
  transfer_syntax_uid text not null,
  status integer not null,
  detail text not null
);
create index reception_note_by_association on reception_note (association_id);
create index reception_note_by_study on reception_note (study_instance_uid);
create index instance_by_association on instance (association_id);
