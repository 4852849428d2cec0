-- Of the objects that somebody named, how many were not here when the study was judged, or when the last of them was named.
alter table completion add column missing integer not null default 0;
