-- What is asked for often has its index: jobs of a peer, associations of an address, what was rejected before a moment,
-- and what is old enough to be forgotten.
create index job_by_destination on job (destination, job_id);
create index job_by_end on job (finished_at) where finished_at <> '';
create index association_record_by_address on association_record (address, started_at);
create index rejected_by_time on rejected (rejected_at);
create index performed_step_by_change on performed_step (changed_at);
