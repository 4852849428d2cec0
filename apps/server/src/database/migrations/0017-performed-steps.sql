-- Performed procedure steps as modalities reported them.
create table performed_step (
  sop_instance_uid text primary key,
  -- AE title of the modality.
  peer text not null,
  -- (0040,0252)
  state text not null,
  -- Of the first scheduled step attributes; empty where the step names none.
  study_instance_uid text not null,
  -- DICOM JSON.
  step text not null,
  created_at text not null,
  changed_at text not null
);
create index performed_step_by_study on performed_step (study_instance_uid, peer);
