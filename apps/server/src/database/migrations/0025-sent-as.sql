-- What a peer has an instance as, where an image was made anew for it or its SOP Class was changed; '' where it is the same.
alter table job_instance add column sent_class text not null default '';
alter table job_instance add column sent_uid text not null default '';
create index job_instance_by_sent_uid on job_instance (sent_uid) where sent_uid <> '';
