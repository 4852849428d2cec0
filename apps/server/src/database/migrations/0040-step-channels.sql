-- Which servers have a channel open on which a receiver hears of procedure steps; whoever says nothing more until then has none any more.
create table step_channel (
  receiving_ae text not null,
  server text not null,
  held_until text not null,
  primary key (receiving_ae, server)
);
-- The server over whose channel it is told; '' where none was open: by whoever reaches the receiver.
alter table step_event add column server text not null default '';
