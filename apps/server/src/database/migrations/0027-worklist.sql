-- What is scheduled: one row for each scheduled procedure step of an order.
create table scheduled_step (
  -- Of the requested procedure: names the order.
  study_instance_uid text not null,
  step_id text not null,
  -- SCHEDULED, ARRIVED, READY, STARTED, COMPLETED, DISCONTINUED or CANCELED.
  state text not null,
  -- YYYYMMDDHHMMSS, local time.
  scheduled_start text not null,
  patient_id text not null,
  -- Lower case, without accents.
  accession_number text not null,
  placer_order_number text not null,
  modality text not null,
  -- DICOM JSON of the worklist item.
  attributes text not null,
  -- SOP Instance UID of the last performed procedure step that references it; empty: none.
  performed_step_uid text not null,
  -- Who entered or changed it last.
  source text not null,
  -- ISO 8601, UTC.
  created_at text not null,
  changed_at text not null,
  primary key (study_instance_uid, step_id)
);
create index scheduled_step_by_start on scheduled_step (scheduled_start);
create index scheduled_step_by_patient on scheduled_step (patient_id);
create index scheduled_step_by_accession_number on scheduled_step (accession_number);
create index scheduled_step_by_placer on scheduled_step (placer_order_number);
create index scheduled_step_by_performed_step on scheduled_step (performed_step_uid);
create index scheduled_step_by_change on scheduled_step (changed_at);
