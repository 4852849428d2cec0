-- Searches that walked through whole tables: by modality, by description, by sex.
create index series_by_modality on series (modality, study_key);
create index study_by_description on study (description);
create index patient_by_sex on patient (sex);
create index study_by_patient_sex on study (patient_sex);
