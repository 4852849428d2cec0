-- When an instance of a job was last about to go out without an answer of the peer being known since; '' where there is no doubt.
alter table job_instance add column begun_at text not null default '';
