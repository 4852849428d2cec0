-- Events of work items that have not been acknowledged: a subscriber that is away, or a server that stops, loses none.
create table step_event (
  receiving_ae text not null,
  -- Counts up for each receiver: the order in which they are told.
  number integer not null,
  sop_instance_uid text not null,
  kind text not null,
  -- DICOM JSON.
  attributes text not null,
  created_at text not null,
  -- Who is telling it, and until when nobody else may; empty while nobody does.
  lease text not null,
  leased_until text not null,
  primary key (receiving_ae, number)
);
create index step_event_by_age on step_event (created_at);

-- Values that searches for work items narrow by, one row each; `indexed` says that a step has its rows.
create table step_key (
  keyword text not null,
  value text not null,
  sop_instance_uid text not null,
  primary key (keyword, value, sop_instance_uid)
);
create index step_key_by_step on step_key (sop_instance_uid);
alter table procedure_step add column indexed integer not null default 0;
create index procedure_step_by_indexed on procedure_step (indexed);
create index procedure_step_by_state on procedure_step (state, scheduled_start, sop_instance_uid);
