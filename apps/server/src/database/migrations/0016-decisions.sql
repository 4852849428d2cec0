-- How often something was decided about what follows from a study's arrival: nodes that decide at the same moment compare it.
alter table study add column decisions integer not null default 0;
