-- Work items and who listens to them. A step's attributes are one DICOM JSON object; columns are what searches narrow by.
create table procedure_step (
  sop_instance_uid text primary key,
  state text not null,
  -- Who performs the step knows it; empty while nobody does.
  transaction_uid text not null,
  scheduled_start text not null,
  attributes text not null,
  modified_at text not null
);
create index procedure_step_by_start on procedure_step (scheduled_start, sop_instance_uid);

-- One row for a step and an application entity; with the well-known instance as the step: for all steps to come.
create table step_subscription (
  receiving_ae text not null,
  sop_instance_uid text not null,
  deletion_lock integer not null,
  -- Matching keys of a filtered global subscription, DICOM JSON; empty for every other.
  filter text not null,
  primary key (receiving_ae, sop_instance_uid)
);
create index step_subscription_by_step on step_subscription (sop_instance_uid);
